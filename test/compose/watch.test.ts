import { advisory, allOf, anyOf, atLeast, inSequence, steady, watch, when, type Gate } from "release-gates";
import { describe, expect, test } from "vitest";
import { changing, gate } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";
import { timeline } from "../helpers/timeline.js";

const minute = 60_000;
const every = { every: "1m" } as const;

/** Watches a gate with these answers, a letter a minute, while its sibling thinks for so many minutes. */
function watched(letters: string, siblingTakes: number, combine: (gates: readonly Gate[]) => Gate = all) {
  return judge(combine([watch(timeline("errors", letters), every), gate("sign-off", "pass", siblingTakes * minute)]));
}

const all = (gates: readonly Gate[]) => allOf("all", gates);

describe("watch", () => {
  test("goes on asking until the gate beside it has decided", async () => {
    const { decision, after, run, statuses } = await watched("P", 5.5);
    expect([decision, after / minute, statuses["all/errors"]]).toEqual(["promote", 5.5, "passed"]);
    // Rounds in minutes 0, 1, 2, 3, 4 and 5.
    expect(run.snapshot().gates.find(({ path }) => path === "all/errors")?.rounds).toBe(6);
  });

  test.each(["F", "PF", "PPPPF", "EF", "IPF"])("takes the first bad round of %s as final", async (letters) => {
    const { decision, after, reasons } = await watched(letters, 60);
    const round = letters.length;
    expect([decision, after / minute]).toEqual(["rollback", round - 1]);
    expect(reasons["all/errors"]).toBe(round === 1 ? "was bad" : `round ${round}: was bad`);
  });

  test("keeps a bad round that does not roll back, and lets the gate beside it go on where it may be worse", async () => {
    const errors = watch(timeline("errors", "PFP", { onFail: "hold" }), every);
    const { decision, after, statuses } = await judge(all([errors, gate("sign-off", "fail", 9 * minute)]));
    expect([decision, after / minute, statuses["all/errors"]]).toEqual(["rollback", 9, "failed"]);
    const { decision: held, after: early } = await judge(
      all([errors, gate("sign-off", "fail", 9 * minute, { onFail: "hold" })]),
    );
    expect([held, early / minute]).toEqual(["hold", 1]);
  });

  test.each(["EP", "IP", "EEIEP", "PEP"])("asks again after rounds of %s that say nothing", async (letters) => {
    const { decision, after } = await watched(letters, 10.5);
    expect([decision, after / minute]).toEqual(["promote", 10.5]);
  });

  test.each([
    // Between two rounds, the last answer counts where it is good …
    { letters: "P", siblingTakes: 2.5, ends: "passed", after: 2.5, rounds: 3 },
    // … and is asked for once more where it is not.
    { letters: "PPEEP", siblingTakes: 3.5, ends: "errored", after: 3.5, rounds: 5 },
    { letters: "PPIII", siblingTakes: 3.5, ends: "inconclusive", after: 3.5, rounds: 5 },
  ])("of $letters is $ends when the gate beside it decides between two rounds", async (line) => {
    const { statuses, after, run } = await watched(line.letters, line.siblingTakes);
    const { rounds } = run.snapshot().gates.find(({ path }) => path === "all/errors") ?? {};
    expect([statuses["all/errors"], after / minute, rounds]).toEqual([line.ends, line.after, line.rounds]);
  });

  test("takes the answer that comes when it is asked once more", async () => {
    // Errored in minute 3, and good again half a minute later, when the gate beside it decides.
    const answers = (at: number) => (at - Date.parse("2030-01-01T00:00:00Z") === 3 * minute ? "error" : "pass");
    const { decision } = await judge(
      all([watch(changing("errors", answers), every), gate("sign-off", "pass", 3.5 * minute)]),
    );
    expect(decision).toBe("promote");
  });

  test("waits for a round that is in flight, where the last answer was not good", async () => {
    const slow = watch(timeline("errors", "EF", {}, 0.8 * minute), every);
    const { decision, after } = await judge(all([slow, gate("sign-off", "pass", 1.5 * minute)]));
    expect([decision, after / minute]).toEqual(["rollback", 1.8]);
  });

  test("does not wait for a round that is in flight, where the last answer was good", async () => {
    const slow = watch(timeline("errors", "P", {}, 0.8 * minute), every);
    const { decision, after, statuses } = await judge(all([slow, gate("sign-off", "pass", 1.5 * minute)]));
    expect([decision, after / minute, statuses["all/errors"]]).toEqual(["promote", 1.5, "passed"]);
  });

  test.each([
    ["P", "promote"],
    ["F", "rollback"],
    ["E", "hold"],
    ["I", "hold"],
  ])("decides in one round of %s where no gate is beside it", async (letter, decision) => {
    const alone = watch(timeline("errors", letter), every);
    for (const whole of [
      alone,
      allOf("all", [alone]),
      inSequence("steps", [alone]),
      allOf("a", [allOf("b", [alone])]),
    ]) {
      const { decision: decided, after } = await judge(whole);
      expect([decided, after]).toEqual([decision, 0]);
    }
  });

  test("decides in one round where all gates beside it watch, never decide, or do not apply", async () => {
    const first = watch(timeline("first", "E"), every);
    const second = watch(timeline("second", "P"), every);
    const beside = [advisory(gate("trial", "pass", minute)), when(() => false, gate("never", "pass", minute))];
    const { decision, after, statuses } = await judge(allOf("all", [first, second, ...beside]));
    expect([decision, after]).toEqual(["hold", 0]);
    expect(statuses).toMatchObject({ "all/first": "errored", "all/second": "passed", "all/never": "skipped" });
  });

  test("is decided by the siblings it has, however deep they are", async () => {
    const deep = allOf("deep", [inSequence("steps", [gate("a", "pass", minute), gate("b", "pass", minute)])]);
    const { after, decision } = await judge(all([watch(timeline("errors", "PEE"), { every: "50s" }), deep]));
    expect([decision, after / minute]).toEqual(["hold", 2]);
  });

  test("under anyOf does not end the wait while another gate may still be better", async () => {
    const any = (gates: readonly Gate[]) => anyOf("any", gates);
    // A good answer so far is none: it may still turn bad, and the gate beside it may promote.
    expect((await watched("P", 3.5, any)).decision).toBe("promote");
    expect((await watched("PF", 3.5, any)).decision).toBe("promote");
    const bad = (letters: string) =>
      judge(anyOf("any", [watch(timeline("errors", letters), every), gate("other", "fail", 2.5 * minute)]));
    expect((await bad("P")).decision).toBe("promote");
    expect((await bad("PF")).decision).toBe("rollback");
    expect((await bad("PPE")).decision).toBe("hold");
  });

  test("under atLeast counts as one of those needed", async () => {
    const two = (letters: string) =>
      judge(
        atLeast(2, "two", [
          watch(timeline("errors", letters), every),
          gate("a", "pass", 2.5 * minute),
          gate("b", "fail", 1.5 * minute),
        ]),
      );
    expect((await two("P")).decision).toBe("promote");
    const { decision, after } = await two("PPF");
    expect([decision, after / minute]).toEqual(["rollback", 2]);
  });

  test("rolls back for an error of the last round only where the gate inside was told to", async () => {
    const told = watch(timeline("errors", "E", { onError: "rollback" }), every);
    const { decision, after } = await judge(all([told, gate("sign-off", "pass", 5 * minute)]));
    // The gate inside says that its error rolls back: that is a decision, and the first bad one is final.
    expect([decision, after]).toEqual(["rollback", 0]);
    const { decision: held } = await watched("E", 5);
    expect(held).toBe("hold");
  });

  test("is cancelled when the verdict is out without it", async () => {
    const { statuses, clock } = await judge(all([watch(timeline("errors", "P"), every), gate("sign-off", "fail", 90)]));
    expect(statuses).toMatchObject({ all: "failed", "all/sign-off": "failed" });
    expect(["passed", "cancelled"]).toContain(statuses["all/errors"]);
    await expect(clock.settle(new Promise(() => {}))).rejects.toThrow("Nothing is scheduled");
  });

  test("is skipped where nothing in it applies", async () => {
    const skipped = allOf("inner", [when(() => false, gate("a", "fail")), advisory(gate("b", "fail"))]);
    const { decision, statuses } = await judge(all([watch(skipped, every), gate("other", "pass", minute)]));
    expect([decision, statuses["all/inner"]]).toEqual(["promote", "skipped"]);
  });

  test("that is stale when the rest is ready is asked once more", async () => {
    const old = watch(timeline("errors", "P", { freshFor: "30s" }), { every: "1h" });
    const { verdict, after } = await judge(all([old, gate("sign-off", "pass", 59 * minute)]));
    expect([verdict.decision, after / minute]).toEqual(["promote", 59]);
    expect(verdict.findings[1]).toMatchObject({ attempt: 2, observedAt: "2030-01-01T00:59:00.000Z" });
    const turned = watch(timeline("errors", "PF", { freshFor: "30s" }), { every: "1h" });
    expect((await judge(all([turned, gate("sign-off", "pass", 59 * minute)]))).decision).toBe("rollback");
  });
});

