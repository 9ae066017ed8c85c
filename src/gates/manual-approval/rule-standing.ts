import type { ApprovalRule, QuorumRule } from "./approval-rule.js";
import { isAmong, type Somebody } from "../../gate/people.js";
import { fillSeats } from "./fill-seats.js";
import { identityOf } from "../../gate/identity.js";
import { lookOf } from "../../gate/look-alike.js";
import { waysOf, type RuleWay } from "./rule-ways.js";

/** Whether a person counts once in all, or once in each quorum of a rule. */
export type CountPerPerson = "once" | "per-rule";

/** A rule as it is asked. */
export interface AskedRule {
  /** One rule for each level; most have one level. */
  readonly levels: readonly ApprovalRule[];
  readonly countPerPerson: CountPerPerson;
}

/** Somebody who approves. */
export interface Approver extends Somebody {
  /** The level that was asked when they said so, from 0. @default 0 */
  readonly level?: number;
}

/** How far a rule is met. */
export interface RuleStanding<Voter> {
  readonly isMet: boolean;
  /** The level that is asked now, from 0; the last one where all are met. */
  readonly level: number;
  /** How many approvals the rule needs, in the way in which the fewest are missing. */
  readonly needed: number;
  /** How many of those are missing. */
  readonly missing: number;
  /** Who counts for which quorum, in that way. */
  readonly counted: ReadonlyMap<QuorumRule, readonly Voter[]>;
}

/** Says how far approvals of different people meet a rule. Pure; their order never matters for what is met and missing. */
export function ruleStanding<Voter extends Approver>(
  { levels, countPerPerson }: AskedRule,
  approvers: readonly Voter[],
): RuleStanding<Voter> {
  const standings = waysOf(levels).map((way) => {
    const benches = way.map(({ rule, level }) => ({
      seats: rule.count,
      isOpenTo: (voter: Voter) => (voter.level ?? 0) >= level && isAmong(rule.from, voter),
    }));
    const seated = countPerPerson === "once" ? fillSeats(approvers, benches) : benches.map(everyoneFor(approvers));
    return standingOf(way, seated, levels.length);
  });
  return standings.reduce((best, next) =>
    next.metLevels > best.metLevels || (next.metLevels === best.metLevels && next.missing < best.missing) ? next : best,
  );
}

/**
 * Whether a rule can be met, or still be met without those who are gone. Pure.
 *
 * Nobody knows how many people have a role: there are always enough.
 */
export function canBeMet({ levels, countPerPerson }: AskedRule, gone: readonly string[] = []): boolean {
  const looks = new Set(gone.map(lookOf));
  return waysOf(levels).some((way) => {
    const closed = way.map(({ rule }) => rule).filter(({ from }) => (from.roles ?? []).length === 0);
    const people = new Map(closed.flatMap(({ from }) => (from.people ?? []).map((id) => [identityOf(id), id])));
    const left = [...people.values()].filter((id) => !looks.has(lookOf(id)));
    const benches = closed.map(({ count, from }) => ({
      seats: count,
      isOpenTo: (id: string) => isAmong(from, { by: id }),
    }));
    const seated = countPerPerson === "once" ? fillSeats(left, benches) : benches.map(everyoneFor(left));
    return seated.every((here, index) => here.length === benches[index]?.seats);
  });
}

function everyoneFor<Voter>(voters: readonly Voter[]) {
  return ({ seats, isOpenTo }: { readonly seats: number; readonly isOpenTo: (voter: Voter) => boolean }) =>
    voters.filter(isOpenTo).slice(0, seats);
}

function standingOf<Voter>(way: RuleWay, seated: readonly (readonly Voter[])[], levels: number) {
  const lacks = way.map(({ rule, level }, index) => ({ level, lack: rule.count - (seated[index]?.length ?? 0) }));
  const metLevels = Math.min(levels, ...lacks.filter(({ lack }) => lack > 0).map(({ level }) => level));
  return {
    metLevels,
    isMet: metLevels === levels,
    level: Math.min(metLevels, levels - 1),
    needed: way.reduce((sum, { rule }) => sum + rule.count, 0),
    missing: lacks.reduce((sum, { lack }) => sum + lack, 0),
    counted: new Map(way.map(({ rule }, index) => [rule, seated[index] ?? []])),
  };
}
