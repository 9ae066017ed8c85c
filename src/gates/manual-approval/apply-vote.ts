import { everybodyOf } from "./approvers.js";
import { voterRefusal, type ApprovalTerms } from "./approval-terms.js";
import { lookOf } from "./look-alike.js";
import { canBeMet, ruleStanding, type RuleStanding } from "./rule-standing.js";
import type { Vote } from "./vote.js";

/** After so many votes of one person, comments are no longer news. */
const maxVotesOfOne = 20;

/** A vote that was taken. */
export interface CastVote extends Vote {
  /** When. ISO 8601, UTC. */
  readonly at: string;
  /** Which level was asked then, where that was not the first one: 1 for the second. */
  readonly level?: number;
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
 * - Rejections are final when `rejectQuorum` people reject, whoever has approved before, and whether or not that was enough;
 *   and when the rule cannot be met any more without those who rejected.
 * - Of one person's votes the last one counts. An approval counts for the level that was asked then, and those before it.
 */
export function applyVote(state: ApprovalState, vote: Omit<CastVote, "level">): AppliedVote {
  const { terms } = state;
  const { level } = standingOf(state);
  const refused = refusalOf(state, vote, level);
  if (refused !== undefined) return { state, refused };
  const votes = [...state.votes, { ...vote, ...(level > 0 ? { level } : {}) }];
  return { state: { ...state, votes, status: statusOf(terms, votes) } };
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

/** How far the rule of a request is met, whether or not it was rejected. */
export function standingOf({ terms, votes }: Pick<ApprovalState, "terms" | "votes">): RuleStanding<CastVote> {
  return ruleStanding(
    terms,
    standingVotes(votes).filter(({ decision }) => decision === "approve"),
  );
}

function statusOf(terms: ApprovalTerms, votes: readonly CastVote[]): ApprovalState["status"] {
  const against = standingVotes(votes).filter(({ decision }) => decision === "reject");
  const gone = against.map(({ by }) => by);
  if (against.length >= terms.rejectQuorum || (gone.length > 0 && !canBeMet(terms, gone))) return "rejected";
  return standingOf({ terms, votes }).isMet ? "approved" : "open";
}

function refusalOf({ terms, status, votes }: ApprovalState, vote: CastVote, level: number): string | undefined {
  const { decision, by, comment } = vote;
  if (status === "rejected" || (status === "approved" && decision === "approve"))
    return `the request is ${status} already`;
  const ineligible = ineligibility(terms, vote, level);
  if (ineligible !== undefined) return ineligible;
  if (!comment && terms.requireComment.includes(decision)) return `to ${decision} needs a comment that says why`;
  const theirs = votes.filter((earlier) => lookOf(earlier.by) === lookOf(by));
  const before = theirs.at(-1);
  if (before?.decision === decision && before.comment === comment && (before.level ?? 0) === level) {
    return `${by} has voted so already`;
  }
  // Each vote is kept for ever. A person's rejection is taken at any time, and said once.
  const isTooMany = theirs.length >= maxVotesOfOne && (decision === "approve" || before?.decision === "reject");
  return isTooMany ? `${by} has voted ${theirs.length} times; only a rejection is taken now` : undefined;
}

function ineligibility({ levels, excluded }: ApprovalTerms, vote: CastVote, level: number): string | undefined {
  const refused = voterRefusal(everybodyOf(levels), excluded, vote);
  // Whoever objects is heard at once; whoever agrees, when they are asked.
  if (refused !== undefined || vote.decision === "reject") return refused;
  if (voterRefusal(everybodyOf(levels.slice(0, level + 1)), excluded, vote) === undefined) return undefined;
  return `${vote.by} is asked at a later level; level ${level + 1} of ${levels.length} is not complete yet`;
}
