import * as z from "zod";
import { voteDecisionSchema, type Vote } from "./vote.js";

/** A vote that was not taken. */
export interface RefusedVote extends Pick<Vote, "decision" | "by" | "onBehalfOf"> {
  /** When. ISO 8601, UTC. */
  readonly at: string;
  /** Why. */
  readonly reason: string;
}

const most = 50;

/** The refused votes with one more, the latest fifty of them. */
export function withRefused(
  refused: readonly RefusedVote[],
  { decision, by, onBehalfOf }: Vote,
  why: Pick<RefusedVote, "at" | "reason">,
): readonly RefusedVote[] {
  const latest = { decision, by, ...(onBehalfOf === undefined ? {} : { onBehalfOf }), ...why };
  return [...refused, latest].slice(-most);
}

/** The schema of {@link RefusedVote}. */
export const refusedVoteSchema = z.strictObject({
  decision: voteDecisionSchema,
  by: z.string(),
  onBehalfOf: z.string().exactOptional(),
  at: z.string(),
  reason: z.string(),
});
