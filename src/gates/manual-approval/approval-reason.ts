import { standingVotes, type ApprovalState } from "./apply-vote.js";

const longestComment = 200;

/** Why an approved request passed, in one sentence. */
export function approvedReason({ terms, votes }: ApprovalState): string {
  const names = standingVotes(votes).map(({ by }) => by);
  return `approved by ${names.join(", ")}: ${names.length} of ${terms.quorum} needed`;
}

/** Why a rejected request failed, in one sentence. */
export function rejectedReason({ votes }: ApprovalState): string {
  const vote = votes.findLast(({ decision }) => decision === "reject");
  const said = vote?.comment === undefined ? "" : `: ${shortComment(vote.comment)}`;
  return `rejected by ${vote?.by ?? "nobody"}${said}`;
}

/** A comment in one line, of at most 200 characters. */
export function shortComment(comment: string): string {
  const line = comment.replace(/\s+/g, " ");
  return line.length <= longestComment ? line : `${line.slice(0, longestComment - 1)}…`;
}
