import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../bench/judges/random.js";
import { logBetAbove, logBetBelow } from "../../src/statistics/share-bets.js";
import {
  splitTest,
  type SplitReading,
  type SplitTestConfig,
  type SplitWindow,
} from "../../src/statistics/split-test.js";
import { propertyRuns } from "../helpers/runs.js";
import { stateAfter } from "./state-after.js";

const windows = fc.array(fc.record({ canary: fc.nat(1_000), baseline: fc.nat(1_000) }), { maxLength: 20 });

function readingOf(by: SplitTestConfig, seen: readonly SplitWindow[]): SplitReading {
  const compare = splitTest(by);
  return compare.read(stateAfter(compare, seen));
}

/** Windows of 1,000 requests, split by chance. */
function splitBy(random: Random, share: number, count = 10): SplitWindow[] {
  return Array.from({ length: count }, () => {
    const canary = random.binomial(1_000, share);
    return { canary, baseline: 1_000 - canary };
  });
}

describe("splitTest", () => {
  test("sees a split that drifted either way", () => {
    expect(readingOf({ share: 0.05 }, splitBy(new Random(1), 0.07)).logDrift).toBeGreaterThan(Math.log(1_000));
    expect(readingOf({ share: 0.05 }, splitBy(new Random(1), 0.035, 30)).logDrift).toBeGreaterThan(Math.log(1_000));
    expect(readingOf({ share: 0.05 }, splitBy(new Random(1), 0.05)).logDrift).toBeLessThan(0);
  });

  test("sees that no request reaches the canary, or none the baseline", () => {
    const all = Array.from({ length: 8 }, () => ({ canary: 0, baseline: 200 }));
    expect(readingOf({ share: 0.05 }, all).logDrift).toBeGreaterThan(Math.log(1_000));
    const none = all.map(({ canary, baseline }) => ({ canary: baseline, baseline: canary }));
    expect(readingOf({ share: 0.5 }, none).logDrift).toBeGreaterThan(Math.log(1_000));
  });

  test("lets a share be off by the tolerance, however much traffic there is", () => {
    const off = Array.from({ length: 20 }, () => ({ canary: 54_000, baseline: 946_000 }));
    expect(readingOf({ share: 0.05 }, off).logDrift).toBeLessThan(0);
    expect(readingOf({ share: 0.05, tolerance: 0 }, off).logDrift).toBeGreaterThan(Math.log(1_000));
  });

  test("says nothing before eight windows with requests", () => {
    const seen = Array.from({ length: 7 }, () => ({ canary: 500, baseline: 500 }));
    expect(readingOf({ share: 0.05 }, [])).toEqual({ logDrift: 0, share: null });
    expect(readingOf({ share: 0.05 }, [...seen, { canary: 0, baseline: 0 }])).toEqual({ logDrift: 0, share: 0.5 });
    expect(readingOf({ share: 0.05 }, [...seen, { canary: 1, baseline: 1 }]).logDrift).toBeGreaterThan(100);
  });

  test("the same share says less where it jumps from window to window", () => {
    const steadily = Array.from({ length: 10 }, () => ({ canary: 65, baseline: 935 }));
    const jumping = steadily.map((_, index) => ({
      canary: index % 2 === 0 ? 5 : 125,
      baseline: index % 2 === 0 ? 995 : 875,
    }));
    expect(readingOf({ share: 0.05 }, steadily).logDrift).toBeGreaterThan(2);
    expect(readingOf({ share: 0.05 }, jumping).logDrift).toBeLessThan(1);
  });

  test.each([
    [{ canary: -1, baseline: 1 }],
    [{ canary: Number.NaN, baseline: 1 }],
    [{ canary: 1, baseline: Infinity }],
  ])("refuses %o", (wrong) => {
    expect(() => readingOf({ share: 0.05 }, [wrong])).toThrow(
      new RangeError(
        `Requests must be numbers from 0; got ${wrong.canary} of the canary, ${wrong.baseline} of the baseline.`,
      ),
    );
  });

  test("the order of windows does not matter, and a state survives JSON", () => {
    const shuffled = windows.chain((seen) =>
      fc.tuple(fc.constant(seen), fc.shuffledSubarray(seen, { minLength: seen.length })),
    );
    fc.assert(
      fc.property(shuffled, fc.double({ min: 0.01, max: 0.99, noNaN: true }), ([seen, others], share) => {
        const compare = splitTest({ share });
        const state = stateAfter(compare, seen);
        const [one, other] = [compare.read(state), readingOf({ share }, others)];
        expect(Math.abs(other.logDrift - one.logDrift)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(one.logDrift)));
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
      propertyRuns(100),
    );
  });

  test("scaling by two is about twice the evidence", () => {
    const compare = splitTest({ share: 0.05 });
    const seen = splitBy(new Random(4), 0.065);
    const state = stateAfter(compare, seen);
    const [scaled, repeated] = [compare.read(compare.scale(state, 2)), readingOf({ share: 0.05 }, [...seen, ...seen])];
    expect(scaled.logDrift / repeated.logDrift).toBeCloseTo(1, 0);
    expect(scaled.share).toBeCloseTo(repeated.share as number, 12);
  });

  // 300 traces: were the true rate as high as 5 %, more than 26 alarms would come once in 300 such tests.
  test.each([
    ["by chance", (random: Random) => random.binomial(500, 0.2)],
    ["by a balancer that takes turns", () => 100],
    ["by sticky sessions of ten requests", (random: Random) => 10 * random.binomial(50, 0.2)],
  ])("split %s as declared: a drift is seen in no more than 5 % of traces of 60 looks (seed 19)", (_, draw) => {
    const [compare, random] = [splitTest({ share: 0.2, tolerance: 0 }), new Random(19)];
    let drifts = 0;
    for (let trace = 0; trace < 300; trace += 1) {
      let state = compare.empty;
      let hasDrifted = false;
      for (let look = 0; look < 60; look += 1) {
        const canary = draw(random);
        state = compare.add(state, { canary, baseline: 500 - canary });
        hasDrifted ||= compare.read(state).logDrift >= Math.log(20);
      }
      drifts += Number(hasDrifted);
    }
    expect(drifts).toBeLessThanOrEqual(26);
  });
});

describe("logBetAbove and logBetBelow", () => {
  test("have a mean of at most 1 where they should say nothing, over everything that can happen", () => {
    for (const share of [0.05, 0.5, 0.99]) {
      for (const [bet, truths] of [
        [logBetAbove, [share, share / 2]],
        [logBetBelow, [share, (1 + share) / 2]],
      ] as const) {
        for (const truth of truths) {
          let [mean, ways] = [0, 1];
          for (let hits = 0; hits <= 12; hits += 1) {
            mean += ways * truth ** hits * (1 - truth) ** (12 - hits) * Math.exp(bet(share, hits, 12 - hits));
            ways *= (12 - hits) / (hits + 1);
          }
          expect(mean).toBeLessThanOrEqual(1 + 1e-9);
          expect(mean).toBeGreaterThan(0.02);
        }
      }
    }
  });

  test("never fall with more of what they bet on", () => {
    const counts = fc.tuple(fc.double({ min: 0.01, max: 0.99, noNaN: true }), fc.nat(300), fc.nat(300));
    fc.assert(
      fc.property(counts, ([share, hits, misses]) => {
        expect(logBetAbove(share, hits + 1, misses)).toBeGreaterThanOrEqual(logBetAbove(share, hits, misses) - 1e-9);
        expect(logBetAbove(share, hits, misses + 1)).toBeLessThanOrEqual(logBetAbove(share, hits, misses) + 1e-9);
        expect(logBetBelow(share, hits, misses + 1)).toBeGreaterThanOrEqual(logBetBelow(share, hits, misses) - 1e-9);
      }),
      propertyRuns(150),
    );
  });
});
