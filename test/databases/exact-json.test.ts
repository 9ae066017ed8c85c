import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseExactJson } from "../../src/databases/exact-json.js";
import { compareDecimals } from "../../src/gates/read-only-query/decimal.js";

describe("parseExactJson", () => {
  test("loses nothing of a number", () => {
    const whole = fc.bigInt().map(String);
    const decimal = fc.tuple(whole, fc.nat(), fc.integer({ min: -400, max: 400 })).map(([a, b, e]) => `${a}.${b}e${e}`);
    fc.assert(
      fc.property(fc.oneof(whole, decimal), (number) => {
        const [value] = parseExactJson(`[${number}]`) as [number | string];
        expect(compareDecimals(value, number)).toBe(0);
      }),
    );
  });

  test("changes nothing but numbers", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.bigInt({ min: 10n ** 20n }), (given, big) => {
        const value: unknown = JSON.parse(JSON.stringify(given, short));
        const text = `{"value":${JSON.stringify(value)},"big":${big}}`;
        expect(parseExactJson(text)).toEqual({ value, big: String(big) });
      }),
    );
  });

  test.each([
    ["10.50", 10.5],
    ["0.000001", 0.000001],
    ["9007199254740991", 9007199254740991],
    ["9007199254740993", "9007199254740993"],
    ["1e400", "1e400"],
    ["1e-400", "1e-400"],
    ['"1e400 and \\"9007199254740993"', '1e400 and "9007199254740993'],
  ])("%s is %j", (text, value) => {
    expect(parseExactJson(text)).toBe(value);
  });

  test.each([
    '{"a": 1, "a": 1}',
    '{"a": 1, "a": 2}',
    '{"a": 1, "\\u0061": 2}',
    '[0, {"b": {"a": [1, 2], "c": "x", "a" : {}}}]',
    '{"big": 9007199254740993, "a": 1, "a": 2}',
    '{"__proto__": 1, "__proto__": 2}',
    '{"": 1, "": null}',
  ])("%s names a field twice, and stays that text", (text) => {
    expect(parseExactJson(text)).toBe(text);
  });

  test.each([
    '{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}',
    '{"a": "\\"b\\": 1", "c": ":"}',
    '["a", {"a" : null}]',
    "{}",
  ])("%s names each field once, and is what it says", (text) => {
    expect(parseExactJson(text)).toEqual(JSON.parse(text));
  });

  test("a document as deep as the parser reads is read", () => {
    const depth = 5_000;
    const text = `${'{"a":['.repeat(depth)}${"]}".repeat(depth)}`;
    expect(parseExactJson(text)).toBeTypeOf("object");
    expect(parseExactJson(`[${text},{"b":1,"b":2}]`)).toBe(`[${text},{"b":1,"b":2}]`);
  });
});

// A number of few digits stays one.
function short(_: string, value: unknown): unknown {
  return typeof value === "number" ? Math.trunc(value % 1e9) : value;
}
