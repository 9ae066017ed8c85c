import { advisory, allOf, anyOf, atLeast, inSequence, steady, watch, when, type Gate } from "release-gates";
import { describe, expect, test } from "vitest";
import { gate } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";
import { refusalOf } from "../helpers/refusal.js";

const every = { every: "1m" } as const;

/** Whatever an advisory gate may be and answer, before, with and after the others. */
const trials: Record<string, (after: number) => Gate> = {
  passed: (after) => gate("trial", "pass", after),
  failed: (after) => gate("trial", "fail", after),
  inconclusive: (after) => gate("trial", "inconclusive", after),
  errored: (after) => gate("trial", "error", after, { onError: "rollback" }),
  expired: (after) => gate("trial", "pass", after + 500, { timeout: after + 1, onError: "rollback" }),
  skipped: (after) => when(() => false, gate("trial", "fail", after)),
  "a composite": (after) => allOf("trial", [gate("a", "fail", after), gate("b", "pass", 1)]),
  "a composite of nothing": () => allOf("trial", [when(() => false, gate("a", "fail"))]),
  watched: (after) => watch(gate("trial", "fail", after), every),
  steady: (after) => steady(gate("trial", "fail", after), { ...every, for: "2m" }),
  "advisory twice": (after) => advisory(gate("trial", "fail", after)),
};

const wholes: Record<string, (gates: readonly Gate[]) => Gate> = {
  "allOf promoting": (gates) => allOf("all", [...gates]),
  "anyOf promoting": (gates) => anyOf("any", [...gates, gate("bad", "fail", 3)]),
  "allOf rolling back": (gates) => allOf("all", [...gates, gate("bad", "fail", 3)]),
  "atLeast holding": (gates) => atLeast(2, "two", [...gates, gate("unclear", "inconclusive", 3)]),
  "inSequence promoting": (gates) => inSequence("steps", gates),
  "inSequence rolling back": (gates) => inSequence("steps", [...gates, gate("bad", "fail", 3)]),
};

const cases = Object.entries(wholes).flatMap(([whole, wrap]) =>
  Object.entries(trials).flatMap(([trial, make]) =>
    [0, 1, 2].flatMap((place) => [0, 2, 50].map((after) => ({ whole, wrap, trial, make, place, after }))),
  ),
);

describe("advisory", () => {
  test.each(cases)("changes nothing: $trial after $after ms in place $place of $whole", async (each) => {
    const others: readonly Gate[] = [gate("a", "pass", 2), gate("b", "pass", 4)];
    const without = await judge(each.wrap(others));
    const withTrial = await judge(each.wrap(others.toSpliced(each.place, 0, advisory(each.make(each.after)))));
    const seen = ({ decision, after, verdict }: typeof without) => ({
      decision,
      after,
      decidedBy: verdict.decidedBy,
      wouldChange: verdict.wouldChange,
      reason: verdict.reason,
    });
    expect(seen(withTrial)).toEqual(seen(without));
    const trial = withTrial.verdict.findings.find((finding) => finding.gate.endsWith("/trial"));
    expect(trial?.advisory).toBe(true);
  });

  test("goes on until the verdict is out, and shows what it saw", async () => {
    const { statuses } = await judge(
      allOf("all", [gate("a", "pass", 10), advisory(gate("quick", "fail", 5)), advisory(gate("slow", "fail", 50))]),
    );
    expect(statuses).toMatchObject({ "all/quick": "failed", "all/slow": "cancelled" });
  });

  test("alone is nothing checked, and holds", async () => {
    for (const whole of [advisory(gate("trial", "pass")), allOf("all", [advisory(gate("trial", "pass"))])]) {
      const { decision, verdict } = await judge(whole);
      expect([decision, verdict.decidedBy, verdict.reason]).toEqual([
        "hold",
        [],
        "hold orders 2.4.0 in production: nothing was checked",
      ]);
    }
  });

  test("marks every gate inside", async () => {
    const inner = advisory(allOf("trial", [gate("x", "fail", 1), gate("y", "pass", 1)]));
    const { verdict } = await judge(allOf("all", [inner, gate("a", "pass", 5)]));
    const marked = verdict.findings.filter((finding) => finding.advisory).map((finding) => finding.gate);
    expect(marked).toEqual(["all/trial", "all/trial/x", "all/trial/y"]);
  });

  test("refuses what is no gate", () => {
    expect(refusalOf(() => advisory(null as never))).toBe(
      'GATE_CONFIG_INVALID: Invalid config for a gate of kind "advisory": expected a gate, got null',
    );
  });
});
