import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  anyRule,
  everyRule,
  quorum,
  type ApprovalRule,
  type QuorumRule,
} from "../../../src/gates/manual-approval/approval-rule.js";
import { applyVote, openApproval } from "../../../src/gates/manual-approval/apply-vote.js";
import type { CastVote } from "../../../src/gates/manual-approval/cast-vote.js";
import { canBeMet, ruleStanding, type Approver } from "../../../src/gates/manual-approval/rule-standing.js";
import { propertyRuns } from "../../helpers/runs.js";
import { plainTerms } from "./plain-terms.js";

const people = ["ada", "bob", "carol", "dan", "eve", "finn"] as const;
const roles = ["sre", "qa"] as const;
const everyone: readonly Approver[] = people.map((by, index) => ({
  by,
  roles: index % 3 === 0 ? [...roles] : [roles[index % 2] ?? ""],
}));

const leaf = (from: fc.Arbitrary<QuorumRule["from"]>): fc.Arbitrary<ApprovalRule> =>
  fc.tuple(fc.integer({ min: 1, max: 3 }), from).map(([count, asked]) => quorum(count, asked));
const named = fc.subarray([...people], { minLength: 1, maxLength: 4 }).map((some) => ({ people: some }));
const anybody = fc.oneof(
  named,
  fc.record({ people: fc.subarray([...people], { maxLength: 2 }), roles: fc.subarray([...roles], { minLength: 1 }) }),
);

function ruleOf(from: fc.Arbitrary<QuorumRule["from"]>): fc.Arbitrary<ApprovalRule> {
  return fc.letrec<{ rule: ApprovalRule }>((tie) => ({
    rule: fc.oneof(
      { maxDepth: 2 },
      leaf(from),
      fc
        .tuple(fc.constantFrom(everyRule, anyRule), fc.array(tie("rule"), { minLength: 1, maxLength: 3 }))
        .map(([combine, rules]) => combine(...rules)),
    ),
  })).rule;
}

// The law again, by trying everything: every set of people, as bits, whose approvals a rule can use up, none of them twice.
function usable(rule: ApprovalRule, approvers: readonly Approver[]): ReadonlySet<number> {
  switch (rule.form) {
    case "quorum": {
      const mayCount = approvers.map(
        ({ by, roles: has = [] }) =>
          rule.from.people?.includes(by) === true || has.some((role) => rule.from.roles?.includes(role)),
      );
      const sets = Array.from({ length: 1 << approvers.length }, (_, set) => set);
      return new Set(sets.filter((set) => bits(set).length === rule.count && bits(set).every((at) => mayCount[at])));
    }
    case "any":
      return new Set(rule.rules.flatMap((inner) => [...usable(inner, approvers)]));
    case "every":
      return rule.rules
        .map((inner) => usable(inner, approvers))
        .reduce(
          (all, inner) => new Set([...all].flatMap((a) => [...inner].filter((b) => (a & b) === 0).map((b) => a | b))),
          new Set([0]),
        );
  }
}

function bits(set: number): readonly number[] {
  return people.map((_, at) => at).filter((at) => ((set >> at) & 1) === 1);
}

// Once in each quorum: every quorum looks at all of them again.
function isMetPerRule(rule: ApprovalRule, approvers: readonly Approver[]): boolean {
  if (rule.form === "quorum") return usable(rule, approvers).size > 0;
  const inner = rule.rules.map((one) => isMetPerRule(one, approvers));
  return rule.form === "every" ? inner.every(Boolean) : inner.some(Boolean);
}

function lawSays(rule: ApprovalRule, approvers: readonly Approver[], countPerPerson: "once" | "per-rule"): boolean {
  return countPerPerson === "once" ? usable(rule, approvers).size > 0 : isMetPerRule(rule, approvers);
}

const some = fc.shuffledSubarray([...everyone]);
const counting = fc.constantFrom("once" as const, "per-rule" as const);

test("10,000 rules and random orders of approvals agree with brute force", () => {
  const seen = { once: [0, 0], "per-rule": [0, 0] };
  fc.assert(
    fc.property(ruleOf(anybody), some, counting, (rule, approvers, countPerPerson) => {
      const { isMet } = ruleStanding({ levels: [rule], countPerPerson }, approvers);
      expect(isMet).toBe(lawSays(rule, approvers, countPerPerson));
      seen[countPerPerson][isMet ? 1 : 0] = (seen[countPerPerson][isMet ? 1 : 0] ?? 0) + 1;
    }),
    propertyRuns(10_000),
  );
  // A property that never sees both answers proves nothing.
  for (const counts of Object.values(seen)) expect(Math.min(...counts)).toBeGreaterThan(500);
});

