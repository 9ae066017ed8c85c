import fc from "fast-check";
import { rank, type Decision } from "../../src/decision/decision.js";
import { decisionOfLeaf, leavesOf, possibleDecisions, randomPlan, type Leaf, type Node } from "./random-plan.js";

/** A random plan, and what people do about its gates while it runs. */
export interface WaivedPlan {
  readonly plan: Node;
  /** By the leaf's id: how long the run waits for a waiver. Milliseconds, even. */
  readonly waivableMs: ReadonlyMap<number, number>;
  readonly deeds: readonly Deed[];
}

/** Somebody waives a gate, or says that nobody does. */
export interface Deed {
  readonly leaf: number;
  readonly kind: "waive" | "uphold";
  /** Milliseconds from the start, odd, so that nothing else happens then; before the start where it is negative. */
  readonly at: number;
}

/** Everything happens at even times but the deeds, so that nothing is a matter of order. */
function doubled(plan: Node): Node {
  return "gates" in plan ? { ...plan, gates: plan.gates.map(doubled) } : { ...plan, after: plan.after * 2 };
}

export const waivedPlan: fc.Arbitrary<WaivedPlan> = randomPlan.map(doubled).chain((plan) => {
  const ids = leavesOf(plan).map(({ id }) => id);
  const leaf = fc.constantFrom(...ids);
  return fc.record({
    plan: fc.constant(plan),
    waivableMs: fc
      .array(fc.tuple(leaf, fc.integer({ min: 1, max: 15 })), { maxLength: ids.length })
      .map((waits) => new Map(waits.map(([id, half]) => [id, half * 2] as const))),
    deeds: fc.uniqueArray(
      fc.record({
        leaf,
        kind: fc.constantFrom("waive" as const, "waive" as const, "uphold" as const),
        at: fc.integer({ min: -1, max: 40 }).map((half) => half * 2 + 1),
      }),
      { maxLength: 4, selector: ({ leaf: id, kind }) => `${id} ${kind}` },
    ),
  });
});

/** What a gate comes to: a decision; set aside; or nothing, as it does not apply. */
export type Outcome = Decision | "aside" | "skipped";

/** What is known of a gate at some moment. */
export interface Known {
  readonly decided?: Decision;
  readonly isWaived: boolean;
  readonly mayBeWaived: boolean;
}

/** All that a leaf may still come to. */
export function outcomesOfLeaf(leaf: Leaf, { decided, isWaived, mayBeWaived }: Known): ReadonlySet<Outcome> {
  if (leaf.isSkipped) return new Set(["skipped"]);
  const decisions = decided === undefined ? possibleDecisions(leaf) : [decided];
  return new Set(
    decisions.flatMap((decision): Outcome[] => {
      if (decision === "promote") return ["promote"];
      return isWaived ? ["aside"] : mayBeWaived ? [decision, "aside"] : [decision];
    }),
  );
}

/** What a group comes to, given what each gate in it does. Sorts, and counts. */
export function outcomeOfGroup(plan: Exclude<Node, Leaf>, inside: readonly Outcome[]): Outcome {
  const given = inside.filter((each) => each !== "skipped");
  if (given.length === 0) return "skipped";
  if (plan.kind === "allOf" || plan.kind === "inSequence") {
    const counted = given.filter((each) => each !== "aside");
    if (counted.length === 0) return "aside";
    const first = counted.find((each) => each !== "promote") ?? "promote";
    return plan.kind === "inSequence" ? first : worst(counted);
  }
  const decisions = given.map((each) => (each === "aside" ? "hold" : each)).toSorted((a, b) => rank(a) - rank(b));
  const need = plan.kind === "anyOf" ? 1 : Math.min(plan.need, plan.gates.length);
  return decisions[need - 1] ?? worst(["hold", ...decisions]);
}

function worst(decisions: readonly Decision[]): Decision {
  return decisions.toSorted((a, b) => rank(b) - rank(a))[0] ?? "hold";
}

/** All that a node may still come to: every way in which the gates inside may, as each is its own. */
export function outcomes(plan: Node, leafOutcomes: (leaf: Leaf) => ReadonlySet<Outcome>): ReadonlySet<Outcome> {
  if (!("gates" in plan)) return leafOutcomes(plan);
  let ways: Outcome[][] = [[]];
  for (const child of plan.gates) {
    const possible = [...outcomes(child, leafOutcomes)];
    ways = ways.flatMap((way) => possible.map((each) => [...way, each]));
  }
  return new Set(ways.map((way) => outcomeOfGroup(plan, way)));
}

