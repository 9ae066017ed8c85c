import { GateError } from "../../gate/gate-error.js";
import type { Release } from "../../gate/release.js";
import type { ApprovalRule, Approvers } from "./approval-rule.js";
import { everybodyOf, isAmong, isNamed, type Somebody } from "./approvers.js";
import type { ChecklistStep } from "./checklist.js";
import { distinctIdentities, identityFault, identityOf, shownIdentity } from "../../gate/identity.js";
import { isLookKnown, lookOf } from "./look-alike.js";
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

/** Somebody who may not vote on a release. */
export interface ExcludedPerson {
  readonly person: string;
  readonly why: "requested the release" | "contributed to the release";
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

/** Why somebody may not vote, whoever may: they are excluded, or nobody can tell whether they are. */
export function exclusionOf(from: Approvers, excluded: readonly ExcludedPerson[], by: string): string | undefined {
  const look = lookOf(by);
  // Who may vote is compared strictly, who may not loosely: a look-alike of somebody who asked for the release is not let in.
  const exclusion = excluded.find(({ person }) => lookOf(person) === look);
  if (exclusion) return `${by} may not vote, having ${exclusion.why}`;
  const isCertain = excluded.length === 0 || isNamed(from, { by }) || isLookKnown(by);
  return isCertain ? undefined : `${by} may not vote, as the name cannot be told with certainty from those who may not`;
}

/**
 * Applies a gate's config to a release: whoever asked for it, or contributed to it, may not vote on it.
 *
 * Throws a `GateError` with code `RUN_INPUT_INVALID` where that leaves too few people, or where it cannot be told who they are.
 */
export function approvalTerms(settings: ManualApprovalSettings, release: Release): ApprovalTerms {
  const { countPerPerson, rejectQuorum, requireComment, checklist } = settings;
  const excluded = settings.allowSelfApproval ? [] : excludedFrom(release);
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

function excludedFrom({ requestedBy, contributors = [] }: Release): readonly ExcludedPerson[] {
  const requesters = requestedBy === undefined ? [] : [requestedBy];
  requesters.forEach((person) => assertCertain(person, ["requestedBy"]));
  contributors.forEach((person, index) => assertCertain(person, ["contributors", index]));
  const asked = new Set(requesters.map(identityOf));
  return [
    ...requesters.map((person) => ({ person: shownIdentity(person), why: "requested the release" as const })),
    ...distinctIdentities(contributors)
      .filter((person) => !asked.has(identityOf(person)))
      .map((person) => ({ person: shownIdentity(person), why: "contributed to the release" as const })),
  ];
}

// Where it cannot be told whom an id means, it cannot be told either who is excluded by it.
function assertCertain(person: string, path: readonly (string | number)[]): void {
  const fault = identityFault(person);
  if (fault === undefined) return;
  const message = `It cannot be told who may approve: the release's ${path.join(".")}: ${fault}.`;
  throw new GateError("RUN_INPUT_INVALID", message, { issues: [{ message: fault, path: [...path] }] });
}

function tooFew(levels: readonly ApprovalRule[], out: ReadonlySet<string>): GateError<"RUN_INPUT_INVALID"> {
  const { people } = everybodyOf(levels);
  const gone = people.filter((person) => out.has(lookOf(person))).join(", ");
  const message =
    `Nobody could complete this approval: it needs ${levelWords(levels)}, and ${gone} may not approve, ` +
    `having requested the release or contributed to it. Name more people, or a role.`;
  return new GateError("RUN_INPUT_INVALID", message, { issues: [{ message, path: ["from", "people"] }] });
}
