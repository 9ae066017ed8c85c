import * as z from "zod";
import type { Json } from "../../gate/json.js";
import { checkedStepsSchema, type CheckedStep } from "./checklist.js";
import { identitySchema } from "../../gate/identity.js";

/** What somebody says to a request. `withdraw` takes back what they said before. */
export type VoteDecision = "approve" | "reject" | "withdraw";

/** One person's answer to a request for approval. */
export interface Vote {
  readonly decision: VoteDecision;
  /**
   * The person's id, as whoever passes the vote on has established it. The gate cannot know who speaks: never take it from
   * what an unauthenticated caller says about itself.
   */
  readonly by: string;
  /** Whom the person stands in for, where that is somebody else. Taken only where the gate's `delegation` says so. */
  readonly onBehalfOf?: string;
  /** The roles that the person has, established in the same way. Those that the gate looks up itself are not taken from here. */
  readonly roles?: readonly string[];
  /**
   * The `fingerprint` of the request that the person was shown. A vote with another one is refused: it is about something else.
   * Without one, whoever passes the vote on vouches for that.
   */
  readonly fingerprint?: string;
  /** The fingerprint of the evidence that the person was shown. An approval has it where the gate has `bindEvidence`. */
  readonly evidence?: string;
  /** What the person wants to be known. Up to 2,000 characters. */
  readonly comment?: string;
  /** From when an approval counts, where that is later: an instant in ISO 8601, with its offset from UTC, before the deadline. */
  readonly effectiveAt?: string;
  /** What the person says of each step of the gate's checklist. */
  readonly checklist?: readonly CheckedStep[];
  /** What the gate's `input` asks of whoever approves. */
  readonly input?: Json;
}

const maxComment = 2_000;

/** What a vote may say, as a schema. */
export const voteDecisionSchema = z.enum(["approve", "reject", "withdraw"], {
  error: 'expected "approve", "reject" or "withdraw"',
});

/** The schema of {@link Vote}. */
export const voteSchema = z
  .strictObject({
    decision: voteDecisionSchema,
    by: identitySchema,
    onBehalfOf: identitySchema.optional(),
    roles: z.array(identitySchema).max(100).optional(),
    fingerprint: z
      .string()
      .regex(/^[\da-f]{64}$/, "expected the fingerprint of a request: 64 hexadecimal digits")
      .optional(),
    evidence: z
      .string()
      .regex(/^[\da-f]{64}$/, "expected the fingerprint of evidence: 64 hexadecimal digits")
      .optional(),
    comment: z
      .string()
      .trim()
      .max(maxComment, { error: `expected a comment of at most ${maxComment} characters` })
      .optional(),
    effectiveAt: z.iso
      .datetime({ offset: true, error: 'expected an instant with its offset, such as "2030-01-01T22:00:00+01:00"' })
      .optional(),
    checklist: checkedStepsSchema.optional(),
    input: z.custom<Json>().optional(),
  })
  .transform(
    ({ decision, by, onBehalfOf, roles, fingerprint, evidence, comment, effectiveAt, checklist, input }): Vote => ({
      decision,
      by,
      ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
      ...(roles ? { roles } : {}),
      ...(fingerprint === undefined ? {} : { fingerprint }),
      ...(evidence === undefined ? {} : { evidence }),
      ...(comment ? { comment } : {}),
      ...(effectiveAt === undefined ? {} : { effectiveAt }),
      ...(checklist ? { checklist } : {}),
      ...(input === undefined ? {} : { input }),
    }),
  );
