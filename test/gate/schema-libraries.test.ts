import { type } from "arktype";
import { defineGate, runGates } from "release-gates";
import { virtualClock } from "release-gates/testing";
import * as v from "valibot";
import { describe, expect, expectTypeOf, test } from "vitest";
import * as z from "zod";
import { release } from "../helpers/gates.js";

const withZod = defineGate({
  kind: "queue",
  config: z.strictObject({ queue: z.string(), max: z.int().positive() }),
  evidence: z.object({ depth: z.number() }),
  check: ({ config, pass }) => pass(`at most ${config.max}`, { depth: config.max }),
});

const withValibot = defineGate({
  kind: "queue",
  config: v.strictObject({ queue: v.string(), max: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
  evidence: v.object({ depth: v.number() }),
  check: ({ config, pass }) => pass(`at most ${config.max}`, { depth: config.max }),
});

const withArktype = defineGate({
  kind: "queue",
  config: type({ "+": "reject", queue: "string", max: "number.integer > 0" }),
  evidence: type({ depth: "number" }),
  check: ({ config, pass }) => pass(`at most ${config.max}`, { depth: config.max }),
});

describe.each([
  ["zod", withZod],
  ["valibot", withValibot],
  ["arktype", withArktype],
])("a gate whose schemas are of %s", (_, queue) => {
  test("runs, and its evidence is checked and kept", async () => {
    const clock = virtualClock();
    const verdict = await clock.settle(runGates(queue("orders", { queue: "orders", max: 3 }), { release, clock }));
    expect(verdict.decision).toBe("promote");
    expect(verdict.findings[0]?.evidence).toEqual({ depth: 3 });
  });

  test.each([{ queue: "orders", max: 0 }, { queue: 1, max: 3 }, { queue: "orders", max: 3, mx: 4 }, {}])(
    "refuses %j when it is built",
    (wrong) => {
      expect(() => queue("orders", wrong as never)).toThrow(expect.objectContaining({ code: "GATE_CONFIG_INVALID" }));
    },
  );

  test("has a config that is typed by its schema", () => {
    expectTypeOf(queue).parameter(1).toEqualTypeOf<{ queue: string; max: number }>();
  });
});
