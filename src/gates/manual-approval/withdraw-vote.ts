import type { PassedFinding } from "../../gate/still-holds.js";
import type { LateAnswer, TakenBack } from "../../gate/taken-back.js";
import { applyVote, approvedFrom, withVotes, type ApprovalState } from "./apply-vote.js";
import { approvedReason, shortComment } from "./approval-reason.js";
import { approvalTerms } from "./approval-terms.js";
import { voterName } from "./cast-vote.js";
import { deferralRefusal } from "./deferral.js";
import type { ManualApprovalSettings } from "./manual-approval-config.js";
import { approvalEvidence, type ManualApprovalEvidence } from "./manual-approval-evidence.js";
import { voteSchema, type Vote } from "./vote.js";

/**
 * What is left of an approval that has passed when somebody withdraws; `undefined` where they say anything else. Whoever gave a vote may take
 * it back, or whoever it was given for, whatever right they have lost since. Pure.
 */
export function withdrawVote(
  { answer, at, config, release }: LateAnswer<ManualApprovalSettings>,
  { evidence }: PassedFinding<ManualApprovalEvidence>,
): TakenBack<ManualApprovalEvidence> | undefined {
  const vote = voteSchema.safeParse(answer).data;
  if (vote?.decision !== "withdraw") return undefined;
  if (vote.input !== undefined) return { refused: "an input is taken with an approval only" };
  const never = deferralRefusal(vote, "");
  if (never !== undefined) return { refused: never };
  const { state, refused } = applyVote(approvedBefore(evidence, approvalTerms(config, release)), {
    ...vote,
    at: new Date(at).toISOString(),
  });
  if (refused !== undefined) return { refused };
  const { freshUntil } = evidence;
  const left = { ...approvalEvidence(state, evidence), ...(freshUntil === undefined ? {} : { freshUntil }) };
  const isStillApproved = state.status === "approved" && approvedFrom(state) <= at;
  return {
    withdrawn: withdrawnReason(vote),
    evidence: left,
    ...(isStillApproved ? { passes: approvedReason(state) } : {}),
  };
}

/** An approval as it stood when it passed. */
export function approvedBefore(
  { votes }: Pick<ManualApprovalEvidence, "votes">,
  terms: ApprovalState["terms"],
): ApprovalState {
  const cast = votes.map(({ counts: _counts, ...vote }) => vote);
  return withVotes({ terms, status: "open", votes: [] }, cast);
}

function withdrawnReason(vote: Vote): string {
  const said = vote.comment === undefined ? "" : `: ${shortComment(vote.comment)}`;
  return `${voterName(vote)} withdrew${said}`;
}
