import type { Decision } from "../decision/decision.js";
import { rank, worseOf } from "../decision/decision.js";
import { isDetermined, withoutRollback } from "../decision/range.js";
import type { GateDescription } from "../gate/describe.js";
import type { Finding } from "../gate/finding.js";
import type { PlanIdentity } from "../gate/plan.js";
import type { Release } from "../gate/release.js";
import { callOf } from "../gate/spoken-evidence.js";
import { decidingGates, fold, leaves, rangeIfPassed } from "./fold.js";

/** What a run decided, and why, without the findings. */
export interface VerdictSummary {
  readonly runId: string;
  readonly release: Release;
  readonly plan: PlanIdentity;
  /** What to do: go on, wait, or go back. */
  readonly decision: Decision;
  /** One sentence for a person. */
  readonly reason: string;
  /** The paths of the gates that decided. Empty where nothing was checked. */
  readonly decidedBy: readonly string[];
  /** Set where the gates said rollback, and the release cannot be rolled back. */
  readonly insteadOf?: "rollback";
  /** Whom to call, where the release should be rolled back and cannot be: its contacts, and who is reachable by its roll calls. */
  readonly call?: readonly string[];
  /** What would have to pass for a better decision, each alone. */
  readonly wouldChange: readonly WouldChange[];
  /** Whether somebody set a finding aside. */
  readonly overridden: boolean;
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
  readonly startedAt: string;
  readonly decidedAt: string;
}

/** Decides: the pure function from findings to verdict. */
export function decide(input: VerdictInput): VerdictSummary {
  const { runId, release, plan, tree, findings, fault, cancelled, startedAt, decidedAt } = input;
  const { decision: found, decidedBy } = outcomeOf(tree, findings);
  const isStopped = fault !== undefined || cancelled !== undefined;
  const held = isStopped ? worseOf(found, "hold") : found;
  const isStuck = held === "rollback" && release.rollback?.possible === false;
  const decision = isStuck ? "hold" : held;
  return {
    runId,
    release,
    plan,
    decision,
    reason: reasonOf(input, decision, isStuck, decidedBy),
    decidedBy: isStopped && found === "promote" ? [] : decidedBy,
    ...(isStuck ? { insteadOf: "rollback", call: whomToCall(input) } : {}),
    wouldChange: changes(tree, findings, decision, release.rollback?.possible !== false),
    overridden: false,
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
}

function outcomeOf(tree: GateDescription, findings: ReadonlyMap<string, Finding>): Outcome {
  const root = fold(tree, findings);
  if (!root.range || root.gate.form === "advisory") return { decision: "hold", decidedBy: [] };
  // Whatever is still open may be as bad as it can: a verdict is never better than its evidence.
  const decision = isDetermined(root.range) ? root.range.best : worseOf("hold", root.range.best);
  const deciding = decidingGates(root, decision);
  // Gates that were cancelled decide only where the run was cancelled before any other gate had.
  const asked = deciding.filter((path) => findings.get(path)?.status !== "cancelled");
  return { decision, decidedBy: asked.length === 0 ? deciding : asked };
}

function reasonOf(input: VerdictInput, decision: Decision, isStuck: boolean, decidedBy: readonly string[]): string {
  const { release, tree, findings, fault, cancelled } = input;
  const subject = `${release.name} ${release.version} in ${release.environment}`;
  const root = findings.get(tree.path);
  if (fault !== undefined) return `${decision} ${subject}: the run itself failed (${fault})`;
  if (cancelled !== undefined && root?.decision === "promote") {
    return `${decision} ${subject}: the run was cancelled (${cancelled})`;
  }
  if (decidedBy.length === 0) return `${decision} ${subject}: nothing was checked`;
  const why = root
    ? root.gate === decidedBy[0]
      ? `«${tree.name}» ${root.reason}`
      : root.reason
    : "not every gate has answered";
  if (!isStuck) return `${decision} ${subject}: ${why}`;
  const how = release.rollback?.how === undefined ? "" : ` (${release.rollback.how})`;
  const call = whomToCall(input).join(", ");
  return `hold ${subject}, which should be rolled back and cannot be${how}; call ${call}: ${why}`;
}

/** Those whom the release names, and those whom its gates found: see `call` in a gate's evidence. */
function whomToCall({ release, tree, findings }: VerdictInput): readonly string[] {
  const passed = findingsInOrder(tree, findings).filter(({ status }) => status === "passed");
  return [...new Set([...(release.rollback?.contacts ?? []), ...passed.flatMap(({ evidence }) => callOf(evidence))])];
}

function changes(
  tree: GateDescription,
  findings: ReadonlyMap<string, Finding>,
  decision: Decision,
  canRollBack: boolean,
): readonly WouldChange[] {
  if (decision === "promote") return [];
  const root = fold(tree, withoutCancelled(findings));
  return leaves(root).flatMap((leaf) => {
    // Neither advice nor a gate that did not apply stands in the way.
    if (leaf.gate.form === "advisory" || !leaf.range || leaf.range.best === "promote") return [];
    const range = rangeIfPassed(leaf);
    const possible = range && (canRollBack ? range : withoutRollback(range)).best;
    const isBetter = possible !== undefined && rank(possible) < rank(decision);
    return isBetter ? [{ gate: leaf.gate.path, decision: possible }] : [];
  });
}

function withoutCancelled(findings: ReadonlyMap<string, Finding>): ReadonlyMap<string, Finding> {
  return new Map([...findings].filter(([, { status }]) => status !== "cancelled"));
}
