import { describe, expect, test } from "vitest";
import { sampleRows, shownRow, shownText } from "../../../src/gates/read-only-query/sample-rows.js";

const options = { maxShown: 5, redact: ["email"] };

describe("sampleRows", () => {
  test("shows the first rows, and no more than it may", () => {
    expect(sampleRows([1, 2, 3], { ...options, maxShown: 2 }, (id) => ({ id }))).toEqual([{ id: 1 }, { id: 2 }]);
    expect(sampleRows([1, 2, 3], { ...options, maxShown: 0 }, (id) => ({ id }))).toEqual([]);
  });

  test("shows whole rows, and 64 KiB of them at most", () => {
    const rows = Array.from({ length: 100 }, (_, id) => ({ id, text: "x".repeat(10_000) }));
    expect(sampleRows(rows, { ...options, maxShown: 100 }, (row) => row)).toHaveLength(6);
  });
});

describe("shownRow", () => {
  test("hides columns, whatever they hold, and cuts what is long", () => {
    expect(shownRow({ id: 1, email: null, list: [1, 2], long: ["x".repeat(600)] }, options)).toEqual({
      id: 1,
      email: "[redacted]",
      list: [1, 2],
      long: `["${"x".repeat(498)}… (604 characters)`,
    });
  });
});

describe("shownText", () => {
  test("does not cut through a character", () => {
    expect(shownText("ab😀cd", 3)).toBe("ab… (6 characters)");
    expect(shownText("ab😀", 4)).toBe("ab😀");
  });
});
