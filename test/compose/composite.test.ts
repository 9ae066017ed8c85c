import { advisory, allOf, anyOf, atLeast, inSequence, when, type Gate } from "release-gates";
import { describe, expect, test } from "vitest";
import { gate } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";
import { refusalOf } from "../helpers/refusal.js";

/** A gate for each status that decides, what it decides, and after how many milliseconds. */
const outcomes = {
  passed: { make: (name: string) => gate(name, "pass", 5), decision: "promote" },
  "failed, rolling back": { make: (name: string) => gate(name, "fail", 5), decision: "rollback" },
  "failed, holding": { make: (name: string) => gate(name, "fail", 5, { onFail: "hold" }), decision: "hold" },
  inconclusive: { make: (name: string) => gate(name, "inconclusive", 5), decision: "hold" },
  errored: { make: (name: string) => gate(name, "error", 5), decision: "hold" },
  "errored, rolling back": {
    make: (name: string) => gate(name, "error", 5, { onError: "rollback" }),
    decision: "rollback",
  },
  expired: { make: (name: string) => gate(name, "pass", 50, { timeout: 5 }), decision: "hold" },
  "expired, rolling back": {
    make: (name: string) => gate(name, "pass", 50, { timeout: 5, onError: "rollback" }),
    decision: "rollback",
  },
} as const;

/** Each combinator with partners that leave the decision to the gate inside. */
const combinators = {
  allOf: (name: string, inside: Gate) => allOf(name, [gate("good", "pass", 2), inside]),
  anyOf: (name: string, inside: Gate) => anyOf(name, [inside, gate("bad", "fail", 2)]),
  atLeast: (name: string, inside: Gate) => atLeast(2, name, [gate("bad", "fail", 9), inside, gate("good", "pass", 2)]),
  inSequence: (name: string, inside: Gate) => inSequence(name, [gate("good", "pass", 2), inside]),
} as const;

const cases = Object.entries(combinators).flatMap(([combinator, wrap]) =>
  Object.entries(outcomes).flatMap(([outcome, { make, decision }]) =>
    [1, 2, 4].map((depth) => ({ combinator, wrap, outcome, make, decision, depth })),
  ),
);

describe("a composite", () => {
  test.each(cases)("$combinator passes on a gate that is $outcome at depth $depth", async (each) => {
    let whole: Gate = each.make("inside");
    for (let depth = 1; depth <= each.depth; depth += 1) whole = each.wrap(`level ${depth}`, whole);
    const { decision, verdict } = await judge(whole);
    expect(decision).toBe(each.decision);
    if (decision === "promote") return;
    expect(verdict.decidedBy.some((path) => path.endsWith("/inside"))).toBe(true);
    expect(verdict.reason).toContain("«");
  });

  test.each(Object.entries(combinators))(
    "%s with every gate skipped is skipped, and at the root holds",
    async (_, wrap) => {
      const none = when(() => false, gate("inside", "fail"));
      const skipping = { allOf, anyOf, atLeast: atLeast.bind(null, 1), inSequence };
      for (const combine of Object.values(skipping)) {
        const { decision, statuses, verdict } = await judge(combine("root", [none]));
        expect([decision, statuses["root"], verdict.decidedBy]).toEqual(["hold", "skipped", []]);
        expect(verdict.reason).toBe("hold orders 2.4.0 in production: nothing was checked");
      }
      // Inside another composite it drops out: the partners alone decide.
      const partner = await judge(allOf("root", [gate("alone", "pass", 1), allOf("empty", [none])]));
      expect(partner.decision).toBe("promote");
      const { decision } = await judge(wrap("root", allOf("empty", [none])));
      expect(decision).toBe(
        wrap === combinators.anyOf ? "rollback" : wrap === combinators.atLeast ? "rollback" : "promote",
      );
    },
  );

  test("that is expired tells the gates that were asked from those that were not", async () => {
    const slow = gate("slow", "pass", 100, { onError: "rollback" });
    const late = gate("late", "pass", 100, { onError: "rollback" });
    const { decision, after, statuses } = await judge(inSequence("steps", [slow, late], { timeout: 20 }));
    expect([decision, after]).toEqual(["rollback", 20]);
    // What was never asked cannot have been late.
    expect(statuses).toEqual({ steps: "expired", "steps/slow": "expired", "steps/late": "cancelled" });
  });

  test("that is expired keeps what was answered in time", async () => {
    const gates = [gate("quick", "pass", 1), gate("slow", "pass", 100)];
    expect((await judge(allOf("all", gates, { timeout: 20 }))).decision).toBe("hold");
    expect((await judge(anyOf("any", gates, { timeout: 20 }))).decision).toBe("promote");
    const { decision, reasons } = await judge(atLeast(2, "two", [...gates, gate("bad", "fail", 1)], { timeout: 20 }));
    expect([decision, reasons["two/slow"]]).toEqual(["hold", "no answer within 20 ms of «two»"]);
  });

  test("inside another may expire alone", async () => {
    const inner = allOf("inner", [gate("slow", "pass", 1_000)], { timeout: 10 });
    const { statuses, after, decision } = await judge(anyOf("outer", [inner, gate("other", "pass", 30)]));
    expect([decision, after]).toEqual(["promote", 30]);
    expect(statuses["outer/inner"]).toBe("expired");
  });

  test("leaves no timeout behind once it is decided", async () => {
    const { clock } = await judge(allOf("all", [gate("a", "pass", 1)], { timeout: "5y" }));
    // With a timer left, this would go on to it.
    await expect(clock.settle(new Promise(() => {}))).rejects.toThrow("Nothing is scheduled any more");
  });

  test("cancels the gates that cannot change it any more, and goes on with the others", async () => {
    const decided = anyOf("any", [gate("quick", "pass", 1), gate("slow", "fail", 50)]);
    const { statuses, after } = await judge(allOf("all", [decided, gate("other", "pass", 20)]));
    expect(after).toBe(20);
    expect(statuses).toMatchObject({ "all/any/quick": "passed", "all/any/slow": "cancelled", "all/any": "passed" });
  });
});

