import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { comparisonOf, type ComparisonState } from "../../../src/gates/metric-comparison/comparison-state.js";
import type { ReadWindow } from "../../../src/gates/metric-comparison/read-window.js";
import { dropCauses, openCauses } from "../../../src/gates/metric-comparison/window-faults.js";
import { propertyRuns } from "../../helpers/runs.js";

const rules = {
  kind: "proportion",
  margin: { relative: 1.2, absolute: 0.01 },
  direction: "higherIsWorse",
  bursty: false,
  // So sure that a few windows never decide: what is added up is looked at, and not when it stops.
  alpha: 1e-300,
  beta: 1e-300,
  toleratedDrops: 0,
  split: { share: 0.5, tolerance: 0.99 },
} as const;
const comparison = comparisonOf(rules);
const deciding = comparisonOf({ ...rules, alpha: 0.05, beta: 0.05 });

const counts = fc
  .tuple(fc.integer({ min: 1, max: 400 }), fc.nat(1_000))
  .map(([total, events]) => ({ total, events: Math.min(events, total) }));
const compared = fc
  .record({ canary: counts, baseline: counts })
  .map((arms): ReadWindow => ({ class: "compared", arms }));
const faulty = fc.oneof(
  fc.constantFrom(...openCauses).map((cause): ReadWindow => ({ class: "open", cause, detail: "why" })),
  fc.constantFrom(...dropCauses).map((cause): ReadWindow => ({ class: "dropped", cause, detail: "why" })),
);
const windows = fc.array(fc.oneof({ weight: 3, arbitrary: compared }, faulty), { maxLength: 30 });
const minuteMs = 60_000;

const after = (by: typeof comparison, all: readonly ReadWindow[]): ComparisonState =>
  all.reduce((state, window) => by.add(state, window, minuteMs), by.empty);
const evidence = (state: ComparisonState) => {
  const { logHarm, logSafety, difference } = comparison.test.read(state.test);
  return [logHarm, logSafety, difference ?? 0];
};

describe("the windows of a comparison, added up,", () => {
  test("say the same in whatever order they come", () => {
    fc.assert(
      fc.property(
        windows.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          const [one, other] = [after(comparison, all), after(comparison, shuffled)];
          expect({ ...other, test: 0, split: 0 }).toEqual({ ...one, test: 0, split: 0 });
          for (const [index, value] of evidence(one).entries()) expect(evidence(other)[index]).toBeCloseTo(value, 6);
        },
      ),
      propertyRuns(200),
    );
  });

  test("say the same as one window of them all, where the split does not change", () => {
    const even = fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(even, (minutes) => {
        const window = (canary: number, baseline: number, count: number): ReadWindow => ({
          class: "compared",
          arms: { canary: { events: canary, total: 50 * count }, baseline: { events: baseline, total: 50 * count } },
        });
        const apart = after(
          comparison,
          minutes.map(([canary, baseline]) => window(canary, baseline, 1)),
        );
        const sum = (index: 0 | 1) => minutes.reduce((total, minute) => total + minute[index], 0);
        const together = after(comparison, [window(sum(0), sum(1), minutes.length)]);
        for (const [index, value] of evidence(together).entries()) expect(evidence(apart)[index]).toBeCloseTo(value, 6);
        expect(apart.requests).toEqual(together.requests);
      }),
      propertyRuns(200),
    );
  });

  test("are decided once, and for good", () => {
    fc.assert(
      fc.property(windows, windows, (first, second) => {
        const state = after(deciding, first);
        if (state.judgement.outcome === "undecided") return;
        expect(second.reduce((next, window) => deciding.add(next, window, minuteMs), state)).toBe(state);
      }),
      propertyRuns(200),
    );
  });

  test("learn nothing from a window without a comparison", () => {
    fc.assert(
      fc.property(windows, fc.array(faulty), (all, faults) => {
        const state = after(deciding, all);
        const next = faults.reduce((before, window) => deciding.add(before, window, minuteMs), state);
        expect({ test: next.test, split: next.split, requests: next.requests, judgement: next.judgement }).toEqual({
          test: state.test,
          split: state.split,
          requests: state.requests,
          judgement: state.judgement,
        });
      }),
      propertyRuns(200),
    );
  });

  test("survive JSON", () => {
    fc.assert(
      fc.property(windows, (all) => {
        const state = after(deciding, all);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
      propertyRuns(200),
    );
  });

  test("never show both sides, and no side without a comparison", () => {
    fc.assert(
      fc.property(windows, (all) => {
        const state = after(deciding, all);
        const { logHarm, logSafety } = deciding.test.read(state.test);
        expect(logHarm >= Math.log(20) && logSafety >= Math.log(20)).toBe(false);
        if (state.compared === 0) expect(state.judgement.outcome).toBe("undecided");
        const dropped = dropCauses.reduce((sum, cause) => sum + state.faults[cause], 0);
        if (dropped > 0) expect(state.judgement.outcome).not.toBe("safety");
      }),
      propertyRuns(200),
    );
  });
});
