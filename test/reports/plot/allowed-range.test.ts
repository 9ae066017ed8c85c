import { describe, expect, test } from "vitest";
import { allowedRange } from "../../../src/reports/plot/allowed-range.js";

const good = (value: number | null) => ({ value, status: "good" as const });
const bad = (value: number | null) => ({ value, status: "bad" as const });
const unknown = (value: number | null) => ({ value, status: "unknown" as const });

describe("allowedRange", () => {
  test.each([
    ["a good value below the limit", [10], [good(3)], [-Infinity, 10]],
    ["a bad value above the limit", [10], [bad(12), unknown(4)], [-Infinity, 10]],
    ["a bad value at the limit, and a good one below", [10], [bad(10), good(9)], [-Infinity, 10]],
    ["a good value above the limit", [10], [good(12), bad(null)], [10, Infinity]],
    ["good values between two limits, in whatever order", [20, 10], [good(10), good(20), bad(21)], [10, 20]],
    ["no value that says", [10], [unknown(3), good(null), bad(10)], undefined],
    ["values that contradict", [10], [good(3), good(12)], undefined],
    ["a good value outside two limits", [10, 20], [good(5)], undefined],
    ["no limits", [], [good(5)], undefined],
    ["three limits", [1, 2, 3], [good(5)], undefined],
  ])("of %s", (_, limits, samples, range) => {
    expect(allowedRange(limits, samples)).toEqual(range);
  });
});
