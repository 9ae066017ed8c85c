import { GateError } from "../../gate/gate-error.js";
import type { Release } from "../../gate/release.js";
import type { ApprovalRule, Approvers } from "./approval-rule.js";
import { excludedFrom, exclusionOf, type ExcludedPerson } from "../../gate/excluded-people.js";
import { isAmong, type Somebody } from "../../gate/people.js";
import { everybodyOf } from "./approvers.js";
import type { ChecklistStep } from "./checklist.js";
import { lookOf } from "../../gate/look-alike.js";
import type { ManualApprovalSettings } from "./manual-approval-config.js";
import { canBeMet, type AskedRule } from "./rule-standing.js";
import { levelWords } from "./rule-words.js";
import type { VoteDecision } from "./vote.js";

/** What a request for approval asks of whom: a gate's config, applied to one release. Nobody who is excluded is named in a rule. */
export interface ApprovalTerms extends AskedRule {
  /** How many different people must reject before the request is rejected. */
  readonly rejectQuorum: number;
  readonly requireComment: readonly VoteDecision[];
  /** Roles whose members the gate looks up itself when a vote arrives. */
  readonly lookedUp: readonly string[];
  readonly checklist: readonly ChecklistStep[];
  /** Who may not vote, whatever roles they have. */
  readonly excluded: readonly ExcludedPerson[];
}

/** Why somebody may not vote, or `undefined` where they may. */
export function voterRefusal(
  from: Approvers,
  excluded: readonly ExcludedPerson[],
  somebody: Somebody,
): string | undefined {
  const { by } = somebody;
  return (
    exclusionOf(from, excluded, by) ?? (isAmong(from, somebody) ? undefined : `${by} is not among those who may vote`)
  );
}

/**
 * Applies a gate's config to a release: whoever asked for it, or contributed to it, may not vote on it.
 *
 * Throws a `GateError` with code `RUN_INPUT_INVALID` where that leaves too few people, or where it cannot be told who they are.
 */
export function approvalTerms(settings: ManualApprovalSettings, release: Release): ApprovalTerms {
  const { countPerPerson, rejectQuorum, requireComment, checklist } = settings;
  const excluded = settings.allowSelfApproval ? [] : excludedFrom(release, "approve");
  const out = new Set(excluded.map(({ person }) => lookOf(person)));
  const levels = settings.levels.map((rule) => without(rule, out));
  const lookedUp = Object.keys(settings.members);
  const terms = { levels, countPerPerson, rejectQuorum, requireComment, lookedUp, checklist, excluded };
  if (!canBeMet(terms)) throw tooFew(settings.levels, out);
  return terms;
}

function without(rule: ApprovalRule, out: ReadonlySet<string>): ApprovalRule {
  if (rule.form !== "quorum") return { ...rule, rules: rule.rules.map((inner) => without(inner, out)) };
  const { people = [], roles = [] } = rule.from;
  return { ...rule, from: { people: people.filter((person) => !out.has(lookOf(person))), roles } };
}

function tooFew(levels: readonly ApprovalRule[], out: ReadonlySet<string>): GateError<"RUN_INPUT_INVALID"> {
  const { people } = everybodyOf(levels);
  const gone = people.filter((person) => out.has(lookOf(person))).join(", ");
  const message =
    `Nobody could complete this approval: it needs ${levelWords(levels)}, and ${gone} may not approve, ` +
    `having requested the release or contributed to it. Name more people, or a role.`;
  return new GateError("RUN_INPUT_INVALID", message, { issues: [{ message, path: ["from", "people"] }] });
}
