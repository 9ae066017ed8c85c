import * as z from "zod";
import { toMs, type Duration } from "../../gate/duration.js";
import { positiveDurationSchema } from "../../gate/gate-config.js";
import type { StandardSchemaV1 } from "../../gate/standard-schema.js";
import { distinctIdentities, identitySchema } from "./identity.js";
import { lookOf } from "./look-alike.js";
import type { Vote } from "./vote.js";

/** Who may approve, how many of them must, and until when. */
export interface ManualApprovalConfig {
  /** Who may vote. At least one person or role. */
  readonly from: Approvers;
  /** How many different people must approve. From 1. @default 1 */
  readonly quorum?: number;
  /** How long people have, from the moment at which the gate starts. Up to 100 years. After that it has expired, and holds. */
  readonly deadline: Duration;
  /** Which votes are refused without a comment. @default ["reject"] */
  readonly requireComment?: readonly Vote["decision"][];
  /** Whether those who asked for the release, or contributed to it, may vote. @default false */
  readonly allowSelfApproval?: boolean;
  /** What voters should look at before they decide. Up to 4,000 characters. */
  readonly instructions?: string;
}

/** Who may vote: named people, and everybody who has one of some roles. */
export interface Approvers {
  /** Ids of people, as votes name them. Case, and the width of characters, do not matter. */
  readonly people?: readonly string[];
  /** Roles, as votes name them. */
  readonly roles?: readonly string[];
}

/** The fields of {@link ManualApprovalConfig}, before they are compared with one another. */
export const manualApprovalFields = z.strictObject({
  from: z.strictObject(
    {
      people: z.array(identitySchema).default([]).transform(distinctIdentities),
      roles: z.array(identitySchema).default([]).transform(distinctIdentities),
    },
    {
      error: ({ code }) => (code === "invalid_type" ? "expected { people: […] }, { roles: […] }, or both" : undefined),
    },
  ),
  quorum: z.int({ error: "expected a whole number from 1" }).min(1).default(1),
  // Node's dates end in the year 275760.
  deadline: z
    .custom<Duration>((value) => value !== undefined, {
      error: 'expected a duration such as "4h": it is required, as nobody waits for ever',
    })
    .pipe(positiveDurationSchema)
    .refine((ms) => ms <= toMs("100y"), { error: "expected at most 100 years" }),
  requireComment: z.array(z.enum(["approve", "reject"])).default(["reject"]),
  allowSelfApproval: z.boolean().default(false),
  instructions: z.string().trim().min(1).max(4_000).optional(),
});

/** {@link ManualApprovalConfig}, as its schema returns it. */
export type ManualApprovalSettings = z.output<typeof manualApprovalFields>;

/** The schema of {@link ManualApprovalConfig}. */
export const manualApprovalConfig: StandardSchemaV1<ManualApprovalConfig, ManualApprovalSettings> = z
  .custom<ManualApprovalConfig>()
  // The interface above is written for people; what holds is said by the fields.
  .transform((config): unknown => config)
  .pipe(manualApprovalFields)
  .superRefine(({ from: { people, roles }, quorum }, context) => {
    const looks = new Map(people.map((person) => [lookOf(person), person]));
    const double = people.find((person) => looks.get(lookOf(person)) !== person);
    if (double !== undefined) {
      const message = `expected people who can be told apart, got ${double} and ${looks.get(lookOf(double))}`;
      context.addIssue({ code: "custom", path: ["from", "people"], message });
    }
    if (people.length === 0 && roles.length === 0) {
      const message = "expected at least one person or role; nobody could ever approve";
      context.addIssue({ code: "custom", path: ["from"], message });
    } else if (roles.length === 0 && quorum > people.length) {
      const message = `expected at most ${people.length}, as many different people as are named; got ${quorum}`;
      context.addIssue({ code: "custom", path: ["quorum"], message });
    }
  });
