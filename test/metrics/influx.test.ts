import { describe, expect, test } from "vitest";
import { influx, type InfluxOptions } from "../../src/metrics/index.js";
import { respond, startHostileServer } from "./hostile-server.js";
import { faultOf, httpSourceContract, readOnce, sourceContract } from "./source-contract.js";

const table = (...values: readonly unknown[]) => ({
  name: "errors",
  columns: ["time", "sum"],
  values: values.map((value, index) => [index, value]),
});
const answer = (series: readonly object[], notes: object = {}) =>
  JSON.stringify({ results: [{ statement_id: 0, ...(series.length === 0 ? {} : { series }), ...notes }] });
const json = "application/json";
const fields = { database: "shop", query: "SELECT sum(count) FROM errors" };

sourceContract(
  "influx",
  (seen, server) => {
    if (seen === "an error") server.answer = respond("{}", json, 500);
    else if (seen === "silence") server.answer = () => {};
    else server.answer = respond(answer(seen === "no data" ? [] : [table(seen)]), json);
    return influx({ url: server.url, ...fields, timeout: "10m" });
  },
  { nan: false, infinity: false },
);

httpSourceContract("influx", { body: answer([table(1)]), type: json }, (options) => influx({ ...options, ...fields }));

const asking = async (body: string, options: Partial<InfluxOptions> = {}, status = 200) => {
  await using server = await startHostileServer();
  server.answer = respond(body, json, status);
  return await readOnce(influx({ url: server.url, ...fields, ...options }));
};

describe("influx", () => {
  test("looks back where its query has the window", () => {
    const options = { url: "http://influx.example", database: "shop" };
    expect(influx({ ...options, query: "SELECT count(x) FROM y WHERE $timeFilter" }).looksBack).toBe(true);
    expect(influx({ ...options, query: "SELECT count(x) FROM y WHERE time > now() - 1m" }).looksBack).toBe(false);
  });

  test("asks for [from, to) in the database, in a form", async () => {
    await using server = await startHostileServer();
    server.answer = respond(answer([table(4)]));
    const query = "SELECT sum(count) FROM errors WHERE $timeFilter";
    const source = influx({ url: `${server.url}/influx/`, database: "shop", retentionPolicy: "week", query });
    const reading = await readOnce(source, 120_000, 60_000);
    expect(reading).toEqual({ kind: "value", value: 4, window: { from: 60_000, to: 120_000 } });
    expect(server.received).toMatchObject([{ method: "POST", url: "/influx/query" }]);
    expect(Object.fromEntries(new URLSearchParams(server.received[0]?.body))).toEqual({
      db: "shop",
      rp: "week",
      epoch: "ms",
      q: "SELECT sum(count) FROM errors WHERE time >= 60000ms AND time < 120000ms",
    });
  });

  test("says that a query over a window was asked for an instant", async () => {
    const { message, isRetryable } = await faultOf(asking(answer([]), { query: "SELECT 1 WHERE $timeFilter" }));
    expect(message).toContain("set the option `window`");
    expect(isRetryable).toBe(false);
  });

  test("nothing is no data, and zero where that was said; a null is no data", async () => {
    expect(await asking(answer([]))).toEqual({ kind: "no-data", detail: "the query has no series" });
    expect(await asking(answer([]), { absent: "zero" })).toEqual({ kind: "value", value: 0 });
    expect(await asking(answer([table(null)]))).toMatchObject({ kind: "no-data" });
    expect(await asking(answer([table(0)]))).toEqual({ kind: "value", value: 0 });
  });

  test("reduces rows, and leaves out those without a value", async () => {
    expect(await asking(answer([table(1, null, 5)]), { reduce: "sum" })).toEqual({ kind: "value", value: 6 });
    expect((await faultOf(asking(answer([table(1, 5)])))).message).toContain("gives 2 rows; use `reduce`");
  });

  test("passes messages on", async () => {
    const messages = [{ level: "warning", text: "deprecated use of fill()" }];
    expect(await asking(answer([table(1)], { messages }))).toMatchObject({ warnings: ["deprecated use of fill()"] });
  });

  test.each<[string, string, string, boolean]>([
    ["an error of the statement", answer([], { error: "database not found: shop" }), "database not found: shop", true],
    ["a part of the rows", answer([table(1)], { partial: true }), "in part only", false],
    ["a part of a series", answer([{ ...table(1), partial: true }]), "in part only", false],
    [
      "several series",
      answer([
        { ...table(1), tags: { host: "a" } },
        { ...table(2), tags: { host: "b" } },
      ]),
      'which differ in host ("a", "b")',
      false,
    ],
    ["several columns", answer([{ ...table(), columns: ["time", "min", "max"] }]), "the columns min, max", false],
    ["a text", answer([table("high")]), "a value that is no number", false],
    ["several statements", JSON.stringify({ results: [{}, {}] }), "was asked one statement", false],
  ])("refuses %s", async (_, body, says, isRetryable) => {
    const fault = await faultOf(asking(body));
    expect(fault.message).toContain(says);
    expect(fault.isRetryable).toBe(isRetryable);
  });

  test("says what the server says of a query that it refuses", async () => {
    const fault = await faultOf(asking('{"error":"error parsing query: found EOF"}', {}, 400));
    expect(fault).toEqual({
      message: expect.stringContaining("HTTP 400: error parsing query: found EOF"),
      isRetryable: false,
    });
  });

  test.each<[string, object]>([
    ["query: expected an InfluxQL query", { query: " " }],
    ["query: expected $timeFilter in a query over a window", { window: "1m" }],
    ["database", { database: "" }],
    ["reduce: Invalid option", { reduce: "median" }],
  ])("refuses when it is built: %s", (says, options) => {
    expect(() => influx({ url: "http://influx:8086", ...fields, ...options })).toThrow(says);
  });
});
