import type { ApprovalRule, Approvers } from "./approval-rule.js";
import { distinctIdentities } from "../../gate/identity.js";
import { quorumsOf } from "./rule-ways.js";

/** Everybody whom some rules ask. */
export function everybodyOf(rules: readonly ApprovalRule[]): Required<Approvers> {
  const all = rules.flatMap(quorumsOf).map(({ from }) => from);
  return {
    people: distinctIdentities(all.flatMap(({ people = [] }) => people)),
    roles: distinctIdentities(all.flatMap(({ roles = [] }) => roles)),
  };
}
