import { voterRefusal, type ApprovalTerms } from "./approval-terms.js";
import { lookOf } from "./look-alike.js";
import type { Vote } from "./vote.js";

/** After so many votes of one person, comments are no longer news. */
const maxVotesOfOne = 20;

/** A vote that was taken. */
export interface CastVote extends Vote {
  /** When. ISO 8601, UTC. */
  readonly at: string;
}

/** Where a request for approval stands. */
export interface ApprovalState {
  readonly terms: ApprovalTerms;
  readonly status: "open" | "approved" | "rejected";
  /** Every vote that was taken, in order. Of a person's votes the last one counts. */
  readonly votes: readonly CastVote[];
}

/** What a vote did: a new state, or the same one and why the vote was refused. */
export interface AppliedVote {
  readonly state: ApprovalState;
  readonly refused?: string;
}

/** A request that nobody has answered yet. */
export function openApproval(terms: ApprovalTerms): ApprovalState {
  return { terms, status: "open", votes: [] };
}

/**
 * Applies one vote: the pure reducer behind every approval. Never throws.
 *
 * Rules:
 * - Only people who are named, or have a role, may vote; whoever is excluded may not, whatever roles they have.
 * - A rejection is final, whoever has approved before, and whether or not that was enough.
 * - `quorum` different people approve. Of one person's votes the last one counts, and they count once.
 */
export function applyVote(state: ApprovalState, vote: CastVote): AppliedVote {
  const refused = refusalOf(state, vote);
  if (refused !== undefined) return { state, refused };
  const votes = [...state.votes, vote];
  return { state: { ...state, votes, status: statusOf(state.terms, votes) } };
}

/** The votes that count: the last one of each person, in the order of these. */
export function standingVotes(votes: readonly CastVote[]): readonly CastVote[] {
  const latest = new Map<string, CastVote>();
  for (const vote of votes) {
    const person = lookOf(vote.by);
    latest.delete(person);
    latest.set(person, vote);
  }
  return [...latest.values()];
}

/** How many approvals are missing; those of a request that was rejected as well. */
export function missingApprovals({ terms, votes }: ApprovalState): number {
  const approved = standingVotes(votes).filter(({ decision }) => decision === "approve").length;
  return Math.max(0, terms.quorum - approved);
}

function statusOf({ quorum }: ApprovalTerms, votes: readonly CastVote[]): ApprovalState["status"] {
  const standing = standingVotes(votes);
  if (standing.some(({ decision }) => decision === "reject")) return "rejected";
  return standing.length >= quorum ? "approved" : "open";
}

function refusalOf({ terms, status, votes }: ApprovalState, vote: CastVote): string | undefined {
  const { decision, by, comment } = vote;
  if (status === "rejected" || (status === "approved" && decision === "approve"))
    return `the request is ${status} already`;
  const person = lookOf(by);
  const ineligible = voterRefusal(terms, vote);
  if (ineligible !== undefined) return ineligible;
  if (!comment && terms.requireComment.includes(decision)) return `to ${decision} needs a comment that says why`;
  const theirs = votes.filter((earlier) => lookOf(earlier.by) === person);
  const before = theirs.at(-1);
  if (before?.decision === decision && before.comment === comment) return `${by} has voted so already`;
  // Each vote is kept for ever. A rejection is the last one anyway.
  const isTooMany = decision === "approve" && theirs.length >= maxVotesOfOne;
  return isTooMany ? `${by} has voted ${theirs.length} times; only a rejection is taken now` : undefined;
}
