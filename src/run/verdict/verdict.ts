import type { Decision } from "../../decision/decision.js";
import { worseOf } from "../../decision/decision.js";
import type { NegativeDecision } from "../../decision/status.js";
import type { GateDescription } from "../../gate/describe.js";
import type { Finding } from "../../gate/finding.js";
import type { PlanIdentity } from "../../gate/plan.js";
import type { Release } from "../../gate/release.js";
import type { Bypass } from "../overrides/bypass.js";
import type { GivenWaiver } from "../overrides/given-waivers.js";
import { changesOf, outcomeOf, usesOf } from "./outcome.js";
import { bypassReason, reasonOf } from "./verdict-reason.js";
import type { WaiverUse } from "../overrides/waiver-use.js";
import { whomToCall } from "./whom-to-call.js";

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
  /** Whom to call, where the release should be rolled back and cannot be: its contacts, and who is reachable by its roll calls. */
  readonly call?: readonly string[];
  /** What would have to pass for a better decision, each alone. */
  readonly wouldChange: readonly WouldChange[];
  /** Whether somebody set aside what a gate found. */
  readonly overridden: boolean;
  /** The waivers that the run was given, and what became of each. Absent where there was none. */
  readonly waivers?: readonly WaiverUse[];
  /** Who went on whatever the gates said, and why. */
  readonly bypass?: Bypass;
  /** What people took back after gates had passed, in order. Absent where nobody did. */
  readonly withdrawn?: readonly WithdrawnAnswer[];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** ISO 8601, UTC. */
  readonly decidedAt: string;
}

/** What somebody took back after a gate had passed. */
export interface WithdrawnAnswer {
  /** The gate's path. */
  readonly gate: string;
  /** What was taken back, and by whom. */
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly at: string;
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
  /** What people took back after gates had passed, in order. */
  readonly withdrawn?: readonly WithdrawnAnswer[];
  readonly startedAt: string;
  readonly decidedAt: string;
}

/** Decides: the pure function from findings to verdict. */
export function decide(input: VerdictInput): VerdictSummary {
  const { runId, release, plan, tree, findings, fault, cancelled, waivers = [], startedAt, decidedAt } = input;
  const { withdrawn = [] } = input;
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
    ...(isStuck && !bypass ? { call: whomToCall(input) } : {}),
    wouldChange: changesOf({ tree, findings, waivers }, decision, canRollBack),
    overridden,
    ...(uses.length === 0 ? {} : { waivers: uses }),
    ...(bypass ? { bypass } : {}),
    ...(withdrawn.length === 0 ? {} : { withdrawn: [...withdrawn] }),
    startedAt,
    decidedAt,
  };
}

function insteadOf(decision: Decision, said: Decision): Pick<VerdictSummary, "insteadOf"> {
  return said === "promote" || said === decision ? {} : { insteadOf: said };
}
