import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redactJson, redactorOf, redactText } from "../../src/gate/redact.js";
import { propertyRuns } from "../helpers/runs.js";

const all = (characters: string) => fc.constantFrom(...characters.split(""));
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/** Long enough that it is nowhere by chance. */
const secretOf = (others: string) => fc.string({ unit: all(letters + others), minLength: 12, maxLength: 24 });

/** Places of a URL, and what a secret in them may be made of. */
const places: Record<string, readonly [string, (secret: string) => string]> = {
  "a user": ["-._~!$&()*+,;=%", (secret) => `https://${secret}@host.example/x`],
  "a password": ["-._~!$&()*+,;=:@%", (secret) => `postgres://ada:${secret}@db.example:5432/orders?sslmode=require`],
  "a password in a sentence": [
    "-._~!$&()*+,;=:@%",
    (secret) => `cannot reach redis://:${secret}@cache.example, giving up`,
  ],
  "a password that is not escaped": [
    "-._~!$&()*+,;=:%'/?#",
    (secret) => `postgres://ada:x${secret}@db.example:5432/orders`,
  ],
  "a query value": ["-._~!$()*+,:@%/?=", (secret) => `https://host.example/x?token=${secret}&limit=5`],
  "the last query value": ["-._~!$()*+,:@%/?=", (secret) => `GET https://host.example/?limit=5&sig=${secret} gave 500`],
  "a bare query": ["-._~!$()*+,:@%/?", (secret) => `https://hooks.example/services?${secret}`],
  "a fragment value": ["-._~!$()*+,:@%/?", (secret) => `https://host.example/#access_token=${secret}`],
  "a bearer token": ["-._~+/=", (secret) => `authorization: Bearer ${secret}`],
  "a basic token": ["+/=", (secret) => `sent "Basic ${secret}" to the host`],
};

describe("redactText", () => {
  test.each(Object.entries(places))("never lets %s through", (_, [others, textWith]) => {
    fc.assert(
      fc.property(secretOf(others), (secret) => {
        expect(redactText(textWith(secret))).not.toContain(secret);
      }),
      propertyRuns(1_000),
    );
  });

  test.each([
    ["https://ada:pa@ss@host.example/x", "https://[redacted]@host.example/x"],
    ["amqp://ada@host.example", "amqp://[redacted]@host.example"],
    ["a postgres://a:b@c/d and a redis://:e@f", "a postgres://[redacted]@c/d and a redis://[redacted]@f"],
    ["https://h/x?a=1&b=2;c=3#top", "https://h/x?a=[redacted]&b=[redacted];c=[redacted]#top"],
    ["BEARER abcdefgh123", "BEARER [redacted]"],
    // What holds no secret stays as it is.
    [
      "mail ada@example.org about https://host.example/a/b#top",
      "mail ada@example.org about https://host.example/a/b#top",
    ],
    ["npm view https://registry.example/@scope/package", "npm view https://registry.example/@scope/package"],
    ["http://[::1]:8080/healthz", "http://[::1]:8080/healthz"],
    ["basic checks and bearer of news", "basic checks and bearer of news"],
    ["depth 7 > 5", "depth 7 > 5"],
    ["", ""],
  ])("makes of %j %j", (text, clean) => {
    expect(redactText(text)).toBe(clean);
  });

  test("takes linear time on hostile texts", () => {
    const hostile = [
      `a://${"@".repeat(50_000)}`,
      `${"a".repeat(100_000)}://`,
      `a://b?${"=".repeat(50_000)}`,
      "a://".repeat(20_000),
    ];
    const started = performance.now();
    for (const text of hostile) redactText(text);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("redactJson", () => {
  test.each([
    "password",
    "passwd",
    "PASSWORD",
    "dbPassword",
    "passphrase",
    "secret",
    "clientSecret",
    "secret_key",
    "token",
    "accessToken",
    "api-key",
    "apikey",
    "apiKey",
    "authorization",
    "Proxy-Authorization",
    "cookie",
    "set-cookie",
    "privateKey",
    "private-key",
    "credentials",
  ])("removes what stands under %s, however deep", (key) => {
    expect(redactJson([{ deep: { [key]: "hunter2", other: "kept" } }])).toEqual([
      { deep: { [key]: "[redacted]", other: "kept" } },
    ]);
    expect(redactJson({ [key]: ["hunter2"] })).toEqual({ [key]: "[redacted]" });
  });

  test("keeps what only looks like it", () => {
    const value = {
      tokens: 5,
      passed: "yes",
      tokenCount: "7",
      keyboard: "us",
      author: "ada",
      hasPassword: true,
      secretary: "x",
    };
    expect(redactJson(value)).toEqual({ ...value, secretary: "[redacted]" });
  });

  test("returns the very value where there is nothing to remove", () => {
    const value = { a: [1, "two", { three: null }] };
    expect(redactJson(value)).toBe(value);
  });

  test("cleans keys too, and keeps a field called __proto__", () => {
    expect(redactJson({ "https://a:b@c": 1 })).toEqual({ "https://[redacted]@c": 1 });
    const clean = redactJson(JSON.parse('{"__proto__": "https://a:b@c", "z": 1}')) as object;
    expect(Object.entries(clean)).toEqual([
      ["__proto__", "https://[redacted]@c"],
      ["z", 1],
    ]);
  });
});

describe("redactorOf", () => {
  test("removes the given secrets wherever they stand, and nothing for an empty one", () => {
    const redact = redactorOf(["hunter2", "", "a.b*c"]);
    expect(redact("hunter2hunter2 and a.b*c, not aXbc, https://u:p@h")).toBe(
      "[redacted][redacted] and [redacted], not aXbc, https://[redacted]@h",
    );
    expect(redactorOf([""])("text")).toBe("text");
  });

  test("removes the longer secret whole where one holds the other", () => {
    expect(redactorOf(["abc", "abcdef"])("x abcdef y abc z")).toBe("x [redacted] y [redacted] z");
  });
});
