import * as z from "zod";
import type { Json } from "../../gate/json.js";
import { checkedStepsSchema } from "./checklist.js";
import { lookOf } from "../../gate/look-alike.js";
import type { Approver } from "./rule-standing.js";
import { voteDecisionSchema, type Vote } from "./vote.js";

/** A vote that was taken. Its roles are those that count: as they were passed on, or as they were looked up. */
export interface CastVote extends Vote {
  /** When. ISO 8601, UTC. */
  readonly at: string;
  /** Which level was asked then, where that was not the first one: 1 for the second. */
  readonly level?: number;
  /** Why it counts no more: the person was looked up again and may not vote any more, or what was shown has changed. */
  readonly lapsed?: string;
}

/** The fields of {@link CastVote}, as a schema's. */
export const castVoteFields = {
  decision: voteDecisionSchema,
  by: z.string(),
  onBehalfOf: z.string().exactOptional(),
  roles: z.array(z.string()).readonly().exactOptional(),
  fingerprint: z.string().exactOptional(),
  evidence: z.string().exactOptional(),
  comment: z.string().exactOptional(),
  effectiveAt: z.string().exactOptional(),
  checklist: checkedStepsSchema.readonly().exactOptional(),
  input: z.custom<Json>((value) => value !== undefined).exactOptional(),
  at: z.string(),
  level: z.int().exactOptional(),
  lapsed: z.string().exactOptional(),
};

/** A vote as rules count it: it is the vote of whoever it was given for. */
export interface CountedApproval extends Approver {
  readonly vote: CastVote;
}

/** When a vote takes effect: when it says so, else when it was given. Milliseconds since the epoch. */
export function effectOf({ effectiveAt, at }: Pick<CastVote, "effectiveAt" | "at">): number {
  return Date.parse(effectiveAt ?? at);
}

/** Whose vote it is: the person's own, or that of whoever they stand in for. */
export function voiceOf({ by, onBehalfOf = by }: Pick<Vote, "by" | "onBehalfOf">): string {
  return onBehalfOf;
}

/** Whoever gave a vote, and for whom: `linus for ada`. */
export function voterName({ by, onBehalfOf }: Pick<Vote, "by" | "onBehalfOf">): string {
  return onBehalfOf === undefined ? by : `${by} for ${onBehalfOf}`;
}

/**
 * The votes that count, in the order of these: the last one of each person.
 *
 * A person has one vote, their own or the one for somebody else; and whoever stands in for somebody says what they would say.
 */
export function standingVotes(votes: readonly CastVote[]): readonly CastVote[] {
  const standing = new Set<CastVote>();
  for (const vote of votes) {
    for (const earlier of standing) if (isReplacedBy(earlier, vote)) standing.delete(earlier);
    if (vote.decision !== "withdraw" && vote.lapsed === undefined) standing.add(vote);
  }
  return [...standing];
}

/** The votes that approve and count, as rules count them. */
export function approvalsIn(votes: readonly CastVote[]): readonly CountedApproval[] {
  return standingVotes(votes)
    .filter(({ decision }) => decision === "approve")
    .map((vote) => ({ vote, by: voiceOf(vote), roles: vote.roles ?? [], level: vote.level ?? 0 }));
}

/** The votes that reject and count. */
export function rejectionsIn(votes: readonly CastVote[]): readonly CastVote[] {
  return standingVotes(votes).filter(({ decision }) => decision === "reject");
}

function isReplacedBy(earlier: CastVote, vote: CastVote): boolean {
  return lookOf(earlier.by) === lookOf(vote.by) || lookOf(voiceOf(earlier)) === lookOf(voiceOf(vote));
}
