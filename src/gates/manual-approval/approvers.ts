import type { ApprovalRule, Approvers } from "./approval-rule.js";
import { distinctIdentities, identityOf } from "../../gate/identity.js";
import { quorumsOf } from "./rule-ways.js";

/** Somebody who may be asked: by name, or by one of their roles. */
export interface Somebody {
  readonly by: string;
  readonly roles?: readonly string[];
}

/** Whether somebody is named. Ids are compared strictly. */
export function isNamed({ people = [] }: Approvers, { by }: Somebody): boolean {
  const voter = identityOf(by);
  return people.some((person) => identityOf(person) === voter);
}

/** Whether somebody is named, or has one of the roles. Ids are compared strictly. */
export function isAmong(approvers: Approvers, somebody: Somebody): boolean {
  if (isNamed(approvers, somebody)) return true;
  const theirs = new Set((somebody.roles ?? []).map(identityOf));
  return (approvers.roles ?? []).some((role) => theirs.has(identityOf(role)));
}

/** Everybody whom some rules ask. */
export function everybodyOf(rules: readonly ApprovalRule[]): Required<Approvers> {
  const all = rules.flatMap(quorumsOf).map(({ from }) => from);
  return {
    people: distinctIdentities(all.flatMap(({ people = [] }) => people)),
    roles: distinctIdentities(all.flatMap(({ roles = [] }) => roles)),
  };
}