describe("watch in a sequence", () => {
  const steps = (...gates: readonly Gate[]) => inSequence("steps", gates);

  test("lets the next gate start with its first good answer, and goes on guarding", async () => {
    const { events, decision, after } = await judge(
      steps(watch(timeline("errors", "EEPPPF"), every), gate("sign-off", "pass", 30 * minute)),
    );
    const next = events.find((event) => event.type === "gate:started" && event.gate === "steps/sign-off");
    expect(next?.at).toBe("2030-01-01T00:02:00.000Z");
    expect([decision, after / minute]).toEqual(["rollback", 5]);
  });

  test("lets the next gate start when as many of a group are good as the group needs", async () => {
    const group = anyOf("either", [
      watch(timeline("a", "IIIIP"), every),
      watch(timeline("b", "IIP"), every),
      advisory(gate("trial", "pass")),
    ]);
    const { events, decision } = await judge(steps(group, gate("sign-off", "pass", 30 * minute)));
    const next = events.find((event) => event.type === "gate:started" && event.gate === "steps/sign-off");
    expect([next?.at, decision]).toEqual(["2030-01-01T00:02:00.000Z", "promote"]);
  });

  test("starts nothing after a first bad answer", async () => {
    const { events, statuses } = await judge(steps(watch(timeline("errors", "F"), every), gate("sign-off", "pass", 5)));
    expect(events.some((event) => event.type === "gate:started" && event.gate === "steps/sign-off")).toBe(false);
    expect(statuses["steps/sign-off"]).toBe("cancelled");
  });

  test("starts each gate once, however often it is good", async () => {
    const { events, decision } = await judge(
      steps(watch(timeline("errors", "P"), every), gate("a", "pass", 3.5 * minute), gate("b", "pass", 3.5 * minute)),
    );
    const started = events.flatMap((event) => (event.type === "gate:started" ? [event.gate] : []));
    expect(started.filter((path) => !path.includes("#"))).toEqual(["steps", "steps/errors", "steps/a", "steps/b"]);
    expect(decision).toBe("promote");
  });

  test("guards together with a second one", async () => {
    const whole = steps(
      watch(timeline("errors", "PPPF"), every),
      watch(timeline("latency", "EP"), every),
      gate("sign-off", "pass", 30 * minute),
    );
    const { decision, after, reasons } = await judge(whole);
    expect([decision, after / minute, reasons["steps/errors"]]).toEqual(["rollback", 3, "round 4: was bad"]);
  });

  test("as the last gate decides in one round", async () => {
    const { decision, after } = await judge(steps(gate("a", "pass", 5), watch(timeline("errors", "E"), every)));
    expect([decision, after]).toEqual(["hold", 5]);
  });

  test("waits for gates that are skipped or advisory no more than any other", async () => {
    const whole = steps(
      advisory(gate("trial", "pass", minute)),
      watch(timeline("errors", "P"), every),
      when(() => false, gate("never", "pass")),
      gate("sign-off", "pass", 2.5 * minute),
    );
    const { decision, after } = await judge(whole);
    expect([decision, after / minute]).toEqual(["promote", 2.5]);
  });

  test("does not hold up the next gate for ever: after ten rounds the last answer counts", async () => {
    const down = watch(timeline("errors", "E"), every);
    const { decision, after, statuses } = await judge(steps(down, gate("sign-off", "pass", 5)));
    expect([decision, after / minute]).toEqual(["hold", 9]);
    expect(statuses).toEqual({ steps: "errored", "steps/errors": "errored", "steps/sign-off": "cancelled" });
  });

  test("goes on for more than ten rounds where nothing waits for it", async () => {
    const { decision, after } = await watched("EEEEEEEEEEEEEEEP", 20.5);
    expect([decision, after / minute]).toEqual(["promote", 20.5]);
  });

  test("a steady gate before it may take more than ten rounds", async () => {
    const green = steady(timeline("green", "FFFFFFFFFFFFPPPP"), { for: "3m", every: "1m", timeout: "1h" });
    const { decision, after } = await judge(
      steps(green, watch(timeline("errors", "P"), every), gate("last", "pass", 5)),
    );
    expect([decision, after]).toEqual(["promote", 15 * minute + 5]);
  });
});
