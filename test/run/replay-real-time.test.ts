import { allOf, replay, startRun, watch, type Clock, type Gate } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { custom, gate, release } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";

/** Runs a gate on timers that are late, as real ones are. */
async function runLate(tree: Gate, lateMs: number) {
  const base = virtualClock();
  const clock: Clock = { now: base.now, schedule: (at, callback) => base.schedule(at + lateMs, callback) };
  const run = startRun(tree, { release, clock });
  return { run, verdict: await base.settle(run.verdict) };
}

describe("replay of a run whose timers were late", () => {
  const asks = (onError: "hold" | "rollback") =>
    custom("asks", async ({ step, pass }) => pass("well", { seen: await step("look", () => 1) }), { onError });

  test.each([1, 3, 7, 19])("asks for the rounds that were, and for no others: %d ms", async (lateMs) => {
    const tree = allOf("all", [watch(asks("rollback"), { every: 20 }), gate("slow", "pass", 300)]);
    const { run, verdict } = await runLate(tree, lateMs);
    expect(verdict.decision).toBe("promote");
    const again = await replay(run.record(), tree);
    expect([again.verdict.decision, again.unknown]).toEqual(["promote", []]);
  });

  test("holds for what the record does not have, whatever the gate makes of errors", async () => {
    const { run } = await judge(gate("x", "pass"));
    const { verdict, unknown } = await replay(run.record(), asks("rollback"));
    expect([verdict.decision, unknown]).toEqual(["hold", [{ gate: "asks", asked: "look" }]]);
  });

  test("keeps the run's deadline", async () => {
    const slow = gate("slow", "pass", 120_000);
    const { run, decision } = await judge(slow, { deadline: "1m" });
    expect([decision, (await replay(run.record(), slow)).verdict.decision]).toEqual(["hold", "hold"]);
  });
});
