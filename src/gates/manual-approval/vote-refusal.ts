import { canonicalJson } from "../../gate/fingerprint.js";
import { everybodyOf } from "./approvers.js";
import { exclusionOf } from "../../gate/excluded-people.js";
import { voterRefusal, type ApprovalTerms } from "./approval-terms.js";
import { standingVotes, voiceOf, type CastVote } from "./cast-vote.js";
import { checklistRefusal } from "./checklist.js";
import { identityOf } from "../../gate/identity.js";
import { lookOf } from "../../gate/look-alike.js";

/** After so many votes of one person, comments are no longer news. */
const maxVotesOfOne = 20;

/** A request, as a vote finds it. */
export interface AskedRequest {
  readonly terms: ApprovalTerms;
  readonly status: "open" | "approved" | "rejected";
  readonly votes: readonly CastVote[];
}

/** Why a vote is not taken, or `undefined` where it is. Its level is the one that is asked; its roles are those that count. Pure. */
export function voteRefusal({ terms, status, votes }: AskedRequest, vote: CastVote): string | undefined {
  const { decision, by, comment } = vote;
  if (status === "rejected" || (status === "approved" && decision === "approve"))
    return `the request is ${status} already`;
  const refused = decision === "withdraw" ? nothingToWithdraw(votes, vote) : ineligibility(terms, votes, vote);
  if (refused !== undefined) return refused;
  if (!comment && terms.requireComment.includes(decision)) return `to ${decision} needs a comment that says why`;
  const unchecked = checklistRefusal(terms.checklist, vote);
  if (unchecked !== undefined) return unchecked;
  return isRepetition(votes, vote) ? `${by} has voted so already` : tooOften(votes, vote);
}

function isRepetition(votes: readonly CastVote[], vote: CastVote): boolean {
  // What was withdrawn, replaced or has lapsed may be said again, though it is the last word of whoever said it.
  const [before] = votesOf(standingVotes(votes), vote);
  return (
    before !== undefined &&
    before.decision === vote.decision &&
    before.comment === vote.comment &&
    canonicalJson(contentOf(before)) === canonicalJson(contentOf(vote)) &&
    (before.level ?? 0) === (vote.level ?? 0) &&
    lookOf(voiceOf(before)) === lookOf(voiceOf(vote))
  );
}

// What was approved on other evidence is approved anew.
function contentOf({ evidence, effectiveAt, checklist = [], input }: CastVote) {
  return { evidence: evidence ?? null, effectiveAt: effectiveAt ?? null, checklist, input: input ?? null };
}

// Each vote is kept for ever. That somebody rejects, or withdraws what they approved, is heard at any time, once.
function tooOften(votes: readonly CastVote[], vote: CastVote): string | undefined {
  const theirs = votesOf(votes, vote);
  if (theirs.length < maxVotesOfOne) return undefined;
  const isHeard = vote.decision !== "approve" && theirs.at(-1)?.decision === "approve";
  const isFirstNo = vote.decision === "reject" && theirs.every(({ decision }) => decision !== "reject");
  return isHeard || isFirstNo
    ? undefined
    : `${vote.by} has voted ${theirs.length} times; only a rejection is taken now`;
}

function votesOf(votes: readonly CastVote[], { by }: CastVote): readonly CastVote[] {
  return votes.filter((earlier) => lookOf(earlier.by) === lookOf(by));
}

// Strictly the same person: nobody takes back what somebody of a similar name said.
function nothingToWithdraw(votes: readonly CastVote[], { by, onBehalfOf }: CastVote): string | undefined {
  if (onBehalfOf !== undefined) return "expected a vote to be withdrawn by who gave it, or by whom it was given for";
  const person = identityOf(by);
  const isTheirs = (vote: CastVote) => identityOf(vote.by) === person || identityOf(voiceOf(vote)) === person;
  return standingVotes(votes).some(isTheirs) ? undefined : `${by} has no vote to withdraw`;
}

function ineligibility(terms: ApprovalTerms, votes: readonly CastVote[], vote: CastVote): string | undefined {
  const { levels, excluded } = terms;
  const voter = { by: voiceOf(vote), roles: vote.roles ?? [] };
  const refused = standInRefusal(terms, votes, vote) ?? voterRefusal(everybodyOf(levels), excluded, voter);
  // Whoever objects is heard at once; whoever agrees, when they are asked.
  if (refused !== undefined || vote.decision === "reject") return refused;
  const level = vote.level ?? 0;
  if (voterRefusal(everybodyOf(levels.slice(0, level + 1)), excluded, voter) === undefined) return undefined;
  return `${voter.by} is asked at a later level; level ${level + 1} of ${levels.length} is not complete yet`;
}

function standInRefusal(
  { excluded }: ApprovalTerms,
  votes: readonly CastVote[],
  { by, onBehalfOf }: CastVote,
): string | undefined {
  if (onBehalfOf === undefined) return undefined;
  if (lookOf(by) === lookOf(onBehalfOf)) return `expected somebody else to stand in for ${onBehalfOf}, got ${by}`;
  const own = exclusionOf({ people: [] }, excluded, by);
  if (own !== undefined) return own;
  const theirs = excluded.find(({ person }) => lookOf(person) === lookOf(onBehalfOf));
  if (theirs) return `${by} may not vote for ${onBehalfOf}, who ${theirs.why}`;
  const person = lookOf(onBehalfOf);
  const hasSpoken = standingVotes(votes).some((vote) => vote.onBehalfOf === undefined && lookOf(vote.by) === person);
  return hasSpoken ? `${onBehalfOf} has voted; nobody else may for them` : undefined;
}
