import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decisions, rank, type Decision } from "../../src/decision/decision.js";
import { isDetermined, type DecisionRange } from "../../src/decision/range.js";
import { decisionOf, type NegativeDecision, type Status } from "../../src/decision/status.js";
import { combine, Tally, type Need } from "../../src/decision/tally.js";
import { propertyRuns } from "../helpers/runs.js";

const runs = propertyRuns(10_000);
const decision = fc.constantFrom<Decision>(...decisions);
const given = fc.array(decision, { minLength: 1, maxLength: 12 });
const negative = fc.constantFrom<NegativeDecision>("hold", "rollback");
const notPassed = fc.constantFrom<Exclude<Status, "skipped" | "passed">>(
  "failed",
  "inconclusive",
  "errored",
  "expired",
  "cancelled",
);

/** Decisions, and how many of them are needed. */
const composite = given.chain((list) => fc.tuple(fc.constant(list), fc.integer({ min: 1, max: list.length })));

const range = fc.tuple(decision, decision).map(([a, b]): DecisionRange => {
  const [best, worst] = rank(a) <= rank(b) ? [a, b] : [b, a];
  return { best, worst };
});

function combineRanges(need: Need, ranges: readonly DecisionRange[]): DecisionRange | undefined {
  const tally = new Tally();
  for (const each of ranges) tally.add(each);
  return tally.combine(need);
}

describe("combine", () => {
  test("is the k-th smallest", () => {
    fc.assert(
      fc.property(composite, ([list, k]) => {
        const sorted = list.toSorted((a, b) => rank(a) - rank(b));
        expect(combine(k, list)).toBe(sorted[k - 1]);
      }),
      runs,
    );
  });

  test("does not depend on the order", () => {
    const shuffled = composite.chain(([list, k]) =>
      fc.tuple(fc.constant(list), fc.constant(k), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([list, k, other]) => {
        expect(combine(k, other)).toBe(combine(k, list));
      }),
      runs,
    );
  });

  test("never improves when one input gets worse", () => {
    fc.assert(
      fc.property(composite, fc.nat(), decision, ([list, k], at, other) => {
        const index = at % list.length;
        const before = list[index] as Decision;
        fc.pre(rank(other) >= rank(before));
        const worse = combine(k, list.with(index, other)) as Decision;
        expect(rank(worse)).toBeGreaterThanOrEqual(rank(combine(k, list) as Decision));
      }),
      runs,
    );
  });

  test("at least one is any, and at least all is all", () => {
    fc.assert(
      fc.property(given, (list) => {
        const ranks = list.map(rank);
        expect(combine(1, list)).toBe(decisions[Math.min(...ranks)]);
        expect(combine(list.length, list)).toBe(decisions[Math.max(...ranks)]);
        expect(combine("all", list)).toBe(combine(list.length, list));
      }),
      runs,
    );
  });

  test("no combination of statuses other than passed promotes", () => {
    const statuses = fc.array(fc.tuple(notPassed, negative, negative), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(statuses, fc.integer({ min: 1, max: 12 }), (list, k) => {
        const negatives = list.map(([status, onFail, onError]) => decisionOf(status, { onFail, onError }));
        expect(combine(k, negatives)).not.toBe("promote");
      }),
      runs,
    );
  });

  test("never promotes where fewer gates apply than are needed", () => {
    fc.assert(
      fc.property(given, fc.integer({ min: 1, max: 5 }), (list, missing) => {
        const combined = combine(list.length + missing, list) as Decision;
        const worst = Math.max(1, ...list.map(rank));
        expect(rank(combined)).toBe(worst);
      }),
      runs,
    );
  });

  test("says nothing where no gate applies", () => {
    expect(combine("all", [])).toBeUndefined();
    expect(combine(1, [])).toBeUndefined();
  });
});

describe("Tally", () => {
  test("a combined range holds exactly the decisions of its extremes", () => {
    const ranges = fc.array(range, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(ranges, fc.integer({ min: 1, max: 6 }), (list, k) => {
        const need = Math.min(k, list.length);
        const outcomes = new Set(completions(list).map((each) => combine(need, each)));
        const combined = combineRanges(need, list) as DecisionRange;
        const reachable = decisions.filter((each) => outcomes.has(each));
        expect([combined.best, combined.worst]).toEqual([reachable[0], reachable.at(-1)]);
        expect(isDetermined(combined)).toBe(outcomes.size === 1);
      }),
      propertyRuns(2_000),
    );
  });

  test("replacing ranges one after another is the same as counting the last ones", () => {
    const changes = fc.array(fc.tuple(range, range), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(changes, fc.integer({ min: 1, max: 8 }), (list, k) => {
        const tally = new Tally();
        for (const [before] of list) tally.add(before);
        for (const [before, after] of list) tally.replace(before, after);
        expect(tally.combine(k)).toEqual(
          combineRanges(
            k,
            list.map(([, after]) => after),
          ),
        );
        expect(tally.size).toBe(list.length);
      }),
      runs,
    );
  });

  test("asking what another range would change does not change the tally", () => {
    fc.assert(
      fc.property(
        fc.array(range, { minLength: 1, maxLength: 8 }),
        range,
        fc.integer({ min: 1, max: 8 }),
        (list, other, k) => {
          const tally = new Tally();
          for (const each of list) tally.add(each);
          const before = tally.combine(k);
          const asked = tally.combineWith(k, list[0] as DecisionRange, other);
          expect(asked).toEqual(combineRanges(k, list.with(0, other)));
          expect(tally.combine(k)).toEqual(before);
        },
      ),
      runs,
    );
  });
});

function completions(ranges: readonly DecisionRange[]): Decision[][] {
  return ranges.reduce<Decision[][]>(
    (lists, { best, worst }) =>
      lists.flatMap((list) => decisions.slice(rank(best), rank(worst) + 1).map((each) => [...list, each])),
    [[]],
  );
}
