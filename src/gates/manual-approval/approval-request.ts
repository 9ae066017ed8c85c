import type { Json } from "../../gate/json.js";
import type { Release } from "../../gate/release.js";
import { standingOf, type ApprovalState } from "./apply-vote.js";
import type { ApprovalBinding } from "./approval-binding.js";
import { shortComment } from "./approval-reason.js";
import type { Approvers } from "./approval-rule.js";
import type { ExcludedPerson } from "../../gate/excluded-people.js";
import { voterRefusal } from "./approval-terms.js";
import { everybodyOf } from "./approvers.js";
import { awaitedVoters } from "./awaited-voters.js";
import { standingVotes, type CastVote } from "./cast-vote.js";
import { checklistProgress, type ChecklistProgress } from "./checklist.js";
import { lookOf } from "../../gate/look-alike.js";
import { quorumProgress, type QuorumProgress } from "./quorum-progress.js";
import { approverWords, levelWords } from "./rule-words.js";
import type { Vote, VoteDecision } from "./vote.js";

/** What whoever may approve is shown, as JSON: in the record, and in the event `gate:waiting`. */
export interface ApprovalRequest {
  readonly type: "approval";
  /** What is to be approved. */
  readonly release: Pick<Release, "name" | "version" | "environment" | "artifact" | "requestedBy">;
  /** The SHA-256, in hexadecimal, of all that a vote is bound to. A vote that carries another one is refused. */
  readonly fingerprint: string;
  /** What the gate's `binds` said: what is approved beside release and plan. */
  readonly bound?: Json;
  /** Gates, by paths or names, on whose findings approvals rest: a vote carries the fingerprint of what they have found. */
  readonly bindEvidence?: readonly string[];
  readonly instructions?: string;
  /** Who may approve now, without those who are excluded. */
  readonly from: Required<Approvers>;
  /** Who is asked at a later level, and may only reject until then. */
  readonly later: Required<Approvers>;
  /** How many approvals are needed. */
  readonly quorum: number;
  /** How many of those are missing. */
  readonly missing: number;
  /** The rule in words, without those who are excluded. */
  readonly rule: string;
  /** How far each quorum of the rule is met. */
  readonly quorums: readonly QuorumProgress[];
  /** Which level is asked. 1 for the first. */
  readonly level: number;
  /** Named people who may vote now, have not, and whose approval would help. */
  readonly notVoted: readonly string[];
  /** The votes that count, the last one of each person: without roles, fingerprints, checklist and input, and comments up to 200 characters. */
  readonly votes: readonly CastVote[];
  /** Who may not vote, and why. */
  readonly excluded: readonly ExcludedPerson[];
  /** Which votes are refused without a comment. */
  readonly requireComment: readonly VoteDecision[];
  /** What must be done before one approves, and who says that it was. */
  readonly checklist: readonly ChecklistProgress[];
  /** Whether an approval needs an input, which the gate's schema judges. */
  readonly needsInput: boolean;
  /** Roles whose members are looked up when a vote arrives; who has one is not known before. */
  readonly lookedUp: readonly string[];
  /** When what was approved takes effect, where it was approved for later. ISO 8601, UTC. People may still reject or withdraw. */
  readonly effectiveAt?: string;
  /** When the gate expires at the latest. ISO 8601, UTC. */
  readonly deadline: string;
  /** All of that in one line, for whoever waits. */
  readonly summary: string;
}

/** What a request says beside where it stands. */
export interface ApprovalOccasion {
  readonly release: Release;
  readonly instructions?: string | undefined;
  readonly bindEvidence?: readonly string[] | undefined;
  readonly needsInput: boolean;
  readonly deadline: string;
  /** What is approved, as it is shown now. */
  readonly binding: () => ApprovalBinding;
  /** When what is approved takes effect, in milliseconds since the epoch. */
  readonly inEffectAt: (state: ApprovalState) => number;
}

/** The request as it stands. Pure. */
export function approvalRequest(state: ApprovalState, occasion: ApprovalOccasion): ApprovalRequest {
  const { levels, excluded, requireComment, lookedUp, checklist } = state.terms;
  const { instructions, bindEvidence, deadline } = occasion;
  const { fingerprint, bound } = occasion.binding();
  const { name, version, environment, artifact, requestedBy } = occasion.release;
  const { level, needed, missing } = standingOf(state);
  const awaited = awaitedVoters(state);
  const effectiveAt = state.status === "approved" ? new Date(occasion.inEffectAt(state)).toISOString() : undefined;
  const ofLevel = levels.length > 1 ? `level ${level + 1} of ${levels.length}: ` : "";
  return {
    type: "approval",
    release: {
      name,
      version,
      environment,
      ...(artifact ? { artifact } : {}),
      ...(requestedBy === undefined ? {} : { requestedBy }),
    },
    fingerprint,
    ...(bound === undefined ? {} : { bound }),
    ...(bindEvidence ? { bindEvidence } : {}),
    ...(instructions === undefined ? {} : { instructions }),
    from: everybodyOf(levels.slice(0, level + 1)),
    later: everybodyOf(levels.slice(level + 1)),
    quorum: needed,
    missing,
    rule: levelWords(levels),
    quorums: quorumProgress(state),
    level: level + 1,
    notVoted: awaited.people,
    votes: standingVotes(state.votes).map(shortVote),
    excluded,
    requireComment,
    checklist: checklistProgress(checklist, standingVotes(state.votes)),
    needsInput: occasion.needsInput,
    lookedUp,
    ...(effectiveAt === undefined ? {} : { effectiveAt }),
    deadline,
    summary:
      effectiveAt !== undefined
        ? `approved, and takes effect at ${effectiveAt}`
        : `${ofLevel}${missing} of ${needed} approvals missing, from ${approverWords(awaited)}, until ${deadline}`,
  };
}

/** Why somebody who looks at a request has nothing to answer, or `undefined` where they may vote. Pure. */
export function nothingToAnswer(
  { from, later, excluded, votes, level, lookedUp }: ApprovalRequest,
  voter: Pick<Vote, "by" | "roles">,
): string | undefined {
  // Nobody knows before they vote who has a role that is looked up.
  const refused = voterRefusal(from, excluded, { by: voter.by, roles: [...(voter.roles ?? []), ...lookedUp] });
  if (refused !== undefined) {
    const isLater = voterRefusal(later, excluded, voter) === undefined;
    return isLater ? `${voter.by} is asked at a later level` : refused;
  }
  const hasVoted = votes.some((vote) => lookOf(vote.by) === lookOf(voter.by) && (vote.level ?? 0) === level - 1);
  return hasVoted ? `${voter.by} has voted` : undefined;
}

// Each new request shows all of them again, and the record keeps each request.
function shortVote(cast: CastVote): CastVote {
  const {
    roles: _roles,
    fingerprint: _fingerprint,
    evidence: _evidence,
    checklist: _checklist,
    input: _input,
    comment,
    ...vote
  } = cast;
  return { ...vote, ...(comment === undefined ? {} : { comment: shortComment(comment) }) };
}
