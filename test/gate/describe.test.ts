import fc from "fast-check";
import {
  advisory,
  allOf,
  anyOf,
  atLeast,
  defineGate,
  describe as describeGate,
  fingerprint,
  inSequence,
  steady,
  watch,
  when,
  type Gate,
} from "release-gates";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { canonicalJson } from "../../src/gate/fingerprint.js";
import { publicConfig } from "../../src/gate/public-config.js";
import { gate } from "../helpers/gates.js";
import { refusalOf } from "../helpers/refusal.js";

describe("the description of a gate", () => {
  test("says what a gate is made of, and what it may decide, without running it", () => {
    const whole = inSequence(
      "release",
      [
        gate("ready", "pass", 0, { onFail: "hold", freshFor: "5m" }),
        allOf("checks", [
          advisory(gate("trial", "pass")),
          watch(gate("errors", "pass"), { every: "15s" }),
          when((release) => release.environment === "production", gate("cdn", "pass"), { because: "production alone" }),
        ]),
      ],
      { timeout: "1h" },
    );
    expect(describeGate(whole)).toMatchObject({
      form: "composite",
      kind: "in-sequence",
      path: "release",
      range: { best: "promote", worst: "rollback" },
      need: "all",
      inOrder: true,
      timeoutMs: 3_600_000,
      gates: [
        {
          form: "check",
          kind: "scripted",
          path: "release/ready",
          config: { answer: "pass", after: 0 },
          range: { best: "promote", worst: "hold" },
          onFail: "hold",
          onError: "hold",
          freshForMs: 300_000,
        },
        {
          path: "release/checks",
          gates: [
            {
              form: "advisory",
              path: "release/checks/trial",
              gates: [{ form: "check", path: "release/checks/trial" }],
            },
            { form: "repeated", kind: "watch", path: "release/checks/errors", config: { every: "15 s" } },
            { form: "conditional", condition: "production alone", path: "release/checks/cdn" },
          ],
        },
      ],
    });
  });

  test.each<[string, Gate, object]>([
    ["a gate that holds", gate("a", "pass", 0, { onFail: "hold" }), { best: "promote", worst: "hold" }],
    [
      "a gate that rolls back for errors",
      gate("a", "pass", 0, { onFail: "hold", onError: "rollback" }),
      { best: "promote", worst: "rollback" },
    ],
    [
      "any of two",
      anyOf("any", [gate("a", "pass"), gate("b", "pass", 0, { onFail: "hold" })]),
      { best: "promote", worst: "hold" },
    ],
    [
      "two of two",
      atLeast(2, "two", [gate("a", "pass"), gate("b", "pass", 0, { onFail: "hold" })]),
      { best: "promote", worst: "rollback" },
    ],
    ["nothing but advice", allOf("all", [advisory(gate("a", "pass"))]), { best: "hold", worst: "hold" }],
    [
      "a steady gate",
      steady(gate("a", "pass", 0, { onFail: "hold" }), { for: "1m", every: "1m", onError: "rollback" }),
      { best: "promote", worst: "rollback" },
    ],
  ])("knows the range of %s", (_, whole, range) => {
    expect(describeGate(whole).range).toEqual(range);
  });

  test("refuses two gates with one path, at any depth", () => {
    const twice = {
      ...allOf("deep", [gate("a", "pass"), gate("b", "pass")]),
      gates: [gate("a", "pass"), gate("a", "fail")],
    };
    expect(refusalOf(() => describeGate(allOf("top", [anyOf("middle", [twice])])))).toBe(
      'PATH_DUPLICATE: Two gates have the path "top/middle/deep/a"; give one of them another name.',
    );
    // The same name in two composites is two paths.
    expect(() =>
      describeGate(allOf("top", [allOf("x", [gate("a", "pass")]), allOf("y", [gate("a", "pass")])])),
    ).not.toThrow();
  });
});

