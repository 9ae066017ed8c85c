import * as z from "zod";
import type { StandardSchemaV1 } from "../../gate/standard-schema.js";
import { standingOf, standingVotes, type ApprovalState, type CastVote } from "./apply-vote.js";
import type { ExcludedPerson } from "./approval-terms.js";
import { quorumProgress, quorumProgressSchema, type QuorumProgress } from "./quorum-progress.js";
import { levelWords } from "./rule-words.js";

/** Who voted what, and when. */
export interface ManualApprovalEvidence {
  /** How many approvals were needed: of different people, unless a person counts once in each quorum. */
  readonly quorum: number;
  /** How many of those were missing at the end. */
  readonly missing: number;
  /** The rule in words, without those who were excluded. */
  readonly rule: string;
  /** How far each quorum of the rule was met. */
  readonly quorums: readonly QuorumProgress[];
  /** Every vote that was taken, in order. */
  readonly votes: readonly CountedVote[];
  /** Who could not vote, and why. */
  readonly excluded: readonly ExcludedPerson[];
}

/** A vote that was taken. */
export interface CountedVote extends CastVote {
  /** Whether it counts; false where the same person voted again. */
  readonly counts: boolean;
}

/** What an approval has come to. */
export function approvalEvidence(state: ApprovalState): ManualApprovalEvidence {
  const standing = new Set(standingVotes(state.votes));
  const { needed, missing } = standingOf(state);
  return {
    quorum: needed,
    missing,
    rule: levelWords(state.terms.levels),
    quorums: quorumProgress(state),
    votes: state.votes.map((vote) => ({ ...vote, counts: standing.has(vote) })),
    excluded: state.terms.excluded,
  };
}

/** The schema of {@link ManualApprovalEvidence}. */
export const manualApprovalEvidence: StandardSchemaV1<unknown, ManualApprovalEvidence> = z.strictObject({
  quorum: z.int(),
  missing: z.int(),
  rule: z.string(),
  quorums: z.array(quorumProgressSchema),
  votes: z.array(
    z.strictObject({
      decision: z.enum(["approve", "reject"]),
      by: z.string(),
      roles: z.array(z.string()).readonly().exactOptional(),
      comment: z.string().exactOptional(),
      at: z.iso.datetime(),
      level: z.int().exactOptional(),
      counts: z.boolean(),
    }),
  ),
  excluded: z.array(
    z.strictObject({ person: z.string(), why: z.enum(["requested the release", "contributed to the release"]) }),
  ),
});
