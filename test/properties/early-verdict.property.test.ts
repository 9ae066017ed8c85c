import fc from "fast-check";
import { describe as describeGate, runGates, type Finding } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { worseOf, type Decision } from "../../src/decision/decision.js";
import { isDetermined } from "../../src/decision/range.js";
import { fold } from "../../src/run/verdict/fold.js";
import { release } from "../helpers/gates.js";
import { propertyRuns } from "../helpers/runs.js";
import {
  agreedDecision,
  decisionOfLeaf,
  gateOf,
  leavesOf,
  naiveDecision,
  randomPlan,
  type Node,
} from "./random-plan.js";

describe("the early verdict", () => {
  // The pure form, over any order in which gates may answer.
  test("is out exactly when every completion of the unfinished gates agrees, and is what they agree on", () => {
    const cases = randomPlan.chain((plan) =>
      fc.tuple(fc.constant(plan), fc.shuffledSubarray([...leavesOf(plan)], { minLength: leavesOf(plan).length })),
    );
    fc.assert(
      fc.property(cases, ([plan, order]) => {
        const tree = describeGate(gateOf(plan));
        const decided = new Map<number, Decision>();
        const findings = new Map<string, Finding>();
        const paths = pathsOf(plan);
        for (const leaf of leavesOf(plan))
          if (leaf.isSkipped) findings.set(paths.get(leaf.id) ?? "", skipped(paths.get(leaf.id) ?? ""));
        for (const leaf of [undefined, ...order]) {
          if (leaf && !leaf.isSkipped) {
            // Out of turn, a sequence's order says nothing: what is folded is what was found.
            decided.set(leaf.id, decisionOfLeaf(leaf));
            findings.set(paths.get(leaf.id) ?? "", finding(paths.get(leaf.id) ?? "", decisionOfLeaf(leaf)));
          }
          const { range } = fold(tree, findings);
          const agreed = agreedDecision(withoutOrder(plan), decided);
          expect(range && isDetermined(range) ? range.best : undefined).toBe(agreed);
        }
      }),
      propertyRuns(10_000),
    );
  });

  // The run itself, where gates start, answer and are cancelled in time.
  test("of a run is right, and comes at the first moment at which all completions agree", async () => {
    await fc.assert(
      fc.asyncProperty(randomPlan, async (plan) => {
        const clock = virtualClock();
        const startedAt = clock.now();
        const verdict = await clock.settle(runGates(gateOf(plan), { release, clock }));
        const expected = firstMoment(plan, 0);
        expect(verdict.decision).toBe(expected.decision ?? "hold");
        expect(Date.parse(verdict.decidedAt) - startedAt).toBe(expected.at);
      }),
      propertyRuns(10_000),
    );
  });

  test("is the same as the verdict of a run that lets every gate finish", async () => {
    await fc.assert(
      fc.asyncProperty(randomPlan, async (plan) => {
        const clock = virtualClock();
        const early = await clock.settle(runGates(gateOf(plan), { release, clock }));
        const all = await clock.settle(runGates(gateOf(plan), { release, clock, settle: "all" }));
        expect(all.decision).toBe(early.decision);
      }),
      propertyRuns(500),
    );
  });
});

describe("the gates that are said to have decided", () => {
  test("do decide: without what they found, the verdict is open, or another of their rank stands in", async () => {
    await fc.assert(
      fc.asyncProperty(randomPlan, async (plan) => {
        const clock = virtualClock();
        const { decision, decidedBy, findings } = await clock.settle(runGates(gateOf(plan), { release, clock }));
        const tree = describeGate(gateOf(plan));
        const kept = findings.filter(({ gate, status }) => !decidedBy.includes(gate) && status !== "cancelled");
        const { range } = fold(tree, new Map(kept.map((each) => [each.gate, each])));
        const leaves = new Set(leavesOf(plan).map(({ id }) => pathsOf(plan).get(id)));
        // Where too few gates apply, the composite is named, and no gate in it could have changed that.
        if (decidedBy.length > 0 && decidedBy.every((each) => leaves.has(each))) {
          expect(range && isDetermined(range)).not.toBe(true);
        }
        for (const gate of decidedBy) {
          const found = findings.find((each) => each.gate === gate);
          if (found?.status !== "passed") expect(found?.decision).toBe(decision);
        }
      }),
      propertyRuns(2_000),
    );
  });
});

interface Moment {
  /** `undefined` where nothing applies. */
  readonly decision: Decision | undefined;
  readonly at: number;
}

/** When a plan that starts at a time is decided, by brute force over what is known at each moment. */
function firstMoment(plan: Node, startsAt: number): Moment {
  const answers = answersOf(plan, startsAt);
  const moments = [...new Set([startsAt, ...answers.map(({ at }) => at)])].toSorted((a, b) => a - b);
  for (const at of moments) {
    const known = new Map(answers.filter((answer) => answer.at <= at).map(({ id, decision }) => [id, decision]));
    const decision = agreedDecision(plan, known);
    if (decision !== undefined) return { decision, at };
  }
  return { decision: naiveDecision(plan, new Map()), at: startsAt };
}

interface LeafAnswer {
  readonly id: number;
  readonly at: number;
  readonly decision: Decision;
}

/** When each gate would answer if nothing were cancelled; gates that a sequence never reaches do not. */
function answersOf(plan: Node, startsAt: number): readonly LeafAnswer[] {
  if (!("gates" in plan)) {
    return plan.isSkipped ? [] : [{ id: plan.id, at: startsAt + plan.after, decision: decisionOfLeaf(plan) }];
  }
  if (plan.kind !== "inSequence") return plan.gates.flatMap((child) => answersOf(child, startsAt));
  const answers: LeafAnswer[] = [];
  let at = startsAt;
  for (const child of plan.gates) {
    answers.push(...answersOf(child, at));
    const moment = firstMoment(child, at);
    if (moment.decision === undefined) continue;
    if (moment.decision !== "promote") break;
    at = moment.at;
  }
  return answers;
}

/** In the pure fold a sequence is an `allOf`: it is the run that lets no gate answer out of turn. */
function withoutOrder(plan: Node): Node {
  if (!("gates" in plan)) return plan;
  const gates = plan.gates.map(withoutOrder);
  return plan.kind === "inSequence" ? { ...plan, kind: "allOf", gates } : { ...plan, gates };
}

function pathsOf(plan: Node, parent = ""): Map<number, string> {
  const path = parent === "" ? `g${plan.id}` : `${parent}/g${plan.id}`;
  const inside = "gates" in plan ? plan.gates.flatMap((child) => [...pathsOf(child, path)]) : [];
  return new Map([[plan.id, path], ...inside]);
}

function finding(gate: string, decision: Decision): Finding {
  const status = decision === "promote" ? "passed" : "failed";
  return { gate, kind: "scripted", status, decision, reason: "", observedAt: "2030-01-01T00:00:00.000Z", attempt: 1 };
}

function skipped(gate: string): Finding {
  return { ...finding(gate, worseOf("hold", "promote")), kind: "when", status: "skipped" };
}
