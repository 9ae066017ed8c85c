import type { ApprovalRule, Approvers } from "./approval-rule.js";

/** A rule in words: `2 of ada, bob or anyone with role sre`. */
export function ruleWords(rule: ApprovalRule): string {
  switch (rule.form) {
    case "quorum":
      return `${rule.count} of ${approverWords(rule.from)}`;
    case "every":
      return innerWords(rule.rules).join(" and ");
    case "any":
      return innerWords(rule.rules).join(" or else ");
  }
}

/** The levels of a rule in words: `2 of ada or bob, then 1 of grace`. */
export function levelWords(levels: readonly ApprovalRule[]): string {
  return levels.map(ruleWords).join(", then ");
}

/** Those who may vote, in words: `ada, bob or anyone with role sre`. */
export function approverWords({ people = [], roles = [] }: Approvers): string {
  return alternatives([...people, ...roles.map((role) => `anyone with role ${role}`)]);
}

function innerWords(rules: readonly ApprovalRule[]): readonly string[] {
  return rules.map((rule) => (rules.length > 1 && rule.form !== "quorum" ? `(${ruleWords(rule)})` : ruleWords(rule)));
}

function alternatives(voters: readonly string[]): string {
  const last = voters.at(-1) ?? "nobody";
  return voters.length < 2 ? last : `${voters.slice(0, -1).join(", ")} or ${last}`;
}
