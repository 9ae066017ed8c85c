import fc from "fast-check";
import { rank, type Decision } from "../../src/decision/decision.js";
import { decisionOfLeaf, possibleDecisions, randomPlan, type Group, type Node } from "./random-plan.js";

/** A random plan, and what people do about its gates while it runs. */
export interface WaivedPlan {
  readonly plan: Node;
  /** By the gate's id: how long the run waits for a waiver. Milliseconds, even. */
  readonly waivableMs: ReadonlyMap<number, number>;
  readonly deeds: readonly Deed[];
}

/** Somebody waives a gate, or says that nobody does. */
export interface Deed {
  readonly gate: number;
  readonly kind: "waive" | "uphold";
  /** Milliseconds from the start, odd, so that nothing else happens then; before the start where it is negative. */
  readonly at: number;
}

/** Every gate of a plan, composites and those in them. */
export function nodesOf(plan: Node): readonly Node[] {
  return "gates" in plan ? [plan, ...plan.gates.flatMap(nodesOf)] : [plan];
}

/** Everything happens at even times but the deeds, so that nothing is a matter of order. */
function doubled(plan: Node): Node {
  return "gates" in plan ? { ...plan, gates: plan.gates.map(doubled) } : { ...plan, after: plan.after * 2 };
}

export const waivedPlan: fc.Arbitrary<WaivedPlan> = randomPlan.map(doubled).chain((plan) => {
  const ids = nodesOf(plan).map(({ id }) => id);
  const gate = fc.constantFrom(...ids);
  return fc.record({
    plan: fc.constant(plan),
    waivableMs: fc
      .array(fc.tuple(gate, fc.integer({ min: 1, max: 15 })), { maxLength: ids.length })
      .map((waits) => new Map(waits.map(([id, half]) => [id, half * 2] as const))),
    deeds: fc.uniqueArray(
      fc.record({
        gate,
        kind: fc.constantFrom("waive" as const, "waive" as const, "uphold" as const),
        at: fc.integer({ min: -1, max: 40 }).map((half) => half * 2 + 1),
      }),
      { maxLength: 5, selector: ({ gate: id, kind }) => `${id} ${kind}` },
    ),
  });
});

/** What a gate comes to: a decision; set aside; or nothing, as it does not apply. */
type Outcome = Decision | "aside" | "skipped";

/** What a group comes to, given what each gate in it does. Sorts, and counts. */
function outcomeOfGroup(plan: Group, inside: readonly Outcome[]): Outcome {
  const given = inside.filter((each) => each !== "skipped");
  if (given.length === 0) return "skipped";
  if (plan.kind === "allOf" || plan.kind === "inSequence") {
    const counted = given.filter((each) => each !== "aside");
    if (counted.length === 0) return "aside";
    return plan.kind === "inSequence" ? (counted.find((each) => each !== "promote") ?? "promote") : worst(counted);
  }
  const decisions = given.map((each) => (each === "aside" ? "hold" : each)).toSorted((a, b) => rank(a) - rank(b));
  const need = plan.kind === "anyOf" ? 1 : Math.min(plan.need, plan.gates.length);
  return decisions[need - 1] ?? worst(["hold", ...decisions]);
}

function worst(decisions: readonly Decision[]): Decision {
  return decisions.toSorted((a, b) => rank(b) - rank(a))[0] ?? "hold";
}

/** What a run of the plan must come to, when, and what it must take. */
interface Expected {
  readonly decision: Decision;
  readonly at: number;
  readonly accepted: readonly Deed[];
}

/** Runs a plan by brute force: a millisecond at a time, over everything that may still happen. */
export function simulate({ plan, waivableMs, deeds }: WaivedPlan): Expected {
  const started = new Map<number, number>();
  /** What gates found, and when. It stands, whatever happens to the gates inside. */
  const answered = new Map<number, { readonly found: Outcome; readonly at: number }>();
  const waived = new Set<number>();
  const upheld = new Set<number>();
  const accepted: Deed[] = [];
  let now = 0;

  const mayBeWaived = ({ id }: Node) => {
    const waitMs = waivableMs.get(id);
    const answer = answered.get(id);
    return waitMs !== undefined && !upheld.has(id) && (!answer || now < answer.at + waitMs);
  };
  /** All that a gate may still find. The gates inside are each their own, so every combination may come. */
  const possible = (node: Node): readonly Outcome[] => {
    const answer = answered.get(node.id);
    if (answer) return [answer.found];
    if (!("gates" in node)) return node.isSkipped ? ["skipped"] : possibleDecisions(node);
    let ways: Outcome[][] = [[]];
    for (const child of node.gates) ways = ways.flatMap((way) => brought(child).map((each) => [...way, each]));
    return [...new Set(ways.map((way) => outcomeOfGroup(node, way)))];
  };
  /** All that it may bring to the gate around it. */
  const brought = (node: Node): readonly Outcome[] => {
    const all = possible(node).flatMap((found): Outcome[] => {
      if (found === "promote" || found === "skipped" || found === "aside") return [found];
      return waived.has(node.id) ? ["aside"] : mayBeWaived(node) ? [found, "aside"] : [found];
    });
    return [...new Set(all)];
  };
  const visit = (node: Node): void => {
    if (answered.has(node.id)) return;
    if (!started.has(node.id)) started.set(node.id, now);
    if ("gates" in node) {
      for (const child of node.gates) {
        visit(child);
        const all = brought(child);
        const goesOn = answered.has(child.id) && all.length === 1 && all[0] !== "hold" && all[0] !== "rollback";
        if (node.kind === "inSequence" && !goesOn) break;
      }
      const [found, another] = possible(node);
      if (found && !another) answered.set(node.id, { found, at: now });
    } else if (node.isSkipped) {
      answered.set(node.id, { found: "skipped", at: now });
    } else if ((started.get(node.id) ?? 0) + node.after <= now) {
      answered.set(node.id, { found: decisionOfLeaf(node), at: now });
    }
  };
  const take = (deed: Deed): void => {
    const node = nodesOf(plan).find(({ id }) => id === deed.gate) as Node;
    const found = answered.get(node.id)?.found;
    const above = nodesOf(plan).filter((each) => each !== node && nodesOf(each).includes(node));
    if (above.some(({ id }) => answered.has(id))) return;
    if (deed.kind === "waive") {
      if (found === "promote" || found === "skipped") return;
      waived.add(node.id);
    } else {
      const isWaiting = found === "hold" || found === "rollback";
      if (!isWaiting || !mayBeWaived(node) || waived.has(node.id)) return;
      upheld.add(node.id);
    }
    accepted.push(deed);
  };

  for (const deed of deeds) if (deed.at < 0 && deed.kind === "waive") take(deed);
  for (; now < 10_000; now += 1) {
    // Any of them may decide the run, and the others come too late.
    for (const deed of [...deeds.filter(({ at }) => at === now), undefined]) {
      if (deed) take(deed);
      visit(plan);
      const [decision, another] = new Set(brought(plan).map(asVerdict));
      if (decision && !another) return { decision, at: now, accepted };
    }
  }
  throw new Error("never decided");
}

function asVerdict(outcome: Outcome): Decision {
  return outcome === "aside" || outcome === "skipped" ? "hold" : outcome;
}
