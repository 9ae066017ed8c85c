import { waivable, waived, type Prospect } from "../../decision/prospect.js";
import { exactly, isDetermined } from "../../decision/range.js";
import type { Decision } from "../../decision/decision.js";
import { Tally } from "../../decision/tally.js";
import type { GateDescription } from "../../gate/describe.js";
import type { Finding } from "../../gate/finding.js";

/** A described gate, and what it may decide given some findings. */
export interface Folded {
  readonly gate: GateDescription;
  readonly parent: Folded | undefined;
  /** What it may still bring; `undefined` where it does not count: skipped, advisory, or nothing in it applies. */
  readonly range: Prospect | undefined;
  /** What somebody's waiver makes of what it brings: nothing, where nobody gave one. */
  readonly through: (prospect: Prospect) => Prospect;
  readonly tally: Tally | undefined;
  /** The gates inside that the decision depends on. */
  readonly gates: readonly Folded[];
}

const nobody: ReadonlySet<string> = new Set();

/** Combines findings over a tree of gates: the pure form of what a run does while it goes. `waivers` are paths of gates. */
export function fold(
  gate: GateDescription,
  findings: ReadonlyMap<string, Finding>,
  waivers: ReadonlySet<string> = nobody,
  parent?: Folded,
): Folded {
  const inner = gate.gates?.[0];
  const through = throughOf(gate, findings, waivers);
  if (gate.form === "advisory" && parent)
    return { gate, parent, range: undefined, through, tally: undefined, gates: [] };
  const finding = findings.get(gate.path);
  // A conditional gate answers for itself where it does not apply, and where nobody can say.
  if (gate.form === "conditional" && inner && finding?.kind !== gate.kind)
    return fold(inner, findings, waivers, parent);
  if (gate.form === "composite") return foldComposite(gate, { findings, waivers, parent, through });
  const range = finding ? (finding.status === "skipped" ? undefined : exactly(finding.decision)) : gate.range;
  return { gate, parent, range: range && through(range), through, tally: undefined, gates: [] };
}

/** The gates whose findings made the decision: those of which one more or less would count. */
export function decidingGates({ gate, gates, tally }: Folded, decision: Decision): readonly string[] {
  if (!tally) return [gate.path];
  // Where fewer gates apply than are needed, no answer of theirs could have promoted: the composite itself decides.
  const isShort = typeof gate.need === "number" && tally.size - tally.aside < gate.need;
  if (isShort && decision === "hold") return [gate.path];
  const deciding = gates.filter(({ range }) => range && !range.aside && isDetermined(range) && range.best === decision);
  // Not so where it holds only as a gate in it was set aside.
  if (deciding.length === 0 && tally.aside > 0) return [gate.path];
  return deciding.flatMap((child) => decidingGates(child, decision));
}

/** What the root may decide if this gate, and nothing else, passed. */
export function rangeIfPassed(folded: Folded): Prospect | undefined {
  let after: Prospect | undefined = exactly("promote");
  let before = folded.range;
  for (let above = folded.parent; above; above = above.parent) {
    if (!before || !after || !above.tally) return undefined;
    after = above.tally.combineWith(above.gate.need ?? "all", before, after);
    after &&= above.through(after);
    before = above.range;
  }
  return after;
}

/** Every gate that decides by itself, depth first. */
export function leaves(folded: Folded): readonly Folded[] {
  return folded.tally ? folded.gates.flatMap(leaves) : [folded];
}

interface CompositePlace {
  readonly findings: ReadonlyMap<string, Finding>;
  readonly waivers: ReadonlySet<string>;
  readonly parent: Folded | undefined;
  readonly through: Folded["through"];
}

function foldComposite(gate: GateDescription, { findings, waivers, parent, through }: CompositePlace): Folded {
  const tally = new Tally();
  const gates: Folded[] = [];
  const folded: { -readonly [K in keyof Folded]: Folded[K] } = {
    gate,
    parent,
    range: undefined,
    through,
    tally,
    gates,
  };
  for (const child of gate.gates ?? []) {
    const inside = fold(child, findings, waivers, folded);
    if (!inside.range) continue;
    tally.add(inside.range);
    gates.push(inside);
  }
  const combined = tally.combine(gate.need ?? "all");
  folded.range = combined && through(combined);
  return folded;
}

function throughOf(
  { path, waivableMs }: GateDescription,
  findings: ReadonlyMap<string, Finding>,
  waivers: ReadonlySet<string>,
): Folded["through"] {
  if (waivers.has(path)) return waived;
  return waivableMs !== undefined && !findings.has(path) ? waivable : asItIs;
}

function asItIs(prospect: Prospect): Prospect {
  return prospect;
}