describe("atLeast", () => {
  const skipped = when(() => false, gate("skipped", "pass"));

  test("holds where fewer gates apply than are needed, though all of them pass", async () => {
    const gates = [gate("a", "pass", 1), skipped, advisory(gate("b", "pass", 1))];
    const { decision, reasons, verdict } = await judge(atLeast(2, "two", gates));
    expect(decision).toBe("hold");
    expect(reasons["two"]).toBe("only 1 of the 2 gates that must promote apply");
    expect([verdict.decidedBy, verdict.wouldChange]).toEqual([["two"], []]);
  });

  test("is as bad as its worst gate where fewer gates apply than are needed", async () => {
    const gates = [gate("a", "pass", 1), gate("b", "fail", 5), skipped];
    const { decision, verdict } = await judge(atLeast(3, "three", gates));
    expect([decision, verdict.decidedBy]).toEqual(["rollback", ["three/b"]]);
  });

  test("decides as soon as enough gates have promoted", async () => {
    const gates = [gate("a", "pass", 3), gate("b", "fail", 1), gate("c", "pass", 7), gate("d", "pass", 50)];
    const { decision, after } = await judge(atLeast(2, "two", gates));
    expect([decision, after]).toEqual(["promote", 7]);
  });

  test("decides as soon as enough gates can no longer promote", async () => {
    const gates = [gate("a", "fail", 3), gate("b", "fail", 7), gate("c", "pass", 50)];
    const { decision, after } = await judge(atLeast(2, "two", gates));
    expect([decision, after]).toEqual(["rollback", 7]);
  });
});

describe("the config of a composite", () => {
  const one = gate("one", "pass");

  test.each([
    [
      "no gates",
      () => allOf("checks", []),
      'GATE_CONFIG_INVALID: Invalid config for gate "checks" (all-of): expected at least one gate: nothing checked is nothing promoted, got an empty list',
    ],
    [
      "something that is no list",
      () => anyOf("checks", one as never),
      'GATE_CONFIG_INVALID: Invalid config for gate "checks" (any-of): expected a list of gates, got an object',
    ],
    [
      "something that is no gate",
      () => inSequence("checks", [one, "health" as never]),
      'GATE_CONFIG_INVALID: Invalid config for gate "checks" (in-sequence): 1: expected a gate, got "health"',
    ],
    [
      "a factory that was not called",
      () => allOf("checks", [(() => one) as never]),
      'GATE_CONFIG_INVALID: Invalid config for gate "checks" (all-of): 0: expected a gate, got a function',
    ],
    [
      "two gates of one name",
      () => allOf("checks", [one, gate("one", "fail")]),
      'PATH_DUPLICATE: Two gates have the path "checks/one"; give one of them another name.',
    ],
    [
      "two gates of one name behind wrappers",
      () => allOf("checks", [one, advisory(one)]),
      'PATH_DUPLICATE: Two gates have the path "checks/one"; give one of them another name.',
    ],
    [
      "more gates needed than there are",
      () => atLeast(3, "checks", [one, gate("two", "pass")]),
      'GATE_CONFIG_INVALID: Invalid config for gate "checks" (at-least): expected how many of the 2 gates must promote: a whole number from 1 to 2, got 3',
    ],
    [
      "no gates needed",
      () => atLeast(0, "checks", [one]),
      'GATE_CONFIG_INVALID: Invalid config for gate "checks" (at-least): expected how many of the 1 gates must promote: a whole number from 1 to 1, got 0',
    ],
    [
      "half a gate needed",
      () => atLeast(1.5, "checks", [one, gate("two", "pass")]),
      'GATE_CONFIG_INVALID: Invalid config for gate "checks" (at-least): expected how many of the 2 gates must promote: a whole number from 1 to 2, got 1.5',
    ],
    [
      "an option that does not exist",
      () => allOf("checks", [one], { onFail: "promote" } as never),
      'GATE_CONFIG_INVALID: Invalid options for gate "checks" (all-of): Unrecognized key: "onFail"',
    ],
    [
      "a timeout of nothing",
      () => allOf("checks", [one], { timeout: "0s" }),
      'GATE_CONFIG_INVALID: Invalid options for gate "checks" (all-of): timeout: expected a duration above 0, got "0s"',
    ],
    [
      "no name",
      () => allOf("", [one]),
      'GATE_CONFIG_INVALID: Invalid name for a gate of kind "all-of": expected a name of at least one character, got ""',
    ],
  ])("refuses %s", (_, make, message) => {
    expect(refusalOf(make)).toBe(message);
  });

  test("is not changed by what happens to the list afterwards", async () => {
    const gates: Gate[] = [gate("a", "fail", 1)];
    const all = allOf("all", gates);
    gates.pop();
    expect((await judge(all)).decision).toBe("rollback");
  });
});
