import fc from "fast-check";
import { readOnlyQuery, type ReadOnlyDatabase } from "release-gates";
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

describe("a bound", () => {
  const database: ReadOnlyDatabase = {
    name: "orders",
    description: {},
    query: () => Promise.resolve({ rows: [], warnings: [] }),
  };
  const gate = (bound: string, value: unknown) =>
    readOnlyQuery("orders", { database, query: "SELECT 1", expect: { scalar: { [bound]: value } } });

  describe.each(["equals", "atLeast", "above", "below", "atMost"])("%s", (bound) => {
    test.each([
      9_007_199_254_740_992,
      -9_007_199_254_740_992,
      // oxlint-disable-next-line no-loss-of-precision
      9007199254740993,
      1e16,
      1e21,
      Number.MAX_VALUE,
    ])("of %d is refused, as JavaScript rounds whole numbers of that size", (value) => {
      expect(() => gate(bound, value)).toThrow(
        `expect.scalar.${bound}: expected the digits of an integer beyond 2^53 as a string: as a number it was rounded`,
      );
    });

    test.each([1n, NaN, Infinity, null, [1], {}])("of %s is refused, and what would be a number is said", (value) => {
      expect(() => gate(bound, value)).toThrow(
        bound === "equals"
          ? "expect.scalar.equals: expected a number, a text or a boolean; a bigint as a string of its digits"
          : `expect.scalar.${bound}: expected a number, or the digits of one such as "12.50"`,
      );
    });

    test.each([0.1, 1e-7, 5e-324, -2.5, 9_007_199_254_740_991, "1e21", "9007199254740993"])("of %s is one", (value) => {
      expect(() => gate(bound, value)).not.toThrow();
    });
  });

  test("of a number that is not whole is the decimal that JavaScript writes for it, exactly", () => {
    expect(compareDecimals("0.1", 0.1)).toBe(0);
    expect(compareDecimals("0.1000000000000000055511151231257827", 0.1)).toBe(1);
    expect(compareDecimals("0.0000001", 1e-7)).toBe(0);
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(compareDecimals(String(value), value)).toBe(0);
      }),
    );
  });
});

/** The whole number with its point moved left. */
function shifted(value: bigint, places: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, "0");
  const point = digits.length - places;
  const fraction = places === 0 ? "" : `.${digits.slice(point)}`;
  return `${value < 0n ? "-" : ""}${digits.slice(0, point)}${fraction}`;
}
