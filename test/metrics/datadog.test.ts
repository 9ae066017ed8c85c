import { describe, expect, test } from "vitest";
import { datadog, type DatadogOptions } from "../../src/metrics/index.js";
import { respond, startHostileServer } from "./hostile-server.js";
import { faultOf, httpSourceContract, readOnce, sourceContract } from "./source-contract.js";

const at = 1_900_000_000_000;
const json = "application/json";
const write = (value: number | null) =>
  value === null || Number.isFinite(value) ? String(value) : value > 0 ? "1e999" : "-1e999";
const series = (scope: string, points: readonly (readonly [number, number | null])[]) =>
  `{"metric":"errors","scope":"${scope}","pointlist":[${points.map(([time, value]) => `[${time},${write(value)}]`).join(",")}]}`;
const ok = (...all: readonly string[]) => `{"status":"ok","res_type":"time_series","series":[${all.join(",")}]}`;
const fields = { apiKey: "api", applicationKey: "app", query: "sum:errors{*}", reduce: "sum", window: "10m" } as const;

sourceContract(
  "datadog",
  (seen, server) => {
    server.answer = (response, { url }) => {
      if (seen === "an error") return respond("", json, 500)(response);
      if (seen === "silence") return undefined;
      const to = Number(new URL(url, server.url).searchParams.get("to"));
      return respond(seen === "no data" ? ok() : ok(series("*", [[to * 1_000 - 20_000, seen]])), json)(response);
    };
    return datadog({ url: server.url, ...fields, timeout: "10m" });
  },
  { nan: false },
);

httpSourceContract(
  "datadog",
  { body: ok(), type: json },
  (options) => datadog({ ...fields, ...options }),
  (secret) => [
    { by: "its API key", options: { apiKey: secret }, header: "dd-api-key", sent: secret },
    { by: "its application key", options: { applicationKey: secret }, header: "dd-application-key", sent: secret },
  ],
);

const asking = async (body: string, options: Partial<DatadogOptions> = {}) => {
  await using server = await startHostileServer();
  server.answer = respond(body, json);
  return await readOnce(datadog({ url: server.url, ...fields, ...options }), at);
};

describe("datadog", () => {
  test("asks for the window in seconds, and leaves out the points around it", async () => {
    await using server = await startHostileServer();
    const points = [
      [40_000, 1],
      [60_000, 2],
      [100_000, 4],
      [120_000, 8],
    ] as const;
    server.answer = respond(ok(series("*", points)), json);
    const reading = await readOnce(datadog({ url: server.url, ...fields }), 120_000, 60_000);
    expect(reading).toEqual({ kind: "value", value: 6, window: { from: 60_000, to: 120_000 } });
    const { method, url = "" } = server.received[0] ?? {};
    const { pathname, searchParams } = new URL(url, server.url);
    expect([method, pathname]).toEqual(["GET", "/api/v1/query"]);
    expect(Object.fromEntries(searchParams)).toEqual({ from: "60", to: "120", query: "sum:errors{*}" });
  });

  test("lives where its site is", () => {
    const { url: _, ...site } = { url: "", ...fields };
    expect(datadog(site).name).toBe("datadog api.datadoghq.com");
    expect(datadog({ ...site, site: "us5.datadoghq.com" }).description).toMatchObject({
      url: "https://api.us5.datadoghq.com",
    });
    expect(() => datadog({ ...site, site: "https://datadoghq.eu" })).toThrow("site: expected a site");
  });

  test("nothing is no data, and zero where that was said", async () => {
    expect(await asking(ok())).toMatchObject({ kind: "no-data", detail: "the query has no series" });
    expect(await asking(ok(), { absent: "zero" })).toMatchObject({ kind: "value", value: 0 });
    expect(await asking(ok(series("*", [[at - 20_000, null]])))).toMatchObject({ kind: "no-data" });
  });

  test.each([
    [
      "a query that it cannot answer",
      '{"status":"error","error":"Rollup is too small","series":[]}',
      "Rollup is too small",
    ],
    ["a status that it does not know", '{"status":"pending","series":[]}', "cannot answer the query (pending)"],
    ["several series", ok(series("host:a", []), series("host:b", [])), 'scope ("host:a", "host:b")'],
  ])("refuses %s", async (_, body, says) => {
    expect((await faultOf(asking(body))).message).toContain(says);
  });

  test("says that a key is not set", () => {
    expect(() => datadog({ ...fields, apiKey: "" })).toThrow(
      "apiKey: expected a key; is a variable of the environment",
    );
  });
});
