import * as z from "zod";
import type { StandardSchemaV1 } from "../../gate/standard-schema.js";
import { standingOf, type ApprovalState } from "./apply-vote.js";
import type { ExcludedPerson } from "../../gate/excluded-people.js";
import type { Approvers } from "./approval-rule.js";
import { awaitedVoters } from "./awaited-voters.js";
import { castVoteFields, standingVotes, type CastVote } from "./cast-vote.js";
import { refusedVoteSchema, type RefusedVote } from "./refused-votes.js";
import { checklistProgress, checklistProgressSchema, type ChecklistProgress } from "./checklist.js";
import { quorumProgress, quorumProgressSchema, type QuorumProgress } from "./quorum-progress.js";
import { levelWords } from "./rule-words.js";

/** Who voted what, and when. */
export interface ManualApprovalEvidence {
  /** How many approvals were needed: of different people, unless a person counts once in each quorum. */
  readonly quorum: number;
  /** How many of those were missing at the end. */
  readonly missing: number;
  /** Whose approval would have brought the request nearer to its end. */
  readonly awaited: Required<Approvers>;
  /** The rule in words, without those who were excluded. */
  readonly rule: string;
  /** How far each quorum of the rule was met. */
  readonly quorums: readonly QuorumProgress[];
  /** Every vote that was taken, in order. */
  readonly votes: readonly CountedVote[];
  /** Each step of the checklist, and who says that it was done; the votes have the evidence. */
  readonly checklist: readonly ChecklistProgress[];
  /** The latest votes that were refused, up to fifty. The record holds every one, and answers that are no vote as well. */
  readonly refused: readonly RefusedVote[];
  /** The fingerprint of what was asked at the end. Votes that carry one were given for that, or have lapsed. */
  readonly fingerprint: string;
  /** Who could not vote, and why. */
  readonly excluded: readonly ExcludedPerson[];
  /** Until when the window is open in which it passed; the run promotes no later. ISO 8601, UTC. */
  readonly freshUntil?: string;
}

/** A vote that was taken. */
export interface CountedVote extends CastVote {
  /** Whether it counts; false where the person voted again, withdrew it, or may not vote any more. */
  readonly counts: boolean;
}

/** What an approval has come to. */
export function approvalEvidence(
  state: ApprovalState,
  { refused, fingerprint }: Pick<ManualApprovalEvidence, "refused" | "fingerprint">,
): ManualApprovalEvidence {
  const standing = new Set(standingVotes(state.votes));
  const { needed, missing } = standingOf(state);
  return {
    quorum: needed,
    missing,
    awaited: awaitedVoters(state),
    rule: levelWords(state.terms.levels),
    quorums: quorumProgress(state),
    votes: state.votes.map((vote) => ({ ...vote, counts: standing.has(vote) })),
    checklist: checklistProgress(state.terms.checklist, [...standing]),
    refused,
    fingerprint,
    excluded: state.terms.excluded,
  };
}

const texts = z.array(z.string()).readonly();

/** The schema of {@link ManualApprovalEvidence}. */
export const manualApprovalEvidence: StandardSchemaV1<unknown, ManualApprovalEvidence> = z.strictObject({
  quorum: z.int(),
  missing: z.int(),
  awaited: z.strictObject({ people: texts, roles: texts }),
  rule: z.string(),
  quorums: z.array(quorumProgressSchema),
  votes: z.array(z.strictObject({ ...castVoteFields, at: z.iso.datetime(), counts: z.boolean() })),
  checklist: z.array(checklistProgressSchema),
  refused: z.array(refusedVoteSchema),
  fingerprint: z.string(),
  excluded: z.array(
    z.strictObject({ person: z.string(), why: z.enum(["requested the release", "contributed to the release"]) }),
  ),
  freshUntil: z.iso.datetime().exactOptional(),
});