describe("fingerprint", () => {
  const config = z.strictObject({
    max: z.number(),
    labels: z.record(z.string(), z.string()).optional(),
    api: z.string().optional(),
  });
  const depth = defineGate({ kind: "depth", config, evidence: z.null(), check: ({ pass }) => pass("", null) });

  test("is the same for the same question, in whatever order its fields are written", () => {
    const labels = fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.string({ maxLength: 5 }), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(labels, (given) => {
        const reversed = Object.fromEntries(Object.entries(given).toReversed());
        expect(fingerprint(depth("d", { max: 1, labels: given }))).toBe(
          fingerprint(depth("d", { labels: reversed, max: 1 })),
        );
      }),
    );
    expect(fingerprint(depth("d", { max: 1 }))).toMatch(/^[\da-f]{64}$/);
  });

  test("changes with each threshold, name, option and place", () => {
    const one = depth("d", { max: 1 });
    const variants: Gate[] = [
      one,
      depth("d", { max: 2 }),
      depth("e", { max: 1 }),
      depth("d", { max: 1 }, { onFail: "rollback" }),
      depth("d", { max: 1 }, { onError: "rollback" }),
      depth("d", { max: 1 }, { timeout: "1s" }),
      depth("d", { max: 1 }, { freshFor: "1s" }),
      advisory(one),
      when(() => true, one),
      when(() => true, one, { because: "always" }),
      watch(one, { every: "1s" }),
      watch(one, { every: "2s" }),
      steady(one, { every: "1s", for: "1s" }),
      allOf("d", [one]),
      anyOf("d", [one]),
      inSequence("d", [one]),
      allOf("d", [one], { timeout: "1s" }),
      allOf("d", [one, depth("e", { max: 1 })]),
      allOf("d", [depth("e", { max: 1 }), one]),
      atLeast(2, "d", [one, depth("e", { max: 1 })]),
    ];
    expect(new Set(variants.map(fingerprint)).size).toBe(variants.length);
  });

  test("shows no secret, and does not change with one", () => {
    const withKey = (key: string) => depth("d", { max: 1, api: `https://ada:${key}@host.example/?sig=${key}` });
    expect(JSON.stringify(describeGate(withKey("hunter2")))).not.toContain("hunter2");
    expect(fingerprint(withKey("hunter2"))).toBe(fingerprint(withKey("correct-horse")));
  });
});

describe("canonicalJson", () => {
  test("sorts keys at every depth, and nothing else", () => {
    expect(canonicalJson({ b: [{ z: 1, a: 2 }], a: null, B: 1 })).toBe('{"B":1,"a":null,"b":[{"a":2,"z":1}]}');
  });
});

describe("publicConfig", () => {
  test.each<[string, unknown, unknown]>([
    ["JSON as it is", { a: [1, "x", null, true], b: { c: 2 } }, { a: [1, "x", null, true], b: { c: 2 } }],
    ["functions by name", { f: function named() {}, g: () => {} }, { f: "function named", g: "function g" }],
    ["a nameless function as such", [() => {}], { value: ["function (anonymous)"] }],
    ["patterns and dates as texts", { p: /a+/u }, { p: "/a+/u" }],
    ["numbers that JSON has no word for", { n: Number.NaN, i: Infinity }, { n: "NaN", i: "Infinity" }],
    ["instances by their class", { m: new Map(), u: new URL("https://a:b@c/") }, { m: "Map", u: "URL" }],
    ["what is none of it by type", { b: 1n, s: Symbol("x") }, { b: "bigint", s: "symbol" }],
    ["no undefined fields", { a: undefined, b: 1 }, { b: 1 }],
    [
      "secrets removed",
      { password: "p", list: [{ token: "t" }] },
      { password: "[redacted]", list: [{ token: "[redacted]" }] },
    ],
    ["a text alone", "https://a:b@c", { value: "https://[redacted]@c" }],
    ["nothing", undefined, { value: "undefined" }],
    ["no field that sets a prototype", JSON.parse('{"__proto__": {"a": 1}}'), JSON.parse('{"__proto__": {"a": 1}}')],
  ])("shows %s", (_, config, shown) => {
    expect(publicConfig(config)).toEqual(shown);
  });

  test("ends at a depth, so that a circle does", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    expect(JSON.stringify(publicConfig(loop))).toContain("…");
  });
});
