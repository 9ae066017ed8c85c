import { type } from "arktype";
import * as v from "valibot";
import { defineGate, isGate, type GateFactory, type StandardSchemaV1 } from "release-gates";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { judge } from "../helpers/judge.js";
import { refusalOf } from "../helpers/refusal.js";

/** One gate, its schemas written with each library that there is. */
const byLibrary: Record<string, GateFactory<"queue-depth", { queue: string; max: number }, { depth: number }>> = {
  zod: defineGate({
    kind: "queue-depth",
    config: z.strictObject({ queue: z.string(), max: z.int().positive() }),
    evidence: z.object({ depth: z.int() }),
    check: ({ config: { max }, pass, fail }) => (max > 5 ? pass("well", { depth: 5 }) : fail("full", { depth: 5 })),
  }),
  valibot: defineGate({
    kind: "queue-depth",
    config: v.strictObject({ queue: v.string(), max: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
    evidence: v.object({ depth: v.pipe(v.number(), v.integer()) }),
    check: ({ config: { max }, pass, fail }) => (max > 5 ? pass("well", { depth: 5 }) : fail("full", { depth: 5 })),
  }),
  arktype: defineGate({
    kind: "queue-depth",
    config: type({ "+": "reject", queue: "string", max: "number.integer > 0" }),
    evidence: type({ depth: "number.integer" }),
    check: ({ config: { max }, pass, fail }) => (max > 5 ? pass("well", { depth: 5 }) : fail("full", { depth: 5 })),
  }),
};

const queueDepth = byLibrary["zod"] as (typeof byLibrary)[string];
const config = { queue: "orders", max: 10 };

describe.each(Object.entries(byLibrary))("a gate whose schemas are of %s", (_, factory) => {
  test("runs, and shows its config and its evidence", async () => {
    const backlog = factory("backlog", config);
    expect(backlog).toMatchObject({ form: "check", kind: "queue-depth", name: "backlog", config, onFail: "hold" });
    const { verdict } = await judge(backlog);
    expect(verdict.findings[0]).toMatchObject({ status: "passed", evidence: { depth: 5 } });
    expect((await judge(factory("backlog", { queue: "orders", max: 1 }))).decision).toBe("hold");
  });

  test.each<[string, unknown, RegExp]>([
    ["a typo", { queue: "orders", mx: 10 }, /mx/],
    ["an unknown field", { ...config, limit: 3 }, /limit/],
    ["a wrong type", { queue: 7, max: 10 }, /queue: .*string/],
    ["a value out of range", { queue: "orders", max: 0 }, /max: /],
    ["nothing", undefined, /expected|must be/i],
  ])("refuses %s when it is built", (__, wrong, why) => {
    const refusal = refusalOf(() => factory("backlog", wrong as never));
    expect(refusal).toMatch(/^GATE_CONFIG_INVALID: Invalid config for gate "backlog" \(queue-depth\): /);
    expect(refusal).toMatch(why);
  });

  test("is errored where its evidence does not fit", async () => {
    const broken = {
      ...factory("backlog", config),
      check: () => ({ status: "passed", reason: "", evidence: { depth: "x" } }) as never,
    };
    const { decision, reasons } = await judge(broken);
    expect(decision).toBe("hold");
    expect(reasons["backlog"]).toMatch(
      /^could not be checked: Gate "backlog" returned evidence that its own schema refuses: depth: /,
    );
  });
});

describe("the config errors of a gate", () => {
  test("name gate, field, expected and got", () => {
    expect(refusalOf(() => queueDepth("backlog", { queue: 7, mx: 3 } as never))).toMatchInlineSnapshot(
      `"GATE_CONFIG_INVALID: Invalid config for gate "backlog" (queue-depth): queue: Invalid input: expected string, received number; max: Invalid input: expected number, received undefined; Unrecognized key: "mx""`,
    );
    expect(refusalOf(() => queueDepth("backlog", { queue: "orders", max: -1 }))).toMatchInlineSnapshot(
      `"GATE_CONFIG_INVALID: Invalid config for gate "backlog" (queue-depth): max: Too small: expected number to be >0"`,
    );
  });

  test("do not repeat values of the config, which may be secret", () => {
    const factory = defineGate({
      kind: "api",
      config: z.strictObject({ key: z.string().max(5) }),
      evidence: z.null(),
      check: ({ pass }) => pass("", null),
    });
    expect(refusalOf(() => factory("api", { key: "hunter2-hunter2" }))).not.toContain("hunter2");
  });

  test("carry the issues", () => {
    try {
      queueDepth("backlog", {} as never);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        code: "GATE_CONFIG_INVALID",
        details: { kind: "queue-depth", gate: "backlog", issues: [{ path: ["queue"] }, { path: ["max"] }] },
      });
    }
  });

  test("of an asynchronous schema are a TypeError for its author", () => {
    const asynchronous: StandardSchemaV1<object> = {
      "~standard": { version: 1, vendor: "test", validate: () => Promise.reject(new Error("later")) },
    };
    const factory = defineGate({
      kind: "slow",
      config: asynchronous,
      evidence: z.null(),
      check: ({ pass }) => pass("", null),
    });
    expect(() => factory("a", {})).toThrow(
      new TypeError('The config schema of gate kind "slow" is asynchronous; a gate is built synchronously.'),
    );
  });
});

