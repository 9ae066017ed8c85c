import * as z from "zod";
import { toMs, type Duration } from "../../gate/duration.js";
import { positiveDurationSchema } from "../../gate/gate-config.js";
import { isStandardSchema, type StandardSchemaV1 } from "../../gate/standard-schema.js";
import { quorum as quorumOf, type ApprovalLevels, type ApprovalRule, type Approvers } from "./approval-rule.js";
import { approvalRuleSchema, approversSchema, countSchema, placedQuorums, ruleFault } from "./approval-rule-config.js";
import type { ApprovalBinds } from "./approval-binding.js";
import { everybodyOf } from "./approvers.js";
import { checklistSchema, type ChecklistStep } from "./checklist.js";
import { identityOf, identitySchema } from "../../gate/identity.js";
import { releaseWindowSchema, type ReleaseWindow } from "./release-window.js";
import type { CountPerPerson } from "./rule-standing.js";
import type { DelegationLookup, MembersLookup } from "./look-up-voter.js";
import { voteDecisionSchema, type VoteDecision } from "./vote.js";

/** Who may approve, how many of them must, and until when: `from` and `quorum`, or a `rule`. */
export interface ManualApprovalConfig {
  /** Who may vote. At least one person or role. */
  readonly from?: Approvers;
  /** How many different people of `from` must approve. From 1. @default 1 */
  readonly quorum?: number;
  /** Who must approve, where it takes more than one quorum to say so. */
  readonly rule?: ApprovalRule | ApprovalLevels;
  /** Whether a person counts once in all, or once in each quorum of the rule. @default "once" */
  readonly countPerPerson?: CountPerPerson;
  /** How many different people must reject before the request is rejected. From 1. @default 1 */
  readonly rejectQuorum?: number;
  /** How long people have, from the moment at which the gate starts. Up to 100 years. After that it has expired, and holds. */
  readonly deadline: Duration;
  /** How often whoever is waited for is reminded: a measurement `reminder`, for you to pass on. At least a thousandth of the deadline. @default never */
  readonly remindEvery?: Duration;
  /** After how long the wait is escalated, once: a measurement `escalation`. Below the deadline. @default never */
  readonly escalateAfter?: Duration;
  /** Which votes are refused without a comment. @default ["reject"] */
  readonly requireComment?: readonly VoteDecision[];
  /**
   * Who has a role, for roles of the rule whose members are looked up when a vote arrives, such as whoever is on call. What votes
   * say of these roles does not count. Before the request is approved, whoever approved is looked up again.
   */
  readonly members?: Readonly<Record<string, MembersLookup>>;
  /** Whether somebody may vote for somebody else; asked when such a vote arrives, and again before the request is approved. @default nobody may */
  readonly delegation?: DelegationLookup;
  /** What approvals are bound to beside release and plan; shown to whoever votes. @default nothing */
  readonly binds?: ApprovalBinds;
  /**
   * Gates beside it, by paths or names, on whose findings approvals rest: one that was given on other evidence than there is when it is
   * taken, when another is, and when it takes effect does not count. A run is refused that does not have them. @default none
   */
  readonly bindEvidence?: readonly string[];
  /** Whether a vote that does not say which request was shown is refused. @default false */
  readonly requireFingerprint?: boolean;
  /** Whether those who asked for the release, or contributed to it, may vote. @default false */
  readonly allowSelfApproval?: boolean;
  /** When what was approved may take effect: hours of the week, and freezes. Until then people may object. @default at any time */
  readonly window?: ReleaseWindow;
  /** What must be done before one approves, such as the steps of an acceptance test: each is ticked with evidence, or marked not done. */
  readonly checklist?: readonly (string | ChecklistStep)[];
  /** What whoever approves must say beside that, as a Standard Schema. What it returns must survive JSON; a vote for which it throws, or takes 30 seconds, is refused. */
  readonly input?: StandardSchemaV1;
  /** What voters should look at before they decide. Up to 4,000 characters. */
  readonly instructions?: string;
}

function functionSchema<Type>() {
  return z.custom<Type>((value) => typeof value === "function", { error: "expected a function" });
}

// Each is kept in the record.
const mostReminders = 1_000;
const mostGates = 100;

