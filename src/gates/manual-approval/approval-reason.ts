import { standingOf, standingVotes, type ApprovalState } from "./apply-vote.js";
import { levelWords } from "./rule-words.js";

const longestComment = 200;

/** Why an approved request passed, in one sentence. */
export function approvedReason(state: ApprovalState): string {
  const { counted, needed, missing } = standingOf(state);
  const counts = new Set([...counted.values()].flat());
  const names = standingVotes(state.votes).filter((vote) => counts.has(vote));
  return `approved by ${names.map(({ by }) => by).join(", ")}: ${needed - missing} of ${needed} needed`;
}

/** Why a rejected request failed, in one sentence. */
export function rejectedReason({ terms, votes }: ApprovalState): string {
  const against = standingVotes(votes).filter(({ decision }) => decision === "reject");
  const vote = against.at(-1);
  const said = vote?.comment === undefined ? "" : `: ${shortComment(vote.comment)}`;
  const rejected = `rejected by ${against.map(({ by }) => by).join(", ")}${said}`;
  return against.length >= terms.rejectQuorum
    ? rejected
    : `${rejected}; the others are not enough for ${levelWords(terms.levels)}`;
}

/** A comment in one line, of at most 200 characters. */
export function shortComment(comment: string): string {
  const line = comment.replace(/\s+/g, " ");
  return line.length <= longestComment ? line : `${line.slice(0, longestComment - 1)}…`;
}
