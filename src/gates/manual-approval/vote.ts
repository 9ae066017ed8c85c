import * as z from "zod";
import { identitySchema } from "./identity.js";

/** One person's answer to a request for approval. */
export interface Vote {
  readonly decision: "approve" | "reject";
  /**
   * The person's id, as whoever passes the vote on has established it. The gate cannot know who speaks: never take it from
   * what an unauthenticated caller says about itself.
   */
  readonly by: string;
  /** The roles that the person has, established in the same way. */
  readonly roles?: readonly string[];
  /** What the person wants to be known. Up to 2,000 characters. */
  readonly comment?: string;
}

const maxComment = 2_000;

/** The schema of {@link Vote}. */
export const voteSchema = z
  .strictObject({
    decision: z.enum(["approve", "reject"], { error: 'expected "approve" or "reject"' }),
    by: identitySchema,
    roles: z.array(identitySchema).max(100).optional(),
    comment: z
      .string()
      .trim()
      .max(maxComment, { error: `expected a comment of at most ${maxComment} characters` })
      .optional(),
  })
  .transform(({ decision, by, roles, comment }): Vote => ({
    decision,
    by,
    ...(roles ? { roles } : {}),
    ...(comment ? { comment } : {}),
  }));
