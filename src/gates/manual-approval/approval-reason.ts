import { standingOf, type ApprovalState } from "./apply-vote.js";
import { awaitedVoters } from "./awaited-voters.js";
import { rejectionsIn, standingVotes, voterName } from "./cast-vote.js";
import { approverWords, levelWords } from "./rule-words.js";

const longestComment = 200;

/** Why an approved request passed, in one sentence. */
export function approvedReason(state: ApprovalState): string {
  const { counted, needed, missing } = standingOf(state);
  const counts = new Set([...counted.values()].flat().map(({ vote }) => vote));
  const names = standingVotes(state.votes).filter((vote) => counts.has(vote));
  return `approved by ${names.map(voterName).join(", ")}: ${needed - missing} of ${needed} needed`;
}

/** Why a rejected request failed, in one sentence. */
export function rejectedReason({ terms, votes }: ApprovalState): string {
  const against = rejectionsIn(votes);
  const vote = against.at(-1);
  const said = vote?.comment === undefined ? "" : `: ${shortComment(vote.comment)}`;
  const rejected = `rejected by ${against.map(voterName).join(", ")}${said}`;
  return against.length >= terms.rejectQuorum
    ? rejected
    : `${rejected}; the others are not enough for ${levelWords(terms.levels)}`;
}

/** What was missing when the time was up, in words. */
export function expiredReason(state: ApprovalState): string {
  if (state.status === "approved") return `${approvedReason(state)}, which was not in effect yet`;
  const { needed, missing } = standingOf(state);
  return `${missing} of ${needed} approvals missing, from ${approverWords(awaitedVoters(state))}`;
}

/** A comment in one line, of at most 200 characters. */
export function shortComment(comment: string): string {
  const line = comment.replace(/\s+/g, " ");
  return line.length <= longestComment ? line : `${line.slice(0, longestComment - 1)}…`;
}
