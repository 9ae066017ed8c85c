import type { Decision } from "../decision/decision.js";
import { rank, worseOf } from "../decision/decision.js";
import { withoutEvidence } from "../decision/prospect.js";
import { isDetermined, withoutRollback } from "../decision/range.js";
import type { NegativeDecision } from "../decision/status.js";
import type { GateDescription } from "../gate/describe.js";
import type { Finding } from "../gate/finding.js";
import type { PlanIdentity } from "../gate/plan.js";
import type { Release } from "../gate/release.js";
import type { Bypass } from "./bypass.js";
import { decidingGates, fold, leaves, rangeIfPassed } from "./fold.js";
import type { GivenWaiver } from "./given-waivers.js";
import { inForce, lapsedGates, setAsideBy, waiverUses, type WaiverUse } from "./waiver-use.js";

/** What a run decided, and why, without the findings. */
export interface VerdictSummary {
  readonly runId: string;
  readonly release: Release;
  readonly plan: PlanIdentity;
  /** What to do: go on, wait, or go back. */
  readonly decision: Decision;
  /** One sentence for a person. */
  readonly reason: string;
  /** The paths of the gates that decided; of those that a bypass set aside. Empty where nothing was checked. */
  readonly decidedBy: readonly string[];
  /** What the gates said, where that is not the decision: the release cannot be rolled back, or somebody bypassed them. */
  readonly insteadOf?: NegativeDecision;
  /** Whom to call, where the release should be rolled back and cannot be. */
  readonly call?: readonly string[];
  /** What would have to pass for a better decision, each alone. */
  readonly wouldChange: readonly WouldChange[];
  /** Whether somebody set aside what a gate found. */
  readonly overridden: boolean;
  /** The waivers that the run was given, and what became of each. Absent where there was none. */
  readonly waivers?: readonly WaiverUse[];
  /** Who went on whatever the gates said, and why. */
  readonly bypass?: Bypass;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** ISO 8601, UTC. */
  readonly decidedAt: string;
}

/** What one gate's pass would have changed. */
export interface WouldChange {
  /** The gate's path. */
  readonly gate: string;
  /** The best decision that would then be possible. */
  readonly decision: Decision;
}

/** A run's decision, the gates that decided it, all findings, and what would change it. */
export interface Verdict extends VerdictSummary {
  /** Every gate's answer, in the order of the plan. */
  readonly findings: readonly Finding[];
  /** The record that the verdict is a function of: how many lines, and the SHA-256 of the last. */
  readonly record: { readonly lines: number; readonly head: string };
}

/** All that a verdict is a function of. */
export interface VerdictInput {
  readonly runId: string;
  readonly release: Release;
  readonly plan: PlanIdentity;
  readonly tree: GateDescription;
  /** By path. */
  readonly findings: ReadonlyMap<string, Finding>;
  /** Why the run itself failed, if it did. */
  readonly fault?: string | undefined;
  /** Why the run was cancelled, if it was. */
  readonly cancelled?: string | undefined;
  /** The waivers that were given, in their order. */
  readonly waivers?: readonly GivenWaiver[];
  /** Who bypassed the gates, if somebody did. */
  readonly bypass?: Bypass | undefined;
  readonly startedAt: string;
  readonly decidedAt: string;
}

/** Decides: the pure function from findings to verdict. */
export function decide(input: VerdictInput): VerdictSummary {
  const { runId, release, plan, tree, findings, fault, cancelled, waivers = [], startedAt, decidedAt } = input;
  const outcome = outcomeOf(input);
  const isStopped = fault !== undefined || cancelled !== undefined;
  const held = isStopped ? worseOf(outcome.decision, "hold") : outcome.decision;
  const canRollBack = release.rollback?.possible !== false;
  const isStuck = held === "rollback" && !canRollBack;
  // A run that failed or was cancelled promotes nothing, whoever asks for it.
  const bypass = isStopped ? undefined : input.bypass;
  const decision = bypass ? "promote" : isStuck ? "hold" : held;
  const uses = usesOf(input, outcome.decision);
  const overridden = bypass !== undefined || uses.some(({ use }) => use === "used");
  const why = bypass ? bypassReason(input, bypass, held) : reasonOf(input, decision, isStuck, outcome);
  return {
    runId,
    release,
    plan,
    decision,
    reason: overridden ? `OVERRIDDEN: ${why}` : why,
    decidedBy: isStopped && outcome.decision === "promote" ? [] : outcome.decidedBy,
    ...insteadOf(decision, held),
    ...(isStuck && !bypass ? { call: release.rollback?.contacts ?? [] } : {}),
    wouldChange: changes({ tree, findings, waivers }, decision, canRollBack),
    overridden,
    ...(uses.length === 0 ? {} : { waivers: uses }),
    ...(bypass ? { bypass } : {}),
    startedAt,
    decidedAt,
  };
}

