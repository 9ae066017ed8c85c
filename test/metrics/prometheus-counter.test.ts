import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { prometheusCounter } from "../../src/metrics/index.js";
import { propertyRuns } from "../helpers/runs.js";
import { askedTime, respond, startHostileServer } from "./hostile-server.js";
import { faultOf, httpSourceContract, readOnce } from "./source-contract.js";

const at = 1_900_000_000_000;
const json = "application/json";
const newest = { metric: { release_gates_newest: "1" }, value: [askedTime, String(at / 1_000)] };
const pod = (name: string, value: unknown) => ({
  metric: { __name__: "refunds_total", pod: name },
  value: [askedTime, value],
});
const vector = (...result: readonly object[]) =>
  JSON.stringify({ status: "success", data: { resultType: "vector", result } });
const fields = { counter: "refunds_total" };

httpSourceContract("prometheusCounter", { body: vector(), type: json }, (options) =>
  prometheusCounter({ ...options, ...fields }),
);

const asking = async (body: string) => {
  await using server = await startHostileServer();
  server.answer = respond(body, json);
  return await readOnce(prometheusCounter({ url: server.url, ...fields }), at);
};
const between = (earlier: Record<string, number>, later: Record<string, number>) =>
  prometheusCounter({ url: "http://prom", ...fields }).between?.(
    { at: 0, series: { count: earlier } },
    { at: 60_000, series: { count: later } },
  );

describe("prometheusCounter", () => {
  test("asks one query for the counters and for how new they are", async () => {
    await using server = await startHostileServer();
    server.answer = respond(vector(pod("a", "3"), newest), json);
    const reading = await readOnce(prometheusCounter({ url: server.url, ...fields, memory: "10m" }), at);
    const key = '{__name__="refunds_total",pod="a"}';
    expect(reading).toEqual({ kind: "totals", totals: { at, series: { count: { [key]: 3 } } } });
    expect(new URLSearchParams(server.received[0]?.body).get("query")).toBe(
      "last_over_time(refunds_total[600000ms]) or " +
        'label_replace(max(timestamp(refunds_total)), "release_gates_newest", "1", "", "")',
    );
  });

  test("adds up whole numbers, of series that come, begin again and go", () => {
    const counts = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.nat(1_000_000_000));
    const property = fc.property(counts, counts, (earlier, later) => {
      const grown = Object.entries(later).map(([key, value]) => {
        const before = earlier[key] ?? 0;
        return value >= before ? value - before : value;
      });
      const reading = between(earlier, later);
      expect(reading).toMatchObject({ kind: "value", value: grown.reduce((sum, each) => sum + each, 0) });
      expect(reading?.resets).toBe(
        Object.keys(earlier).filter((key) => (later[key] ?? Infinity) < (earlier[key] ?? 0)).length,
      );
      expect(reading?.window).toEqual({ from: 0, to: 60_000 });
    });
    fc.assert(property, propertyRuns(500));
  });

  test.each([
    ["a native histogram", vector({ metric: { __name__: "x" }, histogram: [1, {}] }), "gives a native histogram"],
    ["a text for a value", vector(pod("a", "three")), "a value that is no number"],
    ["one series twice", vector(pod("a", "1"), pod("a", "2"), newest), "twice"],
    [
      "a scalar",
      '{"status":"success","data":{"resultType":"scalar","result":["the time asked for","1"]}}',
      "gives no series",
    ],
  ])("refuses %s", async (_, body, says) => {
    expect(await faultOf(asking(body))).toEqual({ message: expect.stringContaining(says), isRetryable: false });
  });

  test("a counter that is no number is no number", async () => {
    expect(await asking(vector(pod("a", "NaN"), newest))).toMatchObject({ kind: "nan" });
  });

  test("counters without a new sample are no data", async () => {
    expect(await asking(vector(pod("a", "3")))).toEqual({
      kind: "no-data",
      detail: "the newest sample of refunds_total is older than 5 min",
    });
  });

  test.each<[string, object]>([
    ["counter: expected a selector", { counter: "sum(refunds_total)" }],
    ["counter: expected a selector", { counter: "refunds_total[5m]" }],
    ["counter: expected a selector", { counter: "refunds_total offset 5m" }],
    ["maxAge: expected at most 5 minutes", { maxAge: "6m" }],
    ["memory: expected at least 5 minutes", { memory: "4m" }],
  ])("refuses when it is built: %s", (says, options) => {
    expect(() => prometheusCounter({ url: "http://prom", ...fields, ...options })).toThrow(says);
  });
});
