import { metricComparison, type MetricComparisonConfig, type MetricSource } from "release-gates";
import { fromFunction, influx, loki, prometheus, prometheusCounter } from "release-gates/metrics";
import { describe, expect, expectTypeOf, test } from "vitest";
import type * as z from "zod";
import type { comparisonFields } from "../../../src/gates/metric-comparison/comparison-settings.js";
import { counting } from "./traffic.js";

const source = (name: string) => counting(name, () => 1);
const arms = () => ({
  canary: { events: source("ce"), total: source("ct") },
  baseline: { events: source("be"), total: source("bt") },
});
const good = { kind: "proportion", for: "1h", ...arms() };
const build = (config: object) => metricComparison("errors", config as MetricComparisonConfig);
const url = "http://prometheus.example";
const withEvents = (events: MetricSource) => ({ ...good, canary: { ...good.canary, events } });

type Keys<Union> = Union extends unknown ? keyof Union : never;
type Kinds = MetricComparisonConfig["kind"];
type FieldsOf<Kind extends Kinds> = Extract<z.input<typeof comparisonFields>, { kind: Kind }>;
type ConfigOf<Kind extends Kinds> = Extract<MetricComparisonConfig, { readonly kind: Kind }>;

describe("the config of metricComparison", () => {
  test("is typed as its schema reads it", () => {
    expectTypeOf<MetricComparisonConfig>().toExtend<z.input<typeof comparisonFields>>();
    expectTypeOf<Keys<ConfigOf<"proportion">>>().toEqualTypeOf<Keys<FieldsOf<"proportion">>>();
    expectTypeOf<Keys<ConfigOf<"latency">>>().toEqualTypeOf<Keys<FieldsOf<"latency">>>();
    expectTypeOf<Keys<ConfigOf<"mean">>>().toEqualTypeOf<Keys<FieldsOf<"mean">>>();
    expectTypeOf<Keys<ConfigOf<"quantile">>>().toEqualTypeOf<Keys<FieldsOf<"quantile">>>();
    expect(() => build(good)).not.toThrow();
  });

  test.each<[string, object]>([
    ["a count over the window", withEvents(prometheus({ url, query: "sum(increase(errors_total[$window]))" }))],
    ["a counter", withEvents(prometheusCounter({ url, counter: "errors_total" }))],
    ["a share of the traffic", { ...good, split: 0.05 }],
    ["a split with its tolerance", { ...good, split: { share: 0.05, tolerance: 0 } }],
    ["bursts", { ...good, bursty: true, detect: 2 }],
    ["a margin of both kinds", { ...good, margin: { relative: 1.1, absolute: 0.001 } }],
  ])("takes %s", (_, config) => {
    expect(() => build(config)).not.toThrow();
  });

  const instant = "canary.events: expected a counter, or a count over the window that is asked for";
  test.each<[string, object]>([
    ['kind: expected "proportion", "latency", "mean" or "quantile"', { ...good, kind: "ratio" }],
    ["for: expected a duration such as", { ...good, for: undefined }],
    ["for: can never decide: needs at least 1 windows of 60000 ms, and 0 are planned", { ...good, for: "30s" }],
    ["needs at least 8 windows of 60000 ms, and 7 are planned", { ...good, for: "7m", bursty: true }],
    [
      "needs at least 10 windows of 60000 ms, and 9 are planned",
      { kind: "mean", for: "9m", canary: { mean: source("c") }, baseline: { mean: source("b") } },
    ],
    ["for: expected at most 100000 windows; got 525600", { ...good, for: "1y" }],
    ["canary.events: expected a metric source", { ...good, canary: { events: 1, total: source("ct") } }],
    ["canary.total: expected a metric source", { ...good, canary: { events: source("ce") } }],
    [instant, withEvents(prometheus({ url, query: "rate(errors_total[5m])" }))],
    [instant, withEvents(loki({ url, query: 'sum(rate({app="orders"}[5m]))' }))],
    [instant, withEvents(influx({ url, database: "x", query: "SELECT count(e) FROM x WHERE time > now() - 5m" }))],
    [
      "baseline.events: asks the same as canary.events",
      { ...good, baseline: { ...good.baseline, events: source("ce") } },
    ],
    ["canary.total: asks the same as canary.events", { ...good, canary: { events: source("x"), total: source("x") } }],
    [
      "lag: needs sources that look back, and canary.events does not",
      { ...withEvents(fromFunction("now", () => 1)), lag: "30s" },
    ],
    ["alpha: Too small", { ...good, alpha: 0 }],
    ["alpha: Too big", { ...good, alpha: 0.6 }],
    ["beta: Too big", { ...good, beta: 1 }],
    ["margin.relative: Too small", { ...good, margin: { relative: 0.9 } }],
    ["margin.absolute: Too small", { ...good, margin: { absolute: -0.1 } }],
    ["margin.relative: expected an absolute margin", { ...good, direction: "lowerIsWorse", margin: { relative: 1.1 } }],
    ["detect: Too small", { ...good, detect: 1 }],
    ["split: expected the canary's share of all requests", { ...good, split: "5 %" }],
    ["split: Too big", { ...good, split: 5 }],
    ["minTraffic: Too small", { ...good, minTraffic: 0 }],
    ["tolerate: tolerates everything: expected less than 60", { ...good, tolerate: { dropped: 60 } }],
    ['Unrecognized key: "bursts"', { ...good, bursts: true }],
    ['Unrecognized key: "unit"', { ...good, unit: "ms" }],
    [
      'Unrecognized key: "direction"',
      {
        kind: "quantile",
        quantile: 0.9,
        for: "1h",
        direction: "lowerIsWorse",
        canary: { samples: source("c") },
        baseline: { samples: source("b") },
      },
    ],
    [
      "canary: expected one of slow and within",
      {
        ...good,
        kind: "latency",
        canary: { total: source("ct") },
        baseline: { slow: source("bs"), total: source("bt") },
      },
    ],
    [
      "canary: expected one of mean, sum (with total) and samples",
      { kind: "mean", for: "1h", canary: {}, baseline: { mean: source("b") } },
    ],
    [
      "canary.total: expected the number of requests",
      { kind: "mean", for: "1h", canary: { sum: source("c") }, baseline: { mean: source("b") } },
    ],
    [
      "minTraffic: needs a total in both arms",
      { kind: "mean", for: "1h", minTraffic: 5, canary: { mean: source("c") }, baseline: { mean: source("b") } },
    ],
    [
      "split: needs a total in both arms",
      {
        kind: "mean",
        for: "1h",
        split: 0.5,
        canary: { mean: source("c") },
        baseline: { mean: source("b"), total: source("t") },
      },
    ],
    [
      "quantile: Too big",
      {
        kind: "quantile",
        quantile: 1,
        for: "1h",
        canary: { samples: source("c") },
        baseline: { samples: source("b") },
      },
    ],
  ])("refuses %s", (says, config) => {
    let error: unknown;
    try {
      build(config);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: "GATE_CONFIG_INVALID", message: expect.stringContaining(says) });
    // One clear sentence: nothing else is wrong with it.
    expect((error as { details: { issues: unknown[] } }).details.issues).toHaveLength(1);
  });
});
