import type { HoldsAnswer, HoldsContext, PassedFinding } from "../../gate/still-holds.js";
import type { ApprovalState } from "./apply-vote.js";
import { askBinding, changedSince } from "./approval-binding.js";
import { approvalTerms } from "./approval-terms.js";
import { standingVotes, voterName, type CastVote } from "./cast-vote.js";
import { factsOf, lookUpVoters } from "./look-up-voter.js";
import type { ManualApprovalSettings } from "./manual-approval-config.js";
import type { ManualApprovalEvidence } from "./manual-approval-evidence.js";
import { revalidateVotes, votesToRevalidate } from "./revalidate-votes.js";
import { approvedBefore } from "./withdraw-vote.js";

type ApprovalContext = HoldsContext<ManualApprovalSettings>;

/**
 * Says whether what was approved is still what is shown, and whether whoever approved still may. Answers at once where nothing of that
 * is looked up.
 */
export function approvalStillHolds(
  context: ApprovalContext,
  { evidence, attempt }: PassedFinding<ManualApprovalEvidence>,
): HoldsAnswer | Promise<HoldsAnswer> {
  const { config, release } = context;
  const approved = approvedBefore(evidence, approvalTerms(config, release));
  const voters = votesToRevalidate(approved, standingVotes(approved.votes));
  if (config.binds === undefined && voters.length === 0) return { holds: true };
  return lookAgain(context, { approved, voters, fingerprint: evidence.fingerprint, attempt });
}

interface Approved {
  readonly approved: ApprovalState;
  /** The votes that rest on what was looked up. */
  readonly voters: readonly CastVote[];
  readonly fingerprint: string;
  /** The attempt in which it was approved, which the fingerprint is of, too. */
  readonly attempt: number;
}

async function lookAgain(
  context: ApprovalContext,
  { approved, voters, fingerprint, attempt }: Approved,
): Promise<HoldsAnswer> {
  const { config, release, shown, step } = context;
  if (voters.length > 0) {
    const facts = factsOf(await lookUpVoters(context, "whoever approved", voters));
    const now = revalidateVotes(approved, new Map(voters.map((vote, index) => [vote, facts[index] ?? { roles: [] }])));
    if (now.status !== "approved") return { holds: false, reason: lapsedReason(now.votes) };
  }
  if (config.binds === undefined) return { holds: true };
  const bound = await askBinding({ config, release, shown, attempt, step }, config.binds, "what is bound");
  return bound.fingerprint === fingerprint ? { holds: true } : { holds: false, reason: changedSince };
}

function lapsedReason(votes: readonly CastVote[]): string {
  const reasons = new Set(votes.flatMap(({ lapsed }) => (lapsed === undefined ? [] : [lapsed])));
  if (reasons.size > 0) return [...reasons].join("; ");
  const voters = standingVotes(votes).map(voterName).join(", ");
  return `${voters || "nobody"} approved, which is not enough any more`;
}
