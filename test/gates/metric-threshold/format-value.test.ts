import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatValue } from "../../../src/gates/metric-threshold/format-value.js";
import { propertyRuns } from "../../helpers/runs.js";

describe("formatValue", () => {
  test.each<[number, string | undefined, string]>([
    [0, undefined, "0"],
    [0.041_23, "ratio", "4.12 %"],
    [1, "ratio", "100 %"],
    [312.456, "ms", "312 ms"],
    [1_234_567.8, "bytes", "1234568 bytes"],
    [-0.000_012_34, undefined, "-0.0000123"],
    [Number.POSITIVE_INFINITY, "ms", "+Inf ms"],
    [Number.NEGATIVE_INFINITY, undefined, "-Inf"],
  ])("writes %d (%s) as %s", (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });

  test("writes two numbers differently, however close they are", () => {
    const number = fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => value + 0);
    fc.assert(
      fc.property(number, number, fc.constantFrom(undefined, "ms"), (value, other, unit) => {
        fc.pre(value !== other);
        expect(formatValue(value, unit, [other])).not.toBe(formatValue(other, unit, [value]));
      }),
      propertyRuns(2_000),
    );
  });
});
