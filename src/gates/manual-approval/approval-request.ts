import type { Release } from "../../gate/release.js";
import { missingApprovals, standingVotes, type ApprovalState, type CastVote } from "./apply-vote.js";
import { shortComment } from "./approval-reason.js";
import { voterRefusal, type ExcludedPerson } from "./approval-terms.js";
import { lookOf } from "./look-alike.js";
import type { Vote } from "./vote.js";

/** What whoever may approve is shown, as JSON: in the record, and in the event `gate:waiting`. */
export interface ApprovalRequest {
  readonly type: "approval";
  /** What is to be approved. */
  readonly release: Pick<Release, "name" | "version" | "environment" | "artifact" | "requestedBy">;
  readonly instructions?: string;
  /** Who may vote, without those who are excluded. */
  readonly from: { readonly people: readonly string[]; readonly roles: readonly string[] };
  /** How many different people must approve. */
  readonly quorum: number;
  /** How many approvals are missing. */
  readonly missing: number;
  /** Named people who may vote and have not. */
  readonly notVoted: readonly string[];
  /** The votes that count, the last one of each person: without roles, and comments up to 200 characters. */
  readonly votes: readonly CastVote[];
  /** Who may not vote, and why. */
  readonly excluded: readonly ExcludedPerson[];
  /** Which votes are refused without a comment. */
  readonly requireComment: readonly Vote["decision"][];
  /** When the gate expires at the latest. ISO 8601, UTC. */
  readonly deadline: string;
  /** All of that in one line, for whoever waits. */
  readonly summary: string;
}

/** What a request says beside where it stands. */
export interface ApprovalOccasion {
  readonly release: Release;
  readonly instructions?: string | undefined;
  readonly deadline: string;
}

/** The request as it stands. Pure. */
export function approvalRequest(state: ApprovalState, occasion: ApprovalOccasion): ApprovalRequest {
  const { people, roles, quorum, excluded, requireComment } = state.terms;
  const { instructions, deadline } = occasion;
  const { name, version, environment, artifact, requestedBy } = occasion.release;
  const standing = standingVotes(state.votes);
  const voted = new Set(standing.map(({ by }) => lookOf(by)));
  const missing = missingApprovals(state);
  const notVoted = people.filter((person) => !voted.has(lookOf(person)));
  const whoever = roles.map((role) => `anyone with role ${role}`);
  return {
    type: "approval",
    release: {
      name,
      version,
      environment,
      ...(artifact ? { artifact } : {}),
      ...(requestedBy === undefined ? {} : { requestedBy }),
    },
    ...(instructions === undefined ? {} : { instructions }),
    from: { people, roles },
    quorum,
    missing,
    notVoted,
    votes: standing.map(shortVote),
    excluded,
    requireComment,
    deadline,
    summary: `${missing} of ${quorum} approvals missing, from ${listOf([...notVoted, ...whoever])}, until ${deadline}`,
  };
}

/** Why somebody who looks at a request has nothing to answer, or `undefined` where they may vote. Pure. */
export function nothingToAnswer(
  { from, excluded, votes }: ApprovalRequest,
  voter: Pick<Vote, "by" | "roles">,
): string | undefined {
  const refused = voterRefusal({ ...from, excluded }, voter);
  if (refused !== undefined) return refused;
  const hasVoted = votes.some(({ by }) => lookOf(by) === lookOf(voter.by));
  return hasVoted ? `${voter.by} has voted` : undefined;
}

// Each new request shows all of them again, and the record keeps each request.
function shortVote({ decision, by, comment, at }: CastVote): CastVote {
  return { decision, by, ...(comment === undefined ? {} : { comment: shortComment(comment) }), at };
}

function listOf(voters: readonly string[]): string {
  const last = voters.at(-1) ?? "nobody";
  return voters.length < 2 ? last : `${voters.slice(0, -1).join(", ")} or ${last}`;
}
