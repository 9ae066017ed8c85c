import { everyRule, type ApprovalRule, type Approvers } from "./approval-rule.js";
import { standingOf, type ApprovalState } from "./apply-vote.js";
import type { Somebody } from "../../gate/people.js";
import { everybodyOf } from "./approvers.js";
import { approvalsIn, standingVotes, voiceOf } from "./cast-vote.js";
import { lookOf } from "../../gate/look-alike.js";
import { ruleStanding, type Approver } from "./rule-standing.js";
import { waysOf, type RuleWay } from "./rule-ways.js";

/** Whose approval would bring a request nearer to its end, in one of the ways in which its rule can be met. Pure. */
export function awaitedVoters(state: ApprovalState): Required<Approvers> {
  const { terms, votes } = state;
  const { level } = standingOf(state);
  const { people, roles } = everybodyOf(terms.levels.slice(0, level + 1));
  const standing = standingVotes(votes);
  const spoken = new Set(standing.filter((vote) => (vote.level ?? 0) === level).map((vote) => lookOf(voiceOf(vote))));
  const approvals = approvalsIn(votes);
  const ways = waysOf(terms.levels).map((way) => levelsOfWay(way, terms.levels.length));
  const helps = (somebody: Somebody): boolean =>
    ways.some((levels) => {
      const asked = { levels, countPerPerson: terms.countPerPerson };
      const others = approvals.filter(({ by }) => lookOf(by) !== lookOf(somebody.by));
      const missing = ruleStanding<Approver>(asked, [...others, { ...somebody, level }]).missing;
      return missing < ruleStanding(asked, approvals).missing;
    });
  return {
    people: people.filter((by) => !spoken.has(lookOf(by)) && helps({ by })),
    // Somebody of whom nothing is known but the role.
    roles: roles.filter((role) => helps({ by: "", roles: [role] })),
  };
}

function levelsOfWay(way: RuleWay, count: number): readonly ApprovalRule[] {
  return Array.from({ length: count }, (_, at) =>
    everyRule(...way.filter(({ level }) => level === at).map(({ rule }) => rule)),
  );
}
