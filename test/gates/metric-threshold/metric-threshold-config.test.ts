import { describe, expect, expectTypeOf, test } from "vitest";
import type * as z from "zod";
import { metricThreshold } from "../../../src/gates/metric-threshold/metric-threshold.js";
import type {
  metricThresholdFields,
  MetricThresholdConfig,
} from "../../../src/gates/metric-threshold/metric-threshold-config.js";
import { scripted } from "./scripted-source.js";

const source = scripted([0], "the script");
const good = { source, below: 1, samples: 5 };
const build = (config: object) => metricThreshold("errors", config as MetricThresholdConfig);

describe("the config of metricThreshold", () => {
  test("is typed as its schema reads it", () => {
    expectTypeOf<MetricThresholdConfig>().toExtend<z.input<typeof metricThresholdFields>>();
    expectTypeOf<Keys<MetricThresholdConfig>>().toEqualTypeOf<keyof z.input<typeof metricThresholdFields>>();
    expect(() => build(good)).not.toThrow();
  });

  test.each<[string, object]>([
    ["source: expected a metric source", { ...good, source: "http://prometheus" }],
    ["expected exactly one of below, above, between, condition; got none", { source, samples: 5 }],
    ["expected exactly one of below, above, between, condition; got below and above", { ...good, above: 0 }],
    ["expected exactly one of for and samples; got none", { source, below: 1 }],
    ["expected exactly one of for and samples; got both", { ...good, for: "5m" }],
    ["for: expected at least one every (30000 ms): a shorter window has no sample", { source, below: 1, for: "20s" }],
    ["for: expected at most 100000 samples; got 315360", { source, below: 1, for: "1y", every: "100s" }],
    ["every: expected a duration above 0", { ...good, every: 0 }],
    ["every: expected a duration such as", { ...good, every: "30 seconds" }],
    ["below: Invalid input: expected number, received NaN", { ...good, below: Number.NaN }],
    ["below: Invalid input: expected number, received Infinity", { ...good, below: Number.POSITIVE_INFINITY }],
    ["between: can never pass: 2 is more than 1", { source, samples: 1, between: [2, 1] }],
    ["describe: expected the condition in words", { source, samples: 1, condition: () => true }],
    ["describe: expected the condition in words", { ...good, describe: "small" }],
    ["minTraffic: Too small", { ...good, minTraffic: 0 }],
    [
      "minTraffic: blind does not say how much traffic",
      { ...good, source: { ...source, name: "blind", reportsTraffic: false }, minTraffic: 5 },
    ],
    ["failAfter: can never fail: needs 6 bad samples, and 5 samples are planned", { ...good, failAfter: { bad: 6 } }],
    ["failAfter.bad: Too small", { ...good, failAfter: { bad: 0 } }],
    ["failAfter: expected { bad, inLast } or { inARow }", { ...good, failAfter: 3 }],
    ["passAfter: can never pass", { ...good, passAfter: { good: 6 } }],
    ["tolerate.errors: tolerates everything", { ...good, tolerate: { errors: 5 } }],
    ['Unrecognized key: "treshold"', { ...good, treshold: 1 }],
    ['tolerate: Unrecognized key: "error"', { ...good, tolerate: { error: 1 } }],
  ])("%s", (message, config) => {
    expect(() => build(config)).toThrow(message);
  });
});

type Keys<Union> = Union extends unknown ? keyof Union : never;
