import { allOf, anyOf, defineGate, plan, runGates, startRun, type Gate } from "release-gates";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { gate, release } from "../helpers/gates.js";

const good = gate("x", "pass");
const start = (target: unknown) => () => startRun(target as Gate, { release });

describe("a gate that somebody made by hand", () => {
  test("is run where it has the whole shape of one", async () => {
    expect((await runGates({ ...good }, { release })).decision).toBe("promote");
  });

  test.each<[string, object, string]>([
    ["promotes on errors", { ...good, onError: "promote" }, "onError: expected"],
    ["promotes on failures", { ...good, onFail: "promote" }, "onFail: expected"],
    ["has no end", { ...good, timeoutMs: Number.POSITIVE_INFINITY }, "timeoutMs: expected milliseconds above 0"],
    ["is hardly one", { form: "check", kind: "x", name: "x" }, "check: expected a function"],
    ["needs nobody", { ...allOf("r", [good]), need: 0 }, 'need: expected "all", or a whole number from 1 to 1'],
    ["needs more than it has", { ...anyOf("r", [good]), need: 2 }, "need: expected"],
    ["has a path for a name", { ...good, name: "a/b" }, "expected a name without"],
    ["holds one that is none", { ...allOf("r", [good]), gates: [{}] }, "expected a gate"],
  ])("is refused before anything is asked where it %s", (_, odd, why) => {
    expect(start(odd)).toThrow(why);
  });

  test("is refused where it is nested deeper than anybody reads", () => {
    let deep: Gate = good;
    for (let depth = 0; depth < 2_000; depth++) deep = allOf("r", [deep]);
    expect(start(deep)).toThrow("expected gates that are nested at most 200 deep");
  });
});

describe("defineGate", () => {
  const definition = { kind: "odd", config: z.strictObject({}), evidence: z.null(), check: () => ({}) as never };

  test.each<[string, unknown, string]>([
    ["nothing", undefined, "expected object, received undefined"],
    ["a default that promotes", { ...definition, defaults: { onFail: "promote" } }, "defaults.onFail"],
    ["a timeout that is none", { ...definition, defaults: { timeout: "soon" } }, "defaults.timeout"],
    ["no check", { ...definition, check: undefined }, "check: expected a function"],
    ["no schema", { ...definition, config: {} }, "config: expected a Standard Schema"],
    ["a kind that is no name", { ...definition, kind: "Odd Kind" }, "kind: expected a kind in kebab-case"],
  ])("refuses %s where it is written", (_, odd, why) => {
    expect(() => defineGate(odd as never)).toThrow(why);
    expect(() => defineGate(odd as never)).toThrow(expect.objectContaining({ code: "GATE_CONFIG_INVALID" }));
  });
});

describe("what cannot be run", () => {
  test("a plan without a function is refused where it is written", () => {
    expect(() => plan("p", { input: z.string() }, undefined as never)).toThrow(
      "build: expected a function that builds the gate",
    );
  });

  test("a plan that returns a promise is told so, and its rejection ends nothing", () => {
    const late = plan("late", (async () => {
      throw new Error("later");
    }) as never);
    expect(start(late)).toThrow('Plan "late" must return a gate, and no promise of one.');
  });

  test("a gate takes no input", () => {
    expect(() => startRun(good, { release, input: 1 } as never)).toThrow("a gate takes no input; a plan does");
  });
});