test("votes in any order lead to one outcome, level and number of missing approvals", () => {
  const orders = some.chain((approvers) =>
    fc.tuple(fc.constant(approvers), fc.shuffledSubarray(approvers, { minLength: approvers.length })),
  );
  fc.assert(
    fc.property(
      fc.array(ruleOf(anybody), { minLength: 1, maxLength: 2 }),
      orders,
      counting,
      (levels, [one, other], countPerPerson) => {
        const standing = (approvers: readonly Approver[]) => {
          const { counted: _who, ...rest } = ruleStanding({ levels, countPerPerson }, approvers);
          return rest;
        };
        expect(standing(other)).toEqual(standing(one));
      },
    ),
    propertyRuns(5_000),
  );
});

test("the approvals that count are different people who are asked there, and fill what is not missing", () => {
  fc.assert(
    fc.property(ruleOf(anybody), some, (rule, approvers) => {
      const { counted, needed, missing } = ruleStanding({ levels: [rule], countPerPerson: "once" }, approvers);
      const all = [...counted.values()].flat();
      expect(new Set(all).size).toBe(all.length);
      expect(all).toHaveLength(needed - missing);
      for (const [quorumRule, seated] of counted) {
        for (const who of seated) expect(usable({ ...quorumRule, count: 1 }, [who]).size).toBe(1);
      }
    }),
    propertyRuns(2_000),
  );
});

test("one more approval never takes back what was met", () => {
  fc.assert(
    fc.property(
      fc.array(ruleOf(anybody), { minLength: 1, maxLength: 2 }),
      some,
      counting,
      (levels, approvers, countPerPerson) => {
        const met = approvers.map((_, count) =>
          ruleStanding({ levels, countPerPerson }, approvers.slice(0, count + 1)),
        );
        const missing = met.filter(({ level }) => level === 0).map((standing) => standing.missing);
        expect(met.map(({ level }) => level)).toEqual(met.map(({ level }) => level).toSorted((a, b) => a - b));
        if (levels.length === 1) expect(missing).toEqual(missing.toSorted((a, b) => b - a));
      },
    ),
    propertyRuns(2_000),
  );
});

test("what can be met without those who rejected is what everybody else could meet", () => {
  fc.assert(
    fc.property(ruleOf(named), fc.subarray([...people]), counting, (rule, gone, countPerPerson) => {
      const left = everyone.filter(({ by }) => !gone.some((person) => person === by));
      expect(canBeMet({ levels: [rule], countPerPerson }, gone)).toBe(lawSays(rule, left, countPerPerson));
    }),
    propertyRuns(3_000),
  );
});

test("a request whose rule can still be met stays open, and one that cannot is rejected at once", () => {
  const ballot: fc.Arbitrary<readonly CastVote[]> = some.chain((voters) =>
    fc.tuple(
      ...voters.map(({ by, roles: has = [] }) =>
        fc.constantFrom("approve" as const, "reject" as const).map((decision) => ({
          decision,
          by,
          roles: has,
          at: "2030-01-01T00:00:00.000Z",
        })),
      ),
    ),
  );
  fc.assert(
    fc.property(
      ruleOf(named),
      ballot,
      counting,
      fc.integer({ min: 1, max: 4 }),
      (rule, votes, countPerPerson, rejectQuorum) => {
        const terms = plainTerms([rule], { countPerPerson, rejectQuorum });
        if (!canBeMet(terms)) return;
        const state = votes.reduce((before, vote) => applyVote(before, vote).state, openApproval(terms));
        const no = state.votes.filter(({ decision }) => decision === "reject").map(({ by }) => by);
        const yes = state.votes.filter(({ decision }) => decision === "approve");
        const isOver = no.length >= rejectQuorum || !canBeMet(terms, no);
        expect(state.status).toBe(isOver ? "rejected" : lawSays(rule, yes, countPerPerson) ? "approved" : "open");
      },
    ),
    propertyRuns(3_000),
  );
});
