import { describe, expect, test } from "vitest";
import { aboveBound, belowBound, betweenBound, conditionBound } from "../../../src/gates/metric-threshold/bound.js";

const order = (bound: ReturnType<typeof belowBound>) =>
  [-2, 0.5, 4].toSorted((one, other) => (bound.badness?.(one) ?? 0) - (bound.badness?.(other) ?? 0));

describe("a bound", () => {
  const bounds = [
    belowBound(1, undefined),
    aboveBound(1, undefined),
    betweenBound([0, 1], undefined),
    conditionBound((value) => value < 1, "less than 1"),
  ];

  test.each(bounds)("$text never holds NaN", (bound) => {
    expect(bound.isInside(Number.NaN)).toBe(false);
  });

  test("excludes its limit, unless it is between two", () => {
    expect(belowBound(1, undefined).isInside(1)).toBe(false);
    expect(aboveBound(1, undefined).isInside(1)).toBe(false);
    expect([0, 1].map((value) => betweenBound([0, 1], undefined).isInside(value))).toEqual([true, true]);
  });

  test("orders values by how bad they are", () => {
    expect(order(belowBound(1, undefined))).toEqual([-2, 0.5, 4]);
    expect(order(aboveBound(1, undefined))).toEqual([4, 0.5, -2]);
    expect(order(betweenBound([0, 1], undefined))).toEqual([0.5, -2, 4]);
  });

  test("is written with its unit", () => {
    expect(belowBound(0.01, "ratio").text).toBe("below 1 %");
    expect(aboveBound(99.5, "requests/s").text).toBe("above 99.5 requests/s");
    expect(betweenBound([1, 1.000_01], "ms").text).toBe("between 1 ms and 1.00001 ms");
  });
});
