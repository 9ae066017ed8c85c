import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toJson } from "../../src/gate/to-json.js";

describe("toJson", () => {
  test("copies every JSON value as it is, deeply", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const copy = toJson(value);
        expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
        if (typeof value === "object" && value !== null) expect(copy).not.toBe(value);
      }),
    );
  });

  test("makes null of undefined at the top, and drops it as a field", () => {
    expect(toJson(undefined)).toBeNull();
    expect(toJson({ a: undefined, b: 1 })).toEqual({ b: 1 });
    expect(toJson([undefined])).toEqual([null]);
    expect(Object.keys(toJson(Object.assign([], { 2: "c", length: 4 })) as object)).toEqual(["0", "1", "2", "3"]);
  });

  test("is what JSON reads back, to the sign of a zero", () => {
    expect(toJson([-0, { a: -0 }])).toStrictEqual(JSON.parse(JSON.stringify([-0, { a: -0 }])));
  });

  test("keeps a field called __proto__, and sets no prototype", () => {
    const copy = toJson(JSON.parse('{"__proto__": {"isAdmin": true}, "constructor": 1}')) as object;
    expect(Object.keys(copy)).toEqual(["__proto__", "constructor"]);
    expect((copy as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  test("takes objects without a prototype, and the same object in two places", () => {
    const shared = { a: 1 };
    expect(toJson({ left: shared, right: [shared] })).toEqual({ left: { a: 1 }, right: [{ a: 1 }] });
    expect(toJson(Object.assign(Object.create(null) as object, { a: 1 }))).toEqual({ a: 1 });
  });

  class Money {
    readonly cents = 1;
  }
  const loop: Record<string, unknown> = { a: [] };
  (loop["a"] as unknown[]).push({ back: loop });

  test.each<[string, unknown, string]>([
    ["NaN", Number.NaN, "value is NaN, which JSON has no word for"],
    ["infinity", { a: [1, Number.NEGATIVE_INFINITY] }, "value.a[1] is -Infinity, which JSON has no word for"],
    ["a bigint", { a: 1n }, "value.a is a bigint, which does not survive JSON"],
    ["a symbol", [Symbol("x")], "value[0] is a symbol, which does not survive JSON"],
    ["a function", { toJSON: () => 1 }, "value.toJSON is a function, which does not survive JSON"],
    ["a date", { at: new Date() }, "value.at is a Date, which does not survive JSON"],
    ["a map", new Map(), "value is a Map, which does not survive JSON"],
    ["a set", new Set(), "value is a Set, which does not survive JSON"],
    ["bytes", { body: new Uint8Array(2) }, "value.body is a Uint8Array, which does not survive JSON"],
    ["an error", { error: new TypeError("x") }, "value.error is a TypeError, which does not survive JSON"],
    ["an instance", { price: new Money() }, "value.price is a Money, which does not survive JSON"],
    ["a boxed text", Object("x"), "value is a String, which does not survive JSON"],
    ["a promise", { a: Promise.resolve() }, "value.a is a Promise, which does not survive JSON"],
    ["a circle", loop, "value.a[0].back refers to itself"],
  ])("refuses %s, and says where it is", (_, value, message) => {
    expect(() => toJson(value)).toThrow(new TypeError(message));
  });
});