/** Every finding of the tree, in the order of the plan. */
export function findingsInOrder(tree: GateDescription, findings: ReadonlyMap<string, Finding>): readonly Finding[] {
  const inOrder = new Map<string, Finding>();
  const visit = ({ path, form, gates }: GateDescription) => {
    const finding = findings.get(path);
    if (finding) inOrder.set(path, finding);
    // What is inside a repeated gate was asked many times; its answer is the repeated gate's.
    if (form !== "repeated") gates?.forEach(visit);
  };
  visit(tree);
  return [...inOrder.values()];
}

interface Outcome {
  readonly decision: Decision;
  readonly decidedBy: readonly string[];
  /** The gates whose waivers did not count for long enough; because of them the run does not promote. */
  readonly lapsed: readonly string[];
}

type Judged = Pick<VerdictInput, "tree" | "findings" | "waivers">;

function outcomeOf({ tree, findings, waivers = [] }: Judged): Outcome {
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

function usesOf({ tree, findings, waivers = [] }: Judged, decision: Decision): readonly WaiverUse[] {
  if (waivers.length === 0) return [];
  const isDecisive = outcomeUnder(tree, findings, new Set()).decision !== decision;
  return waiverUses(waivers, findings, isDecisive);
}

function insteadOf(decision: Decision, said: Decision): Pick<VerdictSummary, "insteadOf"> {
  return said === "promote" || said === decision ? {} : { insteadOf: said };
}

function bypassReason({ release }: VerdictInput, { by, reason }: Bypass, said: Decision): string {
  const subject = `${release.name} ${release.version} in ${release.environment}`;
  return `promote ${subject}, as ${by} bypassed the gates, which said ${said}: ${reason}`;
}

function reasonOf(
  { release, tree, findings, fault, cancelled, waivers = [] }: VerdictInput,
  decision: Decision,
  isStuck: boolean,
  { decidedBy, lapsed }: Outcome,
): string {
  const subject = `${release.name} ${release.version} in ${release.environment}`;
  const root = findings.get(tree.path);
  if (fault !== undefined) return `${decision} ${subject}: the run itself failed (${fault})`;
  if (cancelled !== undefined && root?.decision === "promote") {
    return `${decision} ${subject}: the run was cancelled (${cancelled})`;
  }
  if (lapsed.length > 0) return `${decision} ${subject}: ${lapsedReason(lapsed, waivers)}`;
  if (decidedBy.length === 0) {
    return `${decision} ${subject}: nothing was checked${waivers.length === 0 ? "" : " that nobody waived"}`;
  }
  const why = root
    ? root.gate === decidedBy[0]
      ? `«${tree.name}» ${root.reason}`
      : root.reason
    : "not every gate has answered";
  if (!isStuck) return `${decision} ${subject}: ${why}`;
  const how = release.rollback?.how === undefined ? "" : ` (${release.rollback.how})`;
  const call = (release.rollback?.contacts ?? []).join(", ");
  return `hold ${subject}, which should be rolled back and cannot be${how}; call ${call}: ${why}`;
}

function lapsedReason(lapsed: readonly string[], waivers: readonly GivenWaiver[]): string {
  const of = lapsed.map((gate) => {
    const { by, expires } = waivers.findLast(({ waiver }) => waiver.gate === gate)?.waiver ?? {};
    return `«${gate}», by ${by}, ended at ${expires}`;
  });
  return `a waiver ended before the verdict: that of ${of.join("; that of ")}`;
}

function changes(
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