/** What a run of the plan must come to, when, and what it must take. */
export interface Expected {
  readonly decision: Decision;
  readonly at: number;
  readonly accepted: readonly Deed[];
}

/** Runs the plan by brute force, a millisecond at a time. */
export function simulate({ plan, waivableMs, deeds }: WaivedPlan): Expected {
  const started = new Map<number, number>();
  const answered = new Map<number, { readonly decision: Decision; readonly at: number }>();
  const waived = new Set<number>();
  const upheld = new Set<number>();
  /** What was decided once stands, whatever happens to the gates inside. */
  const frozen = new Map<number, Outcome>();
  const accepted: Deed[] = [];
  let now = 0;

  const isOpenForWaiver = (leaf: Leaf) => {
    const answer = answered.get(leaf.id);
    const waitMs = waivableMs.get(leaf.id);
    return waitMs !== undefined && !upheld.has(leaf.id) && (answer === undefined || now < answer.at + waitMs);
  };
  const ofLeaf = (leaf: Leaf) => {
    const decided = answered.get(leaf.id)?.decision;
    return outcomesOfLeaf(leaf, {
      ...(decided === undefined ? {} : { decided }),
      isWaived: waived.has(leaf.id),
      mayBeWaived: isOpenForWaiver(leaf),
    });
  };
  const settled = (node: Node): Outcome | undefined => {
    const known = frozen.get(node.id);
    if (known !== undefined) return known;
    // In a sequence, as long as a gate has not said what it found, the next one has not begun.
    if (!("gates" in node) && !node.isSkipped && !answered.has(node.id)) return undefined;
    const all = [...outcomes(node, ofLeaf)];
    if (all.length !== 1) return undefined;
    frozen.set(node.id, all[0] as Outcome);
    return all[0];
  };
  const visit = (node: Node): void => {
    if (!("gates" in node)) {
      if (!started.has(node.id)) started.set(node.id, now);
      const due = (started.get(node.id) ?? 0) + node.after;
      if (!node.isSkipped && !answered.has(node.id) && due <= now) {
        answered.set(node.id, { decision: decisionOfLeaf(node), at: now });
      }
      return;
    }
    if (settled(node) !== undefined) return;
    for (const child of node.gates) {
      visit(child);
      const outcome = settled(child);
      const goesOn = outcome === "promote" || outcome === "aside" || outcome === "skipped";
      if (node.kind === "inSequence" && !goesOn) break;
    }
    settled(node);
  };
  const above = (id: number, node: Node = plan): readonly Node[] | undefined => {
    if (node.id === id) return [];
    if (!("gates" in node)) return undefined;
    for (const child of node.gates) {
      const inside = above(id, child);
      if (inside) return [node, ...inside];
    }
    return undefined;
  };
  const isTooLate = (id: number) => (above(id) ?? []).some((node) => frozen.has(node.id));
  const take = (deed: Deed): void => {
    const leaf = leavesOf(plan).find(({ id }) => id === deed.leaf) as Leaf;
    const answer = answered.get(leaf.id);
    if (deed.kind === "waive") {
      // Before the run nobody knows whether it is needed.
      const isNeeded = answer?.decision !== "promote" && !isTooLate(leaf.id);
      if (deed.at >= 0 && (!isNeeded || (leaf.isSkipped && started.has(leaf.id)))) return;
      waived.add(leaf.id);
      frozen.delete(leaf.id);
    } else {
      const waits =
        answer !== undefined && answer.decision !== "promote" && isOpenForWaiver(leaf) && !waived.has(leaf.id);
      if (!waits || isTooLate(leaf.id)) return;
      upheld.add(leaf.id);
    }
    accepted.push(deed);
  };

  for (const deed of deeds) if (deed.at < 0 && deed.kind === "waive") take(deed);
  for (; ; now += 1) {
    for (const deed of deeds) if (deed.at === now) take(deed);
    visit(plan);
    const all = [...outcomes(plan, ofLeaf)].map(asVerdict);
    if (frozen.has(plan.id)) return { decision: asVerdict(frozen.get(plan.id) as Outcome), at: now, accepted };
    if (new Set(all).size === 1) return { decision: all[0] as Decision, at: now, accepted };
    if (now > 10_000) throw new Error("never decided");
  }
}

function asVerdict(outcome: Outcome): Decision {
  return outcome === "aside" || outcome === "skipped" ? "hold" : outcome;
}
