import type { ApprovalRule, QuorumRule } from "./approval-rule.js";

/** A quorum of a rule, and at which level it is asked. */
export interface AskedQuorum {
  readonly rule: QuorumRule;
  /** 0 for the first level. */
  readonly level: number;
}

/** One way in which a rule can be met: each of its quorums is. */
export type RuleWay = readonly AskedQuorum[];

/** Every way in which all levels can be met: one choice wherever a rule says "any". Pure. */
export function waysOf(levels: readonly ApprovalRule[]): readonly RuleWay[] {
  return product(levels.map((rule, level) => waysOfRule(rule, level)));
}

/** How many ways there are, without making them. */
export function countWays(rule: ApprovalRule): number {
  switch (rule.form) {
    case "quorum":
      return 1;
    case "every":
      return rule.rules.reduce((count, inner) => count * countWays(inner), 1);
    case "any":
      return rule.rules.reduce((count, inner) => count + countWays(inner), 0);
  }
}

/** Every quorum in a rule, in the order in which they are written. */
export function quorumsOf(rule: ApprovalRule): readonly QuorumRule[] {
  return rule.form === "quorum" ? [rule] : rule.rules.flatMap(quorumsOf);
}

function waysOfRule(rule: ApprovalRule, level: number): readonly RuleWay[] {
  switch (rule.form) {
    case "quorum":
      return [[{ rule, level }]];
    case "every":
      return product(rule.rules.map((inner) => waysOfRule(inner, level)));
    case "any":
      return rule.rules.flatMap((inner) => waysOfRule(inner, level));
  }
}

function product(choices: readonly (readonly RuleWay[])[]): readonly RuleWay[] {
  return choices.reduce<readonly RuleWay[]>(
    (ways, choice) => ways.flatMap((way) => choice.map((next) => [...way, ...next])),
    [[]],
  );
}