describe("the name of a gate", () => {
  test.each([
    ["a slash", "a/b"],
    ["a hash", "a#1"],
    ["a tilde", "a~2"],
    ["a line break", "a\nb"],
    ["a NUL", "a\0b"],
    ["an escape", "a\u001b[31m"],
    ["a C1 control character", "a\u0085b"],
  ])("refuses %s", (_, name) => {
    expect(refusalOf(() => queueDepth(name, config))).toContain(
      'expected a name without "/", "#", "~" or control characters, got ',
    );
  });

  test.each<[unknown, string]>([
    ["", 'Invalid name for a gate of kind "queue-depth": expected a name of at least one character, got ""'],
    [undefined, `Invalid name for a gate of kind "queue-depth": expected the gate's name, a string, got nothing`],
    [7, `Invalid name for gate "7" (queue-depth): expected the gate's name, a string, got 7`],
    [" a", 'Invalid name for gate " a" (queue-depth): expected a name without spaces around it, got " a"'],
    ["x".repeat(101), "expected a name of at most 100 characters, got 101 characters"],
    [{ queue: "orders" }, "expected the gate's name, a string, got an object"],
  ])("refuses %j", (name, message) => {
    expect(refusalOf(() => queueDepth(name as never, config))).toContain(message);
  });

  test.each(["orders backlog", "é", "日本語", "a.b:c", "x".repeat(100), "__proto__", "constructor"])(
    "may be %s",
    async (name) => {
      const { statuses } = await judge(queueDepth(name, config));
      expect(Object.entries(statuses)).toEqual([[name, "passed"]]);
    },
  );
});

describe("the options of a gate", () => {
  test.each<[object, string]>([
    [{ onFail: "promote" }, 'onFail: expected "hold" or "rollback": nothing but evidence promotes, got "promote"'],
    [{ onError: "promote" }, 'onError: expected "hold" or "rollback": nothing but evidence promotes, got "promote"'],
    [{ onFail: "ignore" }, 'onFail: expected "hold" or "rollback": nothing but evidence promotes, got "ignore"'],
    [
      { timeout: "5 minutes" },
      'timeout: expected a duration such as "30s", "5m" or a number of milliseconds ≥ 0, got "5 minutes"',
    ],
    [{ timeout: 0 }, "timeout: expected a duration above 0, got 0"],
    [{ freshFor: -1 }, 'freshFor: expected a duration such as "30s", "5m" or a number of milliseconds ≥ 0, got -1'],
    [{ required: false }, 'Unrecognized key: "required"'],
  ])("refuse %j", (options, why) => {
    expect(refusalOf(() => queueDepth("backlog", config, options as never))).toBe(
      `GATE_CONFIG_INVALID: Invalid options for gate "backlog" (queue-depth): ${why}`,
    );
  });

  test("fall back to what the kind says, and then to hold and five minutes", () => {
    const plain = queueDepth("backlog", config);
    expect([plain.onFail, plain.onError, plain.timeoutMs, plain.freshForMs]).toEqual([
      "hold",
      "hold",
      300_000,
      undefined,
    ]);
    const kind = defineGate({
      kind: "slow",
      config: z.strictObject({ windows: z.int() }),
      evidence: z.null(),
      defaults: { onFail: "rollback", timeout: ({ windows }) => windows * 60_000 },
      check: ({ pass }) => pass("", null),
    });
    const slow = kind("slow", { windows: 3 });
    expect([slow.onFail, slow.timeoutMs]).toEqual(["rollback", 180_000]);
    const told = kind("slow", { windows: 3 }, { onFail: "hold", onError: "rollback", timeout: "1s", freshFor: "1y" });
    expect([told.onFail, told.onError, told.timeoutMs, told.freshForMs]).toEqual([
      "hold",
      "rollback",
      1_000,
      31_536_000_000,
    ]);
  });
});

describe("isGate", () => {
  test("knows a gate by its shape", () => {
    expect(isGate(queueDepth("backlog", config))).toBe(true);
    for (const other of [
      null,
      undefined,
      1,
      "gate",
      {},
      () => {},
      { form: "check" },
      { form: "x", kind: "k", name: "n" },
    ]) {
      expect(isGate(other)).toBe(false);
    }
  });
});
