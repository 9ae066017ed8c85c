import { exactly, isDetermined, type DecisionRange } from "../decision/range.js";
import type { Decision } from "../decision/decision.js";
import { Tally } from "../decision/tally.js";
import type { GateDescription } from "../gate/describe.js";
import type { Finding } from "../gate/finding.js";

/** A described gate, and what it may decide given some findings. */
export interface Folded {
  readonly gate: GateDescription;
  readonly parent: Folded | undefined;
  /** What it may still decide; `undefined` where it does not count: skipped, advisory, or nothing in it applies. */
  readonly range: DecisionRange | undefined;
  readonly tally: Tally | undefined;
  /** The gates inside that the decision depends on. */
  readonly gates: readonly Folded[];
}

/** Combines findings over a tree of gates: the pure form of what a run does while it goes. */
export function fold(gate: GateDescription, findings: ReadonlyMap<string, Finding>, parent?: Folded): Folded {
  const inner = gate.gates?.[0];
  if (gate.form === "advisory" && parent) return { gate, parent, range: undefined, tally: undefined, gates: [] };
  const finding = findings.get(gate.path);
  // A conditional gate answers for itself where it does not apply, and where nobody can say.
  if (gate.form === "conditional" && inner && finding?.kind !== gate.kind) return fold(inner, findings, parent);
  if (gate.form === "composite") return foldComposite(gate, findings, parent);
  const range = finding ? (finding.status === "skipped" ? undefined : exactly(finding.decision)) : gate.range;
  return { gate, parent, range, tally: undefined, gates: [] };
}

/** The gates whose findings made the decision: those of which one more or less would count. */
export function decidingGates({ gate, gates, tally }: Folded, decision: Decision): readonly string[] {
  if (!tally) return [gate.path];
  // Where fewer gates apply than are needed, no answer of theirs could have promoted: the composite itself decides.
  const isShort = typeof gate.need === "number" && gates.length < gate.need;
  if (isShort && decision === "hold") return [gate.path];
  const deciding = gates.filter(({ range }) => range && isDetermined(range) && range.best === decision);
  return deciding.flatMap((child) => decidingGates(child, decision));
}

/** What the root may decide if this gate, and nothing else, passed. */
export function rangeIfPassed(folded: Folded): DecisionRange | undefined {
  let after: DecisionRange | undefined = exactly("promote");
  let before = folded.range;
  for (let above = folded.parent; above; above = above.parent) {
    if (!before || !after || !above.tally) return undefined;
    after = above.tally.combineWith(above.gate.need ?? "all", before, after);
    before = above.range;
  }
  return after;
}

/** Every gate that decides by itself, depth first. */
export function leaves(folded: Folded): readonly Folded[] {
  return folded.tally ? folded.gates.flatMap(leaves) : [folded];
}

function foldComposite(
  gate: GateDescription,
  findings: ReadonlyMap<string, Finding>,
  parent: Folded | undefined,
): Folded {
  const tally = new Tally();
  const gates: Folded[] = [];
  const folded: { -readonly [K in keyof Folded]: Folded[K] } = { gate, parent, range: undefined, tally, gates };
  for (const child of gate.gates ?? []) {
    const inside = fold(child, findings, folded);
    if (!inside.range) continue;
    tally.add(inside.range);
    gates.push(inside);
  }
  folded.range = tally.combine(gate.need ?? "all");
  return folded;
}
