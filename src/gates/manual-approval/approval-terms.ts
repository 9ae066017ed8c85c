import { GateError } from "../../gate/gate-error.js";
import type { Release } from "../../gate/release.js";
import { distinctIdentities, identityFault, identityOf, shownIdentity } from "./identity.js";
import { isLookKnown, lookOf } from "./look-alike.js";
import type { ManualApprovalSettings } from "./manual-approval-config.js";
import type { Vote } from "./vote.js";

/** What a request for approval asks of whom: a gate's config, applied to one release. */
export interface ApprovalTerms {
  /** The named people who may vote. */
  readonly people: readonly string[];
  /** Whoever has one of these roles may vote. */
  readonly roles: readonly string[];
  /** How many different people must approve. */
  readonly quorum: number;
  readonly requireComment: readonly Vote["decision"][];
  /** Who may not vote, whatever roles they have. */
  readonly excluded: readonly ExcludedPerson[];
}

/** Why somebody may not vote, or `undefined` where they may. */
export function voterRefusal(
  { people, roles, excluded }: Pick<ApprovalTerms, "people" | "roles" | "excluded">,
  { by, roles: has = [] }: Pick<Vote, "by" | "roles">,
): string | undefined {
  const voter = identityOf(by);
  const look = lookOf(by);
  // Who may vote is compared strictly, who may not loosely: a look-alike of somebody who asked for the release is not let in.
  const exclusion = excluded.find(({ person }) => lookOf(person) === look);
  if (exclusion) return `${by} may not vote, having ${exclusion.why}`;
  const theirs = new Set(has.map(identityOf));
  const isNamed = people.some((person) => identityOf(person) === voter);
  if (!isNamed && excluded.length > 0 && !isLookKnown(by)) {
    return `${by} may not vote, as the name cannot be told with certainty from those who may not`;
  }
  const isEligible = isNamed || roles.some((role) => theirs.has(identityOf(role)));
  return isEligible ? undefined : `${by} is not among those who may vote`;
}

/** Somebody who may not vote on a release. */
export interface ExcludedPerson {
  readonly person: string;
  readonly why: "requested the release" | "contributed to the release";
}

/**
 * Applies a gate's config to a release: whoever asked for it, or contributed to it, may not vote on it.
 *
 * Throws a `GateError` with code `RUN_INPUT_INVALID` where that leaves too few people, or where it cannot be told who they are.
 */
export function approvalTerms(settings: ManualApprovalSettings, release: Release): ApprovalTerms {
  const { quorum, requireComment } = settings;
  const { roles } = settings.from;
  const excluded = settings.allowSelfApproval ? [] : excludedFrom(release);
  const out = new Set(excluded.map(({ person }) => lookOf(person)));
  const people = settings.from.people.filter((person) => !out.has(lookOf(person)));
  if (roles.length === 0 && people.length < quorum) throw tooFew(settings.from.people, people, quorum);
  return { people, roles, quorum, requireComment, excluded };
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

function tooFew(named: readonly string[], left: readonly string[], quorum: number): GateError<"RUN_INPUT_INVALID"> {
  const out = named.filter((person) => !left.includes(person)).join(", ");
  const message =
    `Nobody could complete this approval: ${quorum} of ${named.join(", ")} must approve, ` +
    `and ${out} may not, having requested the release or contributed to it. Name more people, or a role.`;
  return new GateError("RUN_INPUT_INVALID", message, { issues: [{ message, path: ["from", "people"] }] });
}