/** The fields of {@link ManualApprovalConfig}, before they are compared with one another. */
export const manualApprovalFields = z.strictObject({
  from: approversSchema.optional(),
  quorum: countSchema.optional(),
  rule: approvalRuleSchema.optional(),
  countPerPerson: z.enum(["once", "per-rule"], { error: 'expected "once" or "per-rule"' }).default("once"),
  rejectQuorum: countSchema.default(1),
  // Node's dates end in the year 275760.
  deadline: z
    .custom<Duration>((value) => value !== undefined, {
      error: 'expected a duration such as "4h": it is required, as nobody waits for ever',
    })
    .pipe(positiveDurationSchema)
    .refine((ms) => ms <= toMs("100y"), { error: "expected at most 100 years" }),
  remindEvery: positiveDurationSchema.optional(),
  escalateAfter: positiveDurationSchema.optional(),
  requireComment: z.array(voteDecisionSchema).default(["reject"]),
  members: z.record(identitySchema, functionSchema<MembersLookup>()).default({}),
  delegation: functionSchema<DelegationLookup>().optional(),
  binds: functionSchema<ApprovalBinds>().optional(),
  bindEvidence: z
    .array(z.string().min(1, "expected the path or the name of a gate"))
    .min(1, "expected at least one gate, or nothing at all")
    .max(mostGates)
    .optional(),
  requireFingerprint: z.boolean().default(false),
  allowSelfApproval: z.boolean().default(false),
  window: releaseWindowSchema.optional(),
  checklist: checklistSchema.default([]),
  input: z
    .custom<StandardSchemaV1>(isStandardSchema, { error: "expected a Standard Schema, such as one of zod" })
    .optional(),
  instructions: z.string().trim().min(1).max(4_000).optional(),
});

type Fields = z.output<typeof manualApprovalFields>;

/** {@link ManualApprovalConfig}, as its schema returns it: `from` and `quorum` are a rule as well. */
export interface ManualApprovalSettings extends Omit<Fields, "from" | "quorum" | "rule"> {
  /** What of who must approve is shown, as it was written. */
  readonly asked: Pick<Fields, "from" | "quorum" | "rule">;
  /** One rule for each level. */
  readonly levels: readonly ApprovalRule[];
}

/** The schema of {@link ManualApprovalConfig}. */
export const manualApprovalConfig: StandardSchemaV1<ManualApprovalConfig, ManualApprovalSettings> = z
  .custom<ManualApprovalConfig>()
  // The interface above is written for people; what holds is said by the fields.
  .transform((config): unknown => config)
  .pipe(manualApprovalFields)
  .transform((fields, context) => {
    const { from, quorum, rule, ...rest } = fields;
    const refuse = (path: readonly (string | number)[], message: string): never => {
      context.addIssue({ code: "custom", path: [...path], message });
      return z.NEVER;
    };
    if (rule && (from ?? quorum) !== undefined) {
      return refuse([from ? "from" : "quorum"], "expected nothing beside rule, which says who must approve");
    }
    if (!rule && !from) return refuse(["from"], "expected { people: […] }, { roles: […] }, or both; or a rule");
    const only = quorumOf(quorum ?? 1, from ?? {});
    const levels = rule === undefined ? [only] : rule.form === "levels" ? rule.levels : [rule];
    const places = rule ? placedQuorums(rule, ["rule"]) : [{ rule: only, count: ["quorum"], from: ["from"] }];
    const fault = ruleFault(
      { levels, countPerPerson: rest.countPerPerson },
      places,
      rule ? ["rule"] : ["from", "people"],
    );
    if (fault) return refuse(fault.path, fault.message);
    const { people, roles } = everybodyOf(levels);
    if (roles.length === 0 && rest.rejectQuorum > people.length) {
      return refuse(
        ["rejectQuorum"],
        `expected at most ${people.length}, as many people as may vote; got ${rest.rejectQuorum}`,
      );
    }
    const { remindEvery, escalateAfter, deadline } = rest;
    if (remindEvery !== undefined && deadline / remindEvery > mostReminders) {
      return refuse(["remindEvery"], `expected at most ${mostReminders} reminders before the deadline`);
    }
    if (escalateAfter !== undefined && escalateAfter >= deadline) {
      return refuse(["escalateAfter"], "expected less than the deadline, after which nobody can approve any more");
    }
    const unasked = Object.keys(rest.members).find(
      (role) => !roles.some((one) => identityOf(one) === identityOf(role)),
    );
    if (unasked !== undefined) {
      return refuse(["members", unasked], `expected a role that may vote, one of: ${roles.join(", ") || "none"}`);
    }
    return { ...rest, asked: rule ? { rule } : { from, quorum: only.count }, levels };
  });
