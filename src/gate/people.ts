import { identityOf } from "./identity.js";

/** Some people: by name, and everybody who has one of some roles. */
export interface People {
  /** Ids of people. Case, and the width of characters, do not matter. */
  readonly people?: readonly string[];
  readonly roles?: readonly string[];
}

/** Somebody who may be among them: by name, or by one of their roles. */
export interface Somebody {
  readonly by: string;
  readonly roles?: readonly string[];
}

/** Whether somebody is named. Ids are compared strictly. */
export function isNamed({ people = [] }: People, { by }: Somebody): boolean {
  const wanted = identityOf(by);
  return people.some((person) => identityOf(person) === wanted);
}

/** Whether somebody is named, or has one of the roles. Ids are compared strictly. */
export function isAmong(people: People, somebody: Somebody): boolean {
  if (isNamed(people, somebody)) return true;
  const theirs = new Set((somebody.roles ?? []).map(identityOf));
  return (people.roles ?? []).some((role) => theirs.has(identityOf(role)));
}
