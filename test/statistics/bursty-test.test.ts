import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../bench/judges/random.js";
import { burstyTest } from "../../src/statistics/bursty-test.js";
import type { CountTestConfig, CountWindow } from "../../src/statistics/count-bets.js";
import { countTest } from "../../src/statistics/count-test.js";
import type { SequentialTest, TestReading } from "../../src/statistics/sequential-test.js";
import { propertyRuns } from "../helpers/runs.js";
import { stateAfter } from "./state-after.js";
import { countConfig, countWindow, errorRate } from "./windows.js";

const runs = propertyRuns(100);
const enoughWindows = fc.array(countWindow, { minLength: 8, maxLength: 16 });

function readingBy<State>(compare: SequentialTest<CountWindow, State>, windows: readonly CountWindow[]): TestReading {
  return compare.read(stateAfter(compare, windows));
}

function readingOf(config: CountTestConfig, windows: readonly CountWindow[]): TestReading {
  return readingBy(burstyTest(config), windows);
}

/** Windows of 500 requests an arm, with these numbers of errors. */
function windowsOf(canary: readonly number[], baseline: readonly number[]): CountWindow[] {
  return canary.map((canaryEvents, index) => ({
    canaryEvents,
    canaryTotal: 500,
    baselineEvents: baseline[index] as number,
    baselineTotal: 500,
  }));
}

describe("burstyTest", () => {
  test("says nothing before eight windows", () => {
    const windows = windowsOf([50, 50, 50, 50, 50, 50, 50], [0, 0, 0, 0, 0, 0, 1]);
    const before = readingOf({}, windows);
    expect(before.logHarm).toBeCloseTo(0, 12);
    expect(before.logSafety).toBeCloseTo(0, 12);
    expect(before.interval(0.05, 0.05)).toEqual([null, null]);
    expect(before.canary).toBe(0.1);
    expect(readingOf({}, [...windows, ...windows.slice(0, 1)]).logHarm).toBeGreaterThan(100);
  });

  test("a window without requests in an arm is no window", () => {
    const windows = windowsOf([5, 5, 5, 5, 5, 5, 5], [1, 1, 1, 1, 1, 1, 1]);
    const empty = { canaryEvents: 0, canaryTotal: 0, baselineEvents: 0, baselineTotal: 500 };
    expect(readingOf({}, [...windows, empty]).logHarm).toBeCloseTo(0, 12);
  });

  test("says what countTest says where windows differ no more than independent events would", () => {
    const windows = windowsOf([4, 5, 6, 5, 4, 6, 5, 5], [2, 3, 1, 2, 2, 2, 3, 1]);
    expect(readingOf({}, windows).logHarm).toBe(readingBy(countTest(), windows).logHarm);
  });

  test("the same errors in bursts weigh less", () => {
    const [baseline, calm, bursts] = [
      Array.from({ length: 8 }, () => 2),
      Array.from({ length: 8 }, () => 6),
      [0, 24, 0, 0, 0, 24, 0, 0],
    ];
    const [steadily, inBursts] = [readingOf({}, windowsOf(calm, baseline)), readingOf({}, windowsOf(bursts, baseline))];
    expect(steadily.logHarm).toBeGreaterThan(Math.log(20));
    expect(inBursts.logHarm).toBeLessThan(Math.log(20));
    expect(inBursts.difference).toBe(steadily.difference);
  });

  test("never says more than countTest", () => {
    fc.assert(
      fc.property(countConfig, enoughWindows, (config, windows) => {
        const [ours, exact] = [readingOf(config, windows), readingBy(countTest(config), windows)];
        expect(ours.logHarm).toBeLessThanOrEqual(Math.max(0, exact.logHarm) + 1e-9);
        expect(ours.logSafety).toBeLessThanOrEqual(Math.max(0, exact.logSafety) + 1e-9);
      }),
      runs,
    );
  });

  test("the order of windows does not matter", () => {
    const shuffled = enoughWindows.chain((windows) =>
      fc.tuple(fc.constant(windows), fc.shuffledSubarray(windows, { minLength: windows.length })),
    );
    fc.assert(
      fc.property(countConfig, shuffled, (config, [windows, others]) => {
        const [one, other] = [readingOf(config, windows), readingOf(config, others)];
        expect(other.logHarm).toBeCloseTo(one.logHarm, 6);
        expect(other.logSafety).toBeCloseTo(one.logSafety, 6);
      }),
      runs,
    );
  });

  test("the interval says what the decision says", () => {
    fc.assert(
      fc.property(countConfig, enoughWindows, errorRate, errorRate, (config, windows, alpha, beta) => {
        const absolute = config.margin?.absolute ?? 0;
        const reading = readingOf(config, windows);
        const [lower, upper] = reading.interval(alpha, beta);
        expect(lower !== null && lower >= absolute).toBe(reading.logHarm >= Math.log(1 / alpha));
        expect(upper !== null && upper <= absolute).toBe(reading.logSafety >= Math.log(1 / beta));
      }),
      runs,
    );
  });

  test("twice as much of the same is about twice the evidence", () => {
    const windows = windowsOf([9, 1, 12, 0, 5, 7, 3, 20, 4, 2], [1, 2, 6, 0, 0, 3, 1, 9, 0, 4]);
    const compare = burstyTest();
    const state = stateAfter(compare, windows);
    const [scaled, repeated] = [compare.read(compare.scale(state, 2)), readingBy(compare, [...windows, ...windows])];
    expect(Math.abs(scaled.logHarm / repeated.logHarm - 1)).toBeLessThan(0.1);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  // 400 traces: were the true rate as high as 5 %, more than 33 alarms would come once in 500 such tests.
  test.each([
    ["no change", {}, 500, 500, 1, 0],
    ["exactly on an absolute margin", { margin: { absolute: 0.0025 } }, 500, 500, 1, 0.0025],
    ["exactly on a relative margin, 5 % of the traffic", { margin: { relative: 1.5 } }, 50, 950, 1.5, 0],
  ])(
    "with bursts, %s: neither error in more than 5 % of traces of 60 looks (seed 11)",
    (_, config, canaryTotal, baselineTotal, times, plus) => {
      const [compare, random] = [burstyTest(config), new Random(11)];
      let [harms, safeties] = [0, 0];
      for (let trace = 0; trace < 400; trace += 1) {
        let state = compare.empty;
        let [harm, safety] = [false, false];
        for (let look = 0; look < 60; look += 1) {
          const [canary, baseline] = [times * random.exponential(0.005) + plus, random.exponential(0.005)];
          state = compare.add(state, {
            canaryEvents: random.binomial(canaryTotal, Math.min(1, canary)),
            canaryTotal,
            baselineEvents: random.binomial(baselineTotal, Math.min(1, baseline)),
            baselineTotal,
          });
          const { logHarm, logSafety } = compare.read(state);
          harm ||= logHarm >= Math.log(20);
          safety ||= logSafety >= Math.log(20);
        }
        harms += Number(harm);
        safeties += Number(safety);
      }
      expect(harms).toBeLessThanOrEqual(33);
      expect(safeties).toBeLessThanOrEqual(33);
    },
  );
});
