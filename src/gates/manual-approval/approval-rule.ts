/** Who may vote: named people, and everybody who has one of some roles. */
export interface Approvers {
  /** Ids of people, as votes name them. Case, and the width of characters, do not matter. */
  readonly people?: readonly string[];
  /** Roles, as votes name them. */
  readonly roles?: readonly string[];
}

/** What must be approved by whom. Plain data, made by {@link quorum}, {@link oneOf}, {@link everyRule} and {@link anyRule}. */
export type ApprovalRule = QuorumRule | EveryRule | AnyRule;

/** So many different people of those must approve. */
export interface QuorumRule {
  readonly form: "quorum";
  /** How many different people. From 1. */
  readonly count: number;
  readonly from: Approvers;
}

/** Each of the rules must be met. */
export interface EveryRule {
  readonly form: "every";
  readonly rules: readonly ApprovalRule[];
}

/** One of the rules must be met. */
export interface AnyRule {
  readonly form: "any";
  readonly rules: readonly ApprovalRule[];
}

/** One rule after the other: a level is asked when those before it are met. Stands outside of every other rule. */
export interface ApprovalLevels {
  readonly form: "levels";
  readonly levels: readonly ApprovalRule[];
}

/**
 * Asks for so many different people of some.
 *
 * @example
 * ```ts
 * import { manualApproval, quorum } from "release-gates";
 *
 * const rule = quorum(2, { people: ["ada", "grace", "linus"] });
 * export const signOff = manualApproval("sign-off", { rule, deadline: "4h" });
 * ```
 */
export function quorum(count: number, from: Approvers): QuorumRule {
  return { form: "quorum", count, from };
}

/**
 * Asks for one person who has a role.
 *
 * @example
 * ```ts
 * import { manualApproval, oneOf } from "release-gates";
 *
 * export const signOff = manualApproval("sign-off", { rule: oneOf("release-manager"), deadline: "4h" });
 * ```
 */
export function oneOf(role: string): QuorumRule {
  return quorum(1, { roles: [role] });
}

/**
 * Asks that each of some rules is met. Named so because `allOf` combines gates.
 *
 * @example
 * ```ts
 * import { everyRule, manualApproval, oneOf, quorum } from "release-gates";
 *
 * const rule = everyRule(quorum(2, { roles: ["sre"] }), oneOf("security"));
 * export const signOff = manualApproval("sign-off", { rule, deadline: "4h" });
 * ```
 */
export function everyRule(...rules: readonly ApprovalRule[]): EveryRule {
  return { form: "every", rules };
}

/**
 * Asks that one of some rules is met. Named so because `anyOf` combines gates.
 *
 * @example
 * ```ts
 * import { anyRule, manualApproval, oneOf, quorum } from "release-gates";
 *
 * const rule = anyRule(oneOf("head-of-operations"), quorum(2, { roles: ["sre"] }));
 * export const signOff = manualApproval("sign-off", { rule, deadline: "4h" });
 * ```
 */
export function anyRule(...rules: readonly ApprovalRule[]): AnyRule {
  return { form: "any", rules };
}

/**
 * Asks one rule after the other: approvals of a level are taken when the levels before it are met, rejections at any time.
 *
 * @example
 * ```ts
 * import { inLevels, manualApproval, oneOf, quorum } from "release-gates";
 *
 * const rule = inLevels(quorum(2, { roles: ["developer"] }), oneOf("release-manager"));
 * export const signOff = manualApproval("sign-off", { rule, deadline: "2d" });
 * ```
 */
export function inLevels(...levels: readonly ApprovalRule[]): ApprovalLevels {
  return { form: "levels", levels };
}
