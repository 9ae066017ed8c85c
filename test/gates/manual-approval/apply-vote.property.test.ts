import * as fc from "fast-check";
import { expect, test } from "vitest";
import { applyVote, approvedFrom, openApproval } from "../../../src/gates/manual-approval/apply-vote.js";
import { anyRule, everyRule, quorum } from "../../../src/gates/manual-approval/approval-rule.js";
import type { ApprovalTerms } from "../../../src/gates/manual-approval/approval-terms.js";
import type { CastVote } from "../../../src/gates/manual-approval/cast-vote.js";
import { ruleStanding } from "../../../src/gates/manual-approval/rule-standing.js";
import { identityOf } from "../../../src/gate/identity.js";
import { propertyRuns } from "../../helpers/runs.js";
import { plainTerms } from "./plain-terms.js";

const people = ["alice", "bob", "carol", "dan", "erin"] as const;
// One person, written in many ways.
const spellings = (id: string) => [id, id.toUpperCase(), ` ${id}`, id.replace(/^./, (letter) => fullWidth(letter))];
const fullWidth = (letter: string) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0);

const person = fc.constantFrom(...people);
const spelling = person.chain((id) => fc.constantFrom(...spellings(id)));

interface Simple {
  readonly people: readonly string[];
  readonly roles: readonly string[];
  readonly count: number;
  readonly excluded: readonly string[];
  readonly terms: ApprovalTerms;
}

const simple: fc.Arbitrary<Simple> = fc
  .record({
    people: fc.subarray([...people]),
    roles: fc.subarray(["sre", "qa"]),
    count: fc.integer({ min: 1, max: 4 }),
    excluded: fc.subarray([...people]),
  })
  .map((asked) => ({
    ...asked,
    terms: plainTerms([quorum(asked.count, { people: asked.people, roles: asked.roles })], {
      excluded: asked.excluded.map((id) => ({ person: id, why: "contributed to the release" })),
    }),
  }));

const vote = (decision: fc.Arbitrary<CastVote["decision"]>): fc.Arbitrary<CastVote> =>
  fc.record({
    decision,
    by: spelling,
    roles: fc.subarray(["SRE", "qa", "dev"]),
    comment: fc.constantFrom("fine", "looked at it"),
    at: fc.constant("2030-01-01T00:00:00.000Z"),
  });

const approvals = fc.array(vote(fc.constant("approve")), { maxLength: 12 });
const votes = fc.array(vote(fc.constantFrom("approve", "approve", "approve", "reject")), { maxLength: 12 });

function outcome(asked: Simple, cast: readonly CastVote[]) {
  return cast.reduce((state, next) => applyVote(state, next).state, openApproval(asked.terms));
}

// The law again, in the plainest words: who of those that voted was allowed to?
function mayVote(asked: Simple, { by, roles = [] }: CastVote): boolean {
  const who = identityOf(by);
  if (asked.excluded.includes(who)) return false;
  return asked.people.includes(who) || asked.roles.some((role) => roles.map(identityOf).includes(role));
}

test("approval needs as many different people as the quorum says, who may vote", () => {
  fc.assert(
    fc.property(simple, approvals, (asked, cast) => {
      const who = new Set(cast.filter((one) => mayVote(asked, one)).map(({ by }) => identityOf(by)));
      expect(outcome(asked, cast).status).toBe(who.size >= asked.count ? "approved" : "open");
    }),
    propertyRuns(2_000),
  );
});

test("the order of approvals never matters", () => {
  const shuffled = approvals.chain((cast) =>
    fc.tuple(fc.constant(cast), fc.shuffledSubarray(cast, { minLength: cast.length })),
  );
  fc.assert(
    fc.property(simple, shuffled, (asked, [cast, otherwise]) => {
      expect(outcome(asked, otherwise).status).toBe(outcome(asked, cast).status);
    }),
    propertyRuns(2_000),
  );
});

test("when it takes effect is when enough of those who approve have, in whatever order they came", () => {
  const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 0, maxLength: people.length });
  const asked = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 2 }), fc.subarray([...people], { minLength: 2 })), {
      minLength: 1,
      maxLength: 3,
    })
    .chain((quorums) =>
      fc
        .constantFrom(everyRule, anyRule)
        .map((rule) => rule(...quorums.map(([n, from]) => quorum(n, { people: from })))),
    );
  const voters = minutes.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray([...people], { minLength: all.length, maxLength: all.length })),
  );
  fc.assert(
    fc.property(asked, voters, fc.infiniteStream(fc.nat()), (rule, [all, ids], picks) => {
      const terms = plainTerms([rule]);
      const cast = all.map((minute, index) => ({
        decision: "approve" as const,
        by: ids[index] ?? "",
        at: "2030-01-01T00:00:00.000Z",
        effectiveAt: new Date(Date.UTC(2030, 0, 1, 0, minute)).toISOString(),
      }));
      const left = [...cast];
      let state = openApproval(terms);
      while (left.length > 0) {
        const [next] = left.splice((picks.next().value ?? 0) % left.length, 1);
        if (next) state = applyVote(state, next).state;
      }
      const byTime = cast.toSorted((one, other) => one.effectiveAt.localeCompare(other.effectiveAt));
      const enough = byTime.findIndex((_, index) => ruleStanding(terms, byTime.slice(0, index + 1)).isMet);
      expect(state.status).toBe(enough === -1 ? "open" : "approved");
      if (enough !== -1) expect(approvedFrom(state)).toBe(Date.parse(byTime[enough]?.effectiveAt ?? ""));
    }),
    propertyRuns(2_000),
  );
});

test("duplicates never help", () => {
  fc.assert(
    fc.property(simple, votes, (asked, cast) => {
      const doubled = cast.flatMap((one) => [one, { ...one, comment: "again" }, one]);
      expect(outcome(asked, doubled).status).toBe(outcome(asked, cast).status);
    }),
    propertyRuns(2_000),
  );
});

test("whoever is excluded changes nothing", () => {
  fc.assert(
    fc.property(simple, votes, (asked, cast) => {
      const excluded = new Set(asked.excluded);
      const others = cast.filter(({ by }) => !excluded.has(identityOf(by)));
      expect(outcome(asked, cast)).toEqual(outcome(asked, others));
    }),
    propertyRuns(2_000),
  );
});

test("nothing but a rejection changes a request that is approved, and nothing one that is rejected", () => {
  fc.assert(
    fc.property(simple, votes, votes, (asked, cast, later) => {
      const closed = outcome(asked, cast);
      if (closed.status === "open") return;
      for (const one of later) {
        const { state, refused } = applyVote(closed, one);
        const isHeard = closed.status === "approved" && one.decision === "reject" && mayVote(asked, one);
        expect([state === closed, refused === undefined]).toEqual([!isHeard, isHeard]);
        expect(state.status).toBe(isHeard ? "rejected" : closed.status);
      }
    }),
    propertyRuns(2_000),
  );
});

test("one rejection by somebody who may vote is never outvoted", () => {
  fc.assert(
    fc.property(simple, votes, (asked, cast) => {
      const state = outcome(asked, cast);
      const rejected = state.votes.some(({ decision }) => decision === "reject");
      expect(state.status === "rejected").toBe(rejected);
    }),
    propertyRuns(2_000),
  );
});
