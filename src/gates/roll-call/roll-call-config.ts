import * as z from "zod";
import { toMs, type Duration } from "../../gate/duration.js";
import { durationSchema, positiveDurationSchema } from "../../gate/gate-config.js";
import { identityOf, identitySchema } from "../../gate/identity.js";
import type { StandardSchemaV1 } from "../../gate/standard-schema.js";
import type { Approvers } from "../manual-approval/approval-rule.js";
import { approversSchema } from "../manual-approval/approval-rule-config.js";
import type { MembersLookup } from "../manual-approval/look-up-voter.js";

/** Of which roles somebody must be reachable while a release goes on, and until when they may say so. */
export interface RollCallConfig {
  /**
   * The roles: a list, where whoever has a role answers for it; or, by role, who may answer. From 1 to 20.
   */
  readonly roles: readonly string[] | Readonly<Record<string, Approvers>>;
  /** For how long people must be reachable from when the run promotes: as long as the release takes, and is watched. @default 0 */
  readonly atLeast?: Duration;
  /** How long people have to answer, from the moment at which the gate starts. Up to 100 years. After that it has expired, and holds. */
  readonly deadline: Duration;
  /** Who has a role, for roles whose members are looked up when an answer arrives. What answers say of these does not count. */
  readonly members?: Readonly<Record<string, MembersLookup>>;
  /** What people should know before they answer. Up to 4,000 characters. */
  readonly instructions?: string;
}

/** A role that is called, and who may answer for it. */
export interface CalledRole {
  readonly role: string;
  readonly from: Required<Approvers>;
}

const asked = z.union(
  [
    z.array(identitySchema).transform((roles) => roles.map((role) => ({ role, from: { people: [], roles: [role] } }))),
    z
      .record(identitySchema, approversSchema)
      .transform((byRole) => Object.entries(byRole).map(([role, from]) => ({ role, from }))),
  ],
  { error: 'expected roles, such as ["development", "qa"], or who may answer for each: { qa: { people: ["ada"] } }' },
);

const rolesSchema = z
  .custom<RollCallConfig["roles"]>()
  .transform((roles): unknown => roles)
  .pipe(asked)
  .refine((roles) => roles.length >= 1 && roles.length <= 20, { error: "expected from 1 to 20 roles" })
  .refine((roles) => new Set(roles.map(({ role }) => identityOf(role))).size === roles.length, {
    error: "expected each role once",
  })
  .refine((roles) => roles.every(({ from }) => from.people.length + from.roles.length > 0), {
    error: "expected somebody who may answer for each role",
  });

const fields = z.strictObject({
  roles: rolesSchema,
  atLeast: durationSchema.default(0),
  // Node's dates end in the year 275760.
  deadline: z
    .custom<Duration>((value) => value !== undefined, {
      error: 'expected a duration such as "4h": it is required, as nobody waits for ever',
    })
    .pipe(positiveDurationSchema)
    .refine((ms) => ms <= toMs("100y"), { error: "expected at most 100 years" }),
  members: z
    .record(
      identitySchema,
      z.custom<MembersLookup>((value) => typeof value === "function", { error: "expected a function" }),
    )
    .default({}),
  instructions: z.string().trim().min(1).max(4_000).optional(),
});

/** {@link RollCallConfig}, as its schema returns it. */
export type RollCallSettings = z.output<typeof fields>;

/** The schema of {@link RollCallConfig}. */
export const rollCallConfig: StandardSchemaV1<RollCallConfig, RollCallSettings> = z
  .custom<RollCallConfig>()
  // The interface above is written for people; what holds is said by the fields.
  .transform((config): unknown => config)
  .pipe(fields)
  .transform((settings, context) => {
    const known = settings.roles.flatMap(({ from }) => from.roles);
    const unasked = Object.keys(settings.members).find(
      (role) => !known.some((one) => identityOf(one) === identityOf(role)),
    );
    if (unasked === undefined) return settings;
    const message = `expected a role that may answer, one of: ${known.join(", ") || "none"}`;
    context.addIssue({ code: "custom", path: ["members", unasked], message });
    return z.NEVER;
  });
