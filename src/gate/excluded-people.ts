import { GateError } from "./gate-error.js";
import { distinctIdentities, identityFault, identityOf, shownIdentity } from "./identity.js";
import { isLookKnown, lookOf } from "./look-alike.js";
import { isNamed, type People } from "./people.js";
import type { Release } from "./release.js";

/** Somebody who may not decide about a release. */
export interface ExcludedPerson {
  readonly person: string;
  readonly why: "requested the release" | "contributed to the release";
}

/** Those who asked for a release, or contributed to it. Throws a `GateError` with code `RUN_INPUT_INVALID` where nobody can tell whom an id means. */
export function excludedFrom({ requestedBy, contributors = [] }: Release, what: string): readonly ExcludedPerson[] {
  const requesters = requestedBy === undefined ? [] : [requestedBy];
  requesters.forEach((person) => assertCertain(person, ["requestedBy"], what));
  contributors.forEach((person, index) => assertCertain(person, ["contributors", index], what));
  const asked = new Set(requesters.map(identityOf));
  return [
    ...requesters.map((person) => ({ person: shownIdentity(person), why: "requested the release" as const })),
    ...distinctIdentities(contributors)
      .filter((person) => !asked.has(identityOf(person)))
      .map((person) => ({ person: shownIdentity(person), why: "contributed to the release" as const })),
  ];
}

/** Why somebody may not do something, such as `vote`, whoever may: they are excluded, or nobody can tell whether they are. */
export function exclusionOf(
  from: People,
  excluded: readonly ExcludedPerson[],
  by: string,
  what = "vote",
): string | undefined {
  const look = lookOf(by);
  // Who may is compared strictly, who may not loosely: a look-alike of somebody who asked for the release is not let in.
  const exclusion = excluded.find(({ person }) => lookOf(person) === look);
  if (exclusion) return `${by} may not ${what}, having ${exclusion.why}`;
  const isCertain = excluded.length === 0 || isNamed(from, { by }) || isLookKnown(by);
  return isCertain
    ? undefined
    : `${by} may not ${what}, as the name cannot be told with certainty from those who may not`;
}

// Where it cannot be told whom an id means, it cannot be told either who is excluded by it.
function assertCertain(person: string, path: readonly (string | number)[], what: string): void {
  const fault = identityFault(person);
  if (fault === undefined) return;
  const message = `It cannot be told who may ${what}: the release's ${path.join(".")}: ${fault}.`;
  throw new GateError("RUN_INPUT_INVALID", message, { issues: [{ message: fault, path: [...path] }] });
}
