import { describe, expect, test } from "vitest";
import { graphite, type GraphiteOptions } from "../../src/metrics/index.js";
import { respond, startHostileServer } from "./hostile-server.js";
import { faultOf, httpSourceContract, readOnce, sourceContract } from "./source-contract.js";

const at = 1_900_000_000_000;
const json = "application/json";
/** Points a minute apart, the last one a minute before the sample. */
const points = (...values: readonly string[]) =>
  values.map((value, index) => `[${value}, ${at / 1_000 - 60 * (values.length - index)}]`).join(",");
const series = (target: string, ...values: readonly string[]) =>
  `{"target":"${target}","tags":{},"datapoints":[${points(...values)}]}`;
// Infinity is a number too large for JSON's readers.
const write = (value: number) => (Number.isFinite(value) ? String(value) : value > 0 ? "1e9999" : "-1e9999");
const fields = { target: "sumSeries(errors.*)", reduce: "sum", window: "10m" } as const;

sourceContract(
  "graphite",
  (seen, server) => {
    server.answer = (response, { body }) => {
      if (seen === "an error") return respond("", json, 500)(response);
      if (seen === "silence") return undefined;
      if (seen === "no data") return respond("[]", json)(response);
      const until = Number(new URLSearchParams(body).get("until"));
      return respond(`[{"target":"x","datapoints":[[${write(seen)},${until - 30}]]}]`, json)(response);
    };
    return graphite({ url: server.url, ...fields, timeout: "10m" });
  },
  { nan: false },
);

httpSourceContract("graphite", { body: "[]", type: json }, (options) => graphite({ ...options, ...fields }));

const asking = async (body: string, options: Partial<GraphiteOptions> = {}) => {
  await using server = await startHostileServer();
  server.answer = respond(body, json);
  return await readOnce(graphite({ url: server.url, ...fields, ...options }), at);
};

describe("graphite", () => {
  test("asks for the window, and leaves out the points around it", async () => {
    await using server = await startHostileServer();
    server.answer = respond(`[{"target":"x","datapoints":[[1,59],[2,60],[4,119],[8,120]]}]`, json);
    const source = graphite({ url: `${server.url}/graphite/`, ...fields });
    const reading = await readOnce(source, 120_000, 60_000);
    expect(reading).toEqual({ kind: "value", value: 6, window: { from: 60_000, to: 120_000 } });
    expect(server.received).toMatchObject([{ method: "POST", url: "/graphite/render" }]);
    expect(Object.fromEntries(new URLSearchParams(server.received[0]?.body))).toEqual({
      target: "sumSeries(errors.*)",
      format: "json",
      from: "59",
      until: "120",
    });
  });

  test("nulls are left out; nothing but nulls is no data, and zero where that was said", async () => {
    expect(await asking(`[${series("x", "1", "null", "5")}]`)).toMatchObject({ kind: "value", value: 6 });
    expect(await asking(`[${series("x", "null", "null")}]`)).toMatchObject({ kind: "no-data" });
    expect(await asking("[]")).toMatchObject({ kind: "no-data", detail: "the target has no series" });
    expect(await asking("[]", { absent: "zero" })).toMatchObject({ kind: "value", value: 0 });
    expect(await asking(`[${series("x", "0")}]`)).toMatchObject({ kind: "value", value: 0 });
  });

  test("says how several series differ", async () => {
    const { message } = await faultOf(asking(`[${series("a", "1")},${series("b", "2")}]`));
    expect(message).toContain('which differ in target ("a", "b"); aggregate them, for example with sumSeries(…)');
  });

  test("says that it was asked for an instant", async () => {
    await using server = await startHostileServer();
    const { window: _, ...instant } = fields;
    const { message } = await faultOf(readOnce(graphite({ url: server.url, ...instant })));
    expect(message).toContain("set the option `window`");
    expect(server.received).toEqual([]);
  });

  test("refuses a window that ends before it begins", async () => {
    const { message } = await faultOf(readOnce(graphite({ url: "http://localhost:1", ...fields }), 60_000, 60_000));
    expect(message).toContain("a window that ends before it begins");
  });
});
