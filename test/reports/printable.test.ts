import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { printable } from "../../src/reports/printable.js";
import { propertyRuns } from "../helpers/runs.js";

describe("printable", () => {
  test.each([
    ["two\r\n\tlines  here ", "two lines here"],
    ["\u001B[31mred\u001B[0m", "red"],
    ["\u001B]8;;https://evil.example\u0007link\u001B]8;;\u0007", "link"],
    ["\u009B2Jgone", "gone"],
    ["half an escape \u001B[3", "half an escape"],
    ["\u202Eesrever\u2066", "esrever"],
    ["in\u200Bvis\u00ADible\uFEFF", "invisible"],
    ["lone \uD83D surrogate", "lone surrogate"],
    ["e\u0301\u0301\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301"],
    ["数据库 ✔ 😀", "数据库 ✔ 😀"],
  ])("shows %j as %j", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test("takes no longer for a text that is too long", () => {
    expect(printable("x".repeat(1_000_000))).toHaveLength(2_000);
  });

  test("gives one line without control or formatting characters, and the same for what it gave", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const shown = printable(text);
        expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]|\s\s|^\s|\s$/u);
        expect(printable(shown)).toBe(shown);
      }),
      propertyRuns(1_000),
    );
  });
});
