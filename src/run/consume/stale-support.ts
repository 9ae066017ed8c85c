import { isDetermined } from "../../decision/range.js";
import type { GateDescription } from "../../gate/describe.js";
import type { Finding } from "../../gate/finding.js";
import { freshForOf } from "../../gate/spoken-evidence.js";
import { fold, type Folded } from "../verdict/fold.js";

/** A gate whose pass may not be relied on any more. */
export interface StaleGate {
  readonly gate: string;
  /** Until when it could be, in milliseconds since the epoch. */
  readonly until: number;
}

/** The first gate that a promote rests on whose pass is too old to ship with; `undefined` where there is none. Pure. */
export function staleSupport(
  tree: GateDescription,
  findings: ReadonlyMap<string, Finding>,
  waived: ReadonlySet<string>,
  nowMs: number,
): StaleGate | undefined {
  return staleIn(fold(tree, findings, waived), findings, nowMs);
}

function staleIn(
  { gate, gates, tally }: Folded,
  findings: ReadonlyMap<string, Finding>,
  nowMs: number,
): StaleGate | undefined {
  if (!tally) return staleItself(gate, findings.get(gate.path), nowMs);
  const promoting = gates.filter(isPromoting);
  const stale = promoting.flatMap((inside) => staleIn(inside, findings, nowMs) ?? []);
  const needed = typeof gate.need === "number" ? gate.need : promoting.length;
  // Where more promote than are needed, some may have grown old.
  return promoting.length - stale.length >= needed ? undefined : stale[0];
}

function staleItself(
  { path, freshForMs, consumableForMs = freshForMs }: GateDescription,
  finding: Finding | undefined,
  nowMs: number,
): StaleGate | undefined {
  const goodForMs = freshForOf(finding, consumableForMs);
  if (finding?.status !== "passed" || goodForMs === undefined) return undefined;
  const until = Date.parse(finding.observedAt) + goodForMs;
  return until < nowMs ? { gate: path, until } : undefined;
}

function isPromoting({ range }: Folded): boolean {
  return range !== undefined && range.aside === undefined && isDetermined(range) && range.best === "promote";
}
