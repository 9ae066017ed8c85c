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

  test("is the same for two numbers where they are the same, and for no others", () => {
    const decimal = fc.record({ digits: fc.bigInt(-(10n ** 20n), 10n ** 20n), scale: fc.integer({ min: -3, max: 3 }) });
    const shifted = ({ digits, scale }: { digits: bigint; scale: number }, by: number) =>
      `${digits}${"0".repeat(by)}e${scale - by}`;
    const pointed = ({ digits, scale }: { digits: bigint; scale: number }, by: number) =>
      `${digits}.${"0".repeat(by)}E${scale}`;
    fc.assert(
      fc.property(decimal, decimal, fc.nat(30), (one, other, by) => {
        const read = parseExactJson(shifted(one, 0));
        expect(parseExactJson(shifted(one, by))).toBe(read);
        expect(parseExactJson(pointed(one, by + 1))).toBe(read);
        const isSame = one.digits * 10n ** BigInt(one.scale + 3) === other.digits * 10n ** BigInt(other.scale + 3);
        expect(parseExactJson(shifted(other, by)) === read).toBe(isSame);
      }),
    );
  });

  test("reads digits without end in time that grows with them", () => {
    const zeros = "0".repeat(1_000_000);
    expect(parseExactJson(`1${zeros}1`)).toBe(`1${zeros}1`);
    expect(parseExactJson(`0.${zeros}1`)).toBe("1e-1000001");
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
    ["1.00000000000000000000", 1],
    ["10.000000000000000000000e0", 10],
    ["-0.000000000000000000", 0],
    ["1e5000", "1e5000"],
    ["9007199254740993.0", "9007199254740993"],
    ["9007199254740992.0", "9007199254740992"],
    ["90071992547409930E-1", "9007199254740993"],
    ["-0.01234567890123456789000", "-0.01234567890123456789"],
    ["12345678901234567890.50", "12345678901234567890.5"],
    ["1E400", "1e400"],
    ["1e20", "100000000000000000000"],
    ["100000000000000000000", "100000000000000000000"],
    ["123456789012345e9", "123456789012345000000000"],
    ["15e1", 150],
    ["15e-1", 1.5],
    [`1${"0".repeat(400)}`, "1e400"],
    ["1.50e400", "15e399"],
    [`1${"0".repeat(99)}1`, `1${"0".repeat(99)}1`],
    ["1e999999999999999999999", "1e999999999999999999999"],
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
