import { rank, worseOf, type Decision } from "../../decision/decision.js";
import { withoutEvidence } from "../../decision/prospect.js";
import { isDetermined, withoutRollback } from "../../decision/range.js";
import type { GateDescription } from "../../gate/describe.js";
import type { Finding } from "../../gate/finding.js";
import { decidingGates, fold, leaves, rangeIfPassed } from "./fold.js";
import type { VerdictInput, WouldChange } from "./verdict.js";
import { inForce, lapsedGates, setAsideBy, waiverUses, type WaiverUse } from "../overrides/waiver-use.js";

/** What findings and waivers come to. */
export interface Outcome {
  readonly decision: Decision;
  readonly decidedBy: readonly string[];
  /** The gates whose waivers did not count for long enough; because of them the run does not promote. */
  readonly lapsed: readonly string[];
}

/** What an outcome is a function of. */
type Judged = Pick<VerdictInput, "tree" | "findings" | "waivers">;

/** Decides by findings and waivers, and by nothing else. */
export function outcomeOf({ tree, findings, waivers = [] }: Judged): Outcome {
  const given = outcomeUnder(tree, findings, setAsideBy(waivers));
  const lapsed = lapsedGates(waivers, findings);
  if (given.decision !== "promote" || lapsed.length === 0) return { ...given, lapsed: [] };
  // What relies on a waiver that is over does not promote; nor does it get as bad as it was before somebody waived it.
  const isPromoted = outcomeUnder(tree, findings, inForce(waivers)).decision === "promote";
  return isPromoted ? { ...given, lapsed: [] } : { decision: "hold", decidedBy: lapsed, lapsed };
}

function outcomeUnder(
  tree: GateDescription,
  findings: ReadonlyMap<string, Finding>,
  waivers: ReadonlySet<string>,
): Omit<Outcome, "lapsed"> {
  const root = fold(tree, findings, waivers);
  if (!root.range || root.range.aside === "surely" || root.gate.form === "advisory") {
    return { decision: "hold", decidedBy: [] };
  }
  const range = withoutEvidence(root.range);
  // Whatever is still open may be as bad as it can: a verdict is never better than its evidence.
  const decision = isDetermined(range) ? range.best : worseOf("hold", range.best);
  const deciding = decidingGates(root, decision);
  // Gates that were cancelled decide only where the run was cancelled before any other gate had.
  const asked = deciding.filter((path) => findings.get(path)?.status !== "cancelled");
  return { decision, decidedBy: asked.length === 0 ? deciding : asked };
}

/** What became of each waiver. */
export function usesOf({ tree, findings, waivers = [] }: Judged, decision: Decision): readonly WaiverUse[] {
  if (waivers.length === 0) return [];
  const isDecisive = outcomeUnder(tree, findings, new Set()).decision !== decision;
  return waiverUses(waivers, findings, isDecisive);
}

/** The gates whose pass, each alone, would have made a better decision possible. */
export function changesOf(
  { tree, findings, waivers = [] }: Judged,
  decision: Decision,
  canRollBack: boolean,
): readonly WouldChange[] {
  if (decision === "promote") return [];
  const root = fold(tree, withoutCancelled(findings), inForce(waivers));
  return leaves(root).flatMap((leaf) => {
    // Neither advice nor a gate that did not apply stands in the way.
    if (leaf.gate.form === "advisory" || !leaf.range || leaf.range.best === "promote") return [];
    const range = rangeIfPassed(leaf);
    const decisions = range && withoutEvidence(range);
    const possible = decisions && (canRollBack ? decisions : withoutRollback(decisions)).best;
    const isBetter = possible !== undefined && rank(possible) < rank(decision);
    return isBetter ? [{ gate: leaf.gate.path, decision: possible }] : [];
  });
}

function withoutCancelled(findings: ReadonlyMap<string, Finding>): ReadonlyMap<string, Finding> {
  return new Map([...findings].filter(([, { status }]) => status !== "cancelled"));
}
