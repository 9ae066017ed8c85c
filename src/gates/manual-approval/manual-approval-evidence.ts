import * as z from "zod";
import type { StandardSchemaV1 } from "../../gate/standard-schema.js";
import { missingApprovals, standingVotes, type ApprovalState, type CastVote } from "./apply-vote.js";
import type { ExcludedPerson } from "./approval-terms.js";

/** Who voted what, and when. */
export interface ManualApprovalEvidence {
  /** How many different people had to approve. */
  readonly quorum: number;
  /** How many approvals were missing at the end. */
  readonly missing: number;
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
  return {
    quorum: state.terms.quorum,
    missing: missingApprovals(state),
    votes: state.votes.map((vote) => ({ ...vote, counts: standing.has(vote) })),
    excluded: state.terms.excluded,
  };
}

/** The schema of {@link ManualApprovalEvidence}. */
export const manualApprovalEvidence: StandardSchemaV1<unknown, ManualApprovalEvidence> = z.strictObject({
  quorum: z.int(),
  missing: z.int(),
  votes: z.array(
    z.strictObject({
      decision: z.enum(["approve", "reject"]),
      by: z.string(),
      roles: z.array(z.string()).readonly().exactOptional(),
      comment: z.string().exactOptional(),
      at: z.iso.datetime(),
      counts: z.boolean(),
    }),
  ),
  excluded: z.array(
    z.strictObject({ person: z.string(), why: z.enum(["requested the release", "contributed to the release"]) }),
  ),
});
