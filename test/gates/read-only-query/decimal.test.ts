import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareDecimals, isDecimal } from "../../../src/gates/read-only-query/decimal.js";

describe("compareDecimals", () => {
  test.each([
    ["9007199254740993", "9007199254740992", 1],
    ["0.1", "0.10", 0],
    ["0.30000000000000000001", 0.3, 1],
    ["-2.5", "-2.4", -1],
    ["1e3", 1000, 0],
    ["1.5e-3", "0.0015", 0],
    [1e21, "1000000000000000000000", 0],
    ["-0", 0, 0],
  ])("%s against %s is %i", (a, b, expected) => {
    expect(compareDecimals(a, b)).toBe(expected);
    expect(compareDecimals(b, a)).toBe(expected === 0 ? 0 : -expected);
  });

  test("agrees with whole numbers of any size, at any scale", () => {
    const scale = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), scale, (a, b, places) => {
        const expected = a === b ? 0 : a < b ? -1 : 1;
        expect(compareDecimals(shifted(a, places), shifted(b, places))).toBe(expected);
      }),
    );
  });
});

describe("isDecimal", () => {
  test.each([NaN, Infinity, "NaN", "Infinity", "", " 1", "1 ", "1.", ".5", "0x10", "1_000", "1,5", null, true, {}])(
    "%j is none",
    (value) => {
      expect(isDecimal(value)).toBe(false);
    },
  );
});

/** The whole number with its point moved left. */
function shifted(value: bigint, places: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, "0");
  const point = digits.length - places;
  const fraction = places === 0 ? "" : `.${digits.slice(point)}`;
  return `${value < 0n ? "-" : ""}${digits.slice(0, point)}${fraction}`;
}
