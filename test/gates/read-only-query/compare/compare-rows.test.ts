import fc from "fast-check";
import type { ColumnKind, JsonObject } from "release-gates";
import { describe, expect, test } from "vitest";
import {
  compareKeys,
  compareRows,
  compareRowsInOrder,
} from "../../../../src/gates/read-only-query/compare/compare-rows.js";
import { comparableText } from "../../../../src/gates/read-only-query/compare/comparable-value.js";
import { propertyRuns } from "../../../helpers/runs.js";

const how = { columns: ["id", "v"], key: ["id"], kinds: new Map<string, ColumnKind>() };
const row = (id: number | null, v: string) => ({ id, v });

describe("compareRows", () => {
  test("says nothing of rows that are the same in another order, each as often", () => {
    const rows = [row(1, "a"), row(2, "b"), row(2, "b")];
    const nothing = { missing: [], unexpected: [], different: [], isReordered: false };
    expect(compareRows(rows, rows.toReversed(), how)).toEqual(nothing);
    expect(compareRows([], [], how)).toEqual(nothing);
  });

  test("tells rows that are missing, unexpected, and different under the same key", () => {
    expect(compareRows([row(1, "a"), row(2, "x"), row(4, "d")], [row(1, "a"), row(2, "b"), row(3, "c")], how)).toEqual({
      missing: [row(3, "c")],
      unexpected: [row(4, "d")],
      different: [{ observed: row(2, "x"), expected: row(2, "b"), columns: ["v"] }],
      isReordered: false,
    });
  });

  test("counts rows of one key: a duplicate is unexpected, and one that is gone is missing", () => {
    expect(compareRows([row(1, "a"), row(1, "a")], [row(1, "a")], how).unexpected).toEqual([row(1, "a")]);
    expect(compareRows([row(1, "a")], [row(1, "a"), row(1, "a")], how).missing).toEqual([row(1, "a")]);
    const { different, unexpected } = compareRows([row(1, "x"), row(1, "y")], [row(1, "a")], how);
    expect([different.length, unexpected]).toEqual([1, [row(1, "y")]]);
  });

  test("NULL is a key as any other, and equal to itself alone", () => {
    expect(compareRows([row(null, "a")], [row(null, "a")], how).different).toEqual([]);
    expect(compareRows([row(null, "a")], [row(null, "b")], how).different).toHaveLength(1);
    expect(compareRows([{ id: null, v: "a" }], [{ id: "null", v: "a" }], how).missing).toHaveLength(1);
  });

  test("pairs two columns as they are, whatever they hold", () => {
    const columns = ["a", "b"];
    const options = { columns, key: columns, kinds: new Map<string, ColumnKind>() };
    expect(compareRows([{ a: "1,", b: "2" }], [{ a: "1", b: ",2" }], options).missing).toHaveLength(1);
    expect(compareRows([{ a: '","', b: "" }], [{ a: "", b: '","' }], options).missing).toHaveLength(1);
  });

  test("compares 100,000 rows with as many", () => {
    const rows = Array.from({ length: 100_000 }, (_, id) => row(id, `value ${id}`));
    const other = rows.map((each) => (each.id === 70_000 ? { ...each, v: "another" } : each)).toReversed();
    const { different, missing, unexpected } = compareRows(rows, other, how);
    expect([different.length, missing.length, unexpected.length]).toEqual([1, 0, 0]);
  });

  test("finds a difference wherever sorting both sides finds one, with any key", () => {
    const value = fc.constantFrom<string | number | null | boolean>("1", 1, "1.0", null, "null", true, "a", "a ");
    const rows = fc.array(fc.record({ id: value, v: value }), { maxLength: 8 });
    const keys = fc.constantFrom(["id"], ["v"], ["id", "v"]);
    fc.assert(
      fc.property(rows, rows, keys, fc.boolean(), (a, b, key, isShuffled) => {
        const other = isShuffled ? a.toReversed() : b;
        const sorted = (side: readonly JsonObject[]) =>
          JSON.stringify(
            side.map((each) => [each["id"], each["v"]].map((x) => JSON.stringify(x)).join("|")).toSorted(),
          );
        const { missing, unexpected, different } = compareRows(a, other, { ...how, key });
        expect(missing.length + unexpected.length + different.length === 0).toBe(sorted(a) === sorted(other));
        expect(a.length - unexpected.length).toBe(other.length - missing.length);
      }),
      propertyRuns(1_000),
    );
  });
});

describe("compareRowsInOrder", () => {
  test("tells the places in which rows differ, and what one side has more", () => {
    expect(compareRowsInOrder([row(1, "a"), row(2, "x")], [row(1, "a"), row(2, "b"), row(3, "c")], how)).toEqual({
      missing: [row(3, "c")],
      unexpected: [],
      different: [{ observed: row(2, "x"), expected: row(2, "b"), columns: ["v"], at: 2 }],
      isReordered: false,
    });
  });

  test("tells the same rows in another order", () => {
    const rows = [row(1, "a"), row(2, "b")];
    expect(compareRowsInOrder(rows, rows.toReversed(), how).isReordered).toBe(true);
    expect(compareRowsInOrder(rows, rows, how).isReordered).toBe(false);
  });
});

describe("compareKeys", () => {
  test("lists each key once that one side lacks", () => {
    const rows = [row(1, "a"), row(1, "b"), row(2, "c"), row(null, "d")];
    expect(compareKeys(rows, [row(2, "x"), row(3, "y")], how)).toEqual({
      missing: [{ id: 3 }],
      unexpected: [{ id: 1 }, { id: null }],
    });
  });
});

describe("comparableText", () => {
  const big = "9007199254740993";
  test.each([
    ["numbers by their value", 1, 1, true],
    ["zero without its sign", -0, 0, true],
    ["a float and the same float", 0.1, 0.1, true],
    ["a float and its neighbour", 0.1, 0.10000000000000002, false],
    ["a number and its digits", 1, "1", false],
    ["integers beyond 2^53", big, "9007199254740992", false],
    ["texts with a space more", "a", "a ", false],
    ["texts in another case", "a", "A", false],
    ["texts that are composed and not", "\u00e9", "e\u0301", false],
    ["decimals written otherwise, as texts", "1.50", "1.5", false],
    ["NULL and the empty text", null, "", false],
    ["true and 1", true, 1, false],
    ["objects in another order", { a: 1, b: [2] }, { b: [2], a: 1 }, true],
    ["lists in another order", [1, 2], [2, 1], false],
    ["a list and its text", ["a"], '["a"]', false],
    ["NaN and NaN", "NaN", "NaN", true],
    ["instants of two offsets, as texts", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", false],
  ])("compares %s", (_, a, b, same) => {
    expect(comparableText(a, null) === comparableText(b, null)).toBe(same);
  });

  test.each([
    ["1.50", "1.5", true],
    ["1.50", 1.5, true],
    ["-0.00", 0, true],
    ["100", "1e2", true],
    ["0.1", "0.10000000000000000001", false],
    ["12345678901234567890.0000000001", "12345678901234567890.0000000002", false],
    ["1", "one", false],
    ["NaN", "NaN", true],
    [["1.0", null], ["1", null], true],
  ])("as numbers, compares %j and %j", (a, b, same) => {
    expect(comparableText(a, "number") === comparableText(b, "number")).toBe(same);
  });

  test.each([[new Date(0)], [1n], [undefined], [Number.NaN], [new Map()]])(
    "does not compare %s, which is no JSON",
    (x) => {
      expect(() => comparableText(x as never, null)).toThrow("no JSON");
    },
  );
});
