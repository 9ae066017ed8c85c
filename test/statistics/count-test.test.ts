import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../bench/judges/random.js";
import type { CountState, CountTestConfig, CountWindow } from "../../src/statistics/count-bets.js";
import { countTest } from "../../src/statistics/count-test.js";
import type { TestReading } from "../../src/statistics/sequential-test.js";
import { propertyRuns } from "../helpers/runs.js";
import { stateAfter } from "./state-after.js";
import { countConfig, countWindow, countWindows, errorRate } from "./windows.js";

const runs = propertyRuns(150);

function stateOf(config: CountTestConfig, windows: readonly CountWindow[]): CountState {
  const compare = countTest(config);
  return stateAfter(compare, windows);
}

function readingOf(config: CountTestConfig, windows: readonly CountWindow[]): TestReading {
  return countTest(config).read(stateOf(config, windows));
}

/** The chance of so many events, each of which happens with the same probability. */
function binomial(total: number, events: number, rate: number): number {
  let ways = 1;
  for (let index = 0; index < events; index += 1) ways *= (total - index) / (index + 1);
  return ways * rate ** events * (1 - rate) ** (total - events);
}

/** The mean of both e-values over everything that can happen in one window. */
function meanE(config: CountTestConfig, totals: readonly [number, number], rates: readonly [number, number]) {
  let [harm, safety, chances] = [0, 0, 0];
  for (let canaryEvents = 0; canaryEvents <= totals[0]; canaryEvents += 1) {
    for (let baselineEvents = 0; baselineEvents <= totals[1]; baselineEvents += 1) {
      const chance = binomial(totals[0], canaryEvents, rates[0]) * binomial(totals[1], baselineEvents, rates[1]);
      const window = { canaryEvents, canaryTotal: totals[0], baselineEvents, baselineTotal: totals[1] };
      const { logHarm, logSafety } = readingOf(config, [window]);
      harm += chance * Math.exp(logHarm);
      safety += chance * Math.exp(logSafety);
      chances += chance;
    }
  }
  expect(chances).toBeCloseTo(1, 9);
  return { harm, safety };
}

describe("countTest", () => {
  test("no e-value has a mean above 1 where it should say nothing, over everything that can happen", () => {
    for (const config of [{}, { margin: { relative: 1.5 } }, { margin: { absolute: 0.1 }, detect: 2 }]) {
      const { relative = 1, absolute = 0 } = (config as CountTestConfig).margin ?? {};
      for (const totals of [
        [1, 1],
        [4, 7],
        [7, 2],
      ] as const) {
        for (const baseline of [0, 0.02, 0.2, 0.5]) {
          const tolerated = relative * baseline + absolute;
          for (const canary of [tolerated, tolerated / 2, 0]) {
            expect(meanE(config, totals, [canary, baseline]).harm).toBeLessThanOrEqual(1 + 1e-12);
          }
          for (const canary of [tolerated, (1 + tolerated) / 2, 1]) {
            expect(meanE(config, totals, [canary, baseline]).safety).toBeLessThanOrEqual(1 + 1e-12);
          }
        }
      }
    }
  });

  test("an e-value has a mean above 1 where it should speak", () => {
    expect(meanE({}, [4, 7], [0.5, 0.05]).harm).toBeGreaterThan(1.5);
    expect(meanE({}, [7, 7], [0.05, 0.5]).safety).toBeGreaterThan(1.5);
  });

  test("the order of windows does not matter", () => {
    const shuffled = countWindows.chain((windows) =>
      fc.tuple(fc.constant(windows), fc.shuffledSubarray(windows, { minLength: windows.length })),
    );
    fc.assert(
      fc.property(countConfig, shuffled, (config, [windows, others]) => {
        const [one, other] = [readingOf(config, windows), readingOf(config, others)];
        expect(other.logHarm).toBeCloseTo(one.logHarm, 6);
        expect(other.logSafety).toBeCloseTo(one.logSafety, 6);
        expect(other.canary).toEqual(one.canary);
      }),
      runs,
    );
  });

  test("windows of one split may be merged into one", () => {
    const parts = fc.tuple(
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 500 }),
      fc.array(fc.tuple(fc.nat(9), fc.nat(9))),
    );
    fc.assert(
      fc.property(countConfig, parts, (config, [canaryTotal, baselineTotal, events]) => {
        const windows = events.map(([canary, baseline]) => ({
          canaryEvents: Math.min(canary, canaryTotal),
          canaryTotal,
          baselineEvents: Math.min(baseline, baselineTotal),
          baselineTotal,
        }));
        const merged = windows.reduce(
          (sum, window) => ({
            canaryEvents: sum.canaryEvents + window.canaryEvents,
            canaryTotal: sum.canaryTotal + window.canaryTotal,
            baselineEvents: sum.baselineEvents + window.baselineEvents,
            baselineTotal: sum.baselineTotal + window.baselineTotal,
          }),
          { canaryEvents: 0, canaryTotal: 0, baselineEvents: 0, baselineTotal: 0 },
        );
        const [apart, together] = [readingOf(config, windows), readingOf(config, [merged])];
        expect(together.logHarm).toBeCloseTo(apart.logHarm, 6);
        expect(together.logSafety).toBeCloseTo(apart.logSafety, 6);
      }),
      runs,
    );
  });

  test("one more event of the canary never speaks for it, and one more of the baseline never against it", () => {
    fc.assert(
      fc.property(countConfig, countWindows, countWindow, fc.boolean(), (config, windows, window, ofCanary) => {
        const arm = ofCanary ? ("canary" as const) : ("baseline" as const);
        const more = {
          ...window,
          [`${arm}Events`]: window[`${arm}Events`] + 1,
          [`${arm}Total`]: window[`${arm}Total`],
        };
        fc.pre(more[`${arm}Events`] <= more[`${arm}Total`]);
        const [before, after] = [readingOf(config, [...windows, window]), readingOf(config, [...windows, more])];
        const [worse, better] = ofCanary ? [after, before] : [before, after];
        expect(worse.logHarm).toBeGreaterThanOrEqual(better.logHarm);
        expect(worse.logSafety).toBeLessThanOrEqual(better.logSafety);
      }),
      runs,
    );
  });

  test("a wider margin never speaks against the canary", () => {
    fc.assert(
      fc.property(
        countWindows,
        fc.double({ min: 0, max: 0.1, noNaN: true }),
        fc.double({ min: 0, max: 0.1, noNaN: true }),
        (windows, margin, more) => {
          const narrow = readingOf({ margin: { absolute: margin } }, windows);
          const wide = readingOf({ margin: { absolute: margin + more } }, windows);
          expect(wide.logHarm).toBeLessThanOrEqual(narrow.logHarm);
          expect(wide.logSafety).toBeGreaterThanOrEqual(narrow.logSafety);
        },
      ),
      runs,
    );
  });

  test("the interval says what the decision says", () => {
    fc.assert(
      fc.property(countConfig, countWindows, errorRate, errorRate, (config, windows, alpha, beta) => {
        const absolute = config.margin?.absolute ?? 0;
        const reading = readingOf(config, windows);
        const [lower, upper] = reading.interval(alpha, beta);
        expect(lower !== null && lower >= absolute).toBe(reading.logHarm >= Math.log(1 / alpha));
        expect(upper !== null && upper <= absolute).toBe(reading.logSafety >= Math.log(1 / beta));
        if (lower !== null && upper !== null) expect(lower).toBeLessThan(upper);
      }),
      runs,
    );
  });

  test("each end of the interval is where the same test, asked there, has just decided", () => {
    const windows = [{ canaryEvents: 60, canaryTotal: 4_000, baselineEvents: 90, baselineTotal: 9_000 }];
    const [lower, upper] = readingOf({}, windows).interval(0.05, 0.01);
    expect(lower).toBeGreaterThan(-0.005);
    expect(upper).toBeLessThan(0.02);
    const at = (absolute: number | null) => readingOf({ margin: { absolute: absolute ?? Number.NaN } }, windows);
    expect(at(lower).logHarm).toBeCloseTo(Math.log(20), 6);
    expect(at(upper).logSafety).toBeCloseTo(Math.log(100), 6);
  });

  test("an end of the interval is null before anything is excluded", () => {
    expect(readingOf({}, []).interval(0.05, 0.05)).toEqual([null, null]);
  });

  test("estimates both arms, and the difference beyond the relative margin", () => {
    const windows = [
      { canaryEvents: 3, canaryTotal: 100, baselineEvents: 2, baselineTotal: 300 },
      { canaryEvents: 1, canaryTotal: 100, baselineEvents: 1, baselineTotal: 100 },
    ];
    const reading = readingOf({ margin: { relative: 2 } }, windows);
    expect(reading).toMatchObject({ canary: 0.02, baseline: 0.0075 });
    expect(reading.difference).toBeCloseTo(0.005, 12);
  });

  test("without requests in an arm nothing is known, and nothing is added", () => {
    const lonely = { canaryEvents: 5, canaryTotal: 5, baselineEvents: 0, baselineTotal: 0 };
    expect(readingOf({}, [lonely])).toMatchObject({
      logHarm: 0,
      logSafety: 0,
      canary: null,
      baseline: null,
      difference: null,
    });
    expect(stateOf({}, [{ ...lonely, canaryTotal: 0, canaryEvents: 0, baselineTotal: 9 }])).toEqual(countTest().empty);
  });

  test.each([
    [{ canaryEvents: 6 }, "The canary of a window must have 0 ≤ events ≤ total < ∞; got 6 events of 5."],
    [{ canaryEvents: -1 }, "The canary of a window must have 0 ≤ events ≤ total < ∞; got -1 events of 5."],
    [{ baselineEvents: Number.NaN }, "The baseline of a window must have 0 ≤ events ≤ total < ∞; got NaN events of 5."],
    [
      { baselineTotal: Infinity },
      "The baseline of a window must have 0 ≤ events ≤ total < ∞; got 1 events of Infinity.",
    ],
  ])("refuses %o", (wrong, message) => {
    const window = { canaryEvents: 1, canaryTotal: 5, baselineEvents: 1, baselineTotal: 5, ...wrong };
    expect(() => stateOf({}, [window])).toThrow(new RangeError(message));
  });

  test("a state survives JSON", () => {
    fc.assert(
      fc.property(countConfig, countWindows, (config, windows) => {
        const state = stateOf(config, windows);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
      runs,
    );
  });

  test("scaling by a whole number is seeing the same so many times", () => {
    fc.assert(
      fc.property(countConfig, countWindows, fc.integer({ min: 1, max: 4 }), (config, windows, times) => {
        const compare = countTest(config);
        const scaled = compare.read(compare.scale(stateOf(config, windows), times));
        const repeated = readingOf(config, Array.from({ length: times }, () => windows).flat());
        expect(scaled.logHarm).toBeCloseTo(repeated.logHarm, 6);
        expect(scaled.logSafety).toBeCloseTo(repeated.logSafety, 6);
        expect(scaled.canary ?? 0).toBeCloseTo(repeated.canary ?? 0, 9);
      }),
      runs,
    );
  });

  test("the stake on the worsening to detect sees it earlier", () => {
    const windows = [{ canaryEvents: 40, canaryTotal: 4_000, baselineEvents: 20, baselineTotal: 4_000 }];
    expect(readingOf({ detect: 2 }, windows).logHarm).toBeGreaterThan(readingOf({}, windows).logHarm);
    expect(readingOf({ detect: 9 }, windows).logHarm).toBeLessThan(readingOf({}, windows).logHarm);
  });

  // 400 traces: were the true rate as high as 5 %, more than 33 alarms would come once in 500 such tests.
  test.each([
    ["no change, equal arms", {}, 500, 500, 0.005, 0.005],
    ["exactly on an absolute margin", { margin: { absolute: 0.0025 } }, 500, 500, 0.0075, 0.005],
    ["exactly on a relative margin, 5 % of the traffic", { margin: { relative: 1.5 } }, 50, 950, 0.015, 0.01],
    ["with a stake on a doubling", { detect: 2 }, 500, 500, 0.005, 0.005],
  ])(
    "%s: neither error happens in more than 5 % of traces of 60 looks (seed 7)",
    (_, config, canaryTotal, baselineTotal, canaryRate, baselineRate) => {
      const [compare, random] = [countTest(config), new Random(7)];
      let [harms, safeties] = [0, 0];
      for (let trace = 0; trace < 400; trace += 1) {
        let state = compare.empty;
        let [harm, safety] = [false, false];
        for (let look = 0; look < 60; look += 1) {
          const canaryEvents = random.binomial(canaryTotal, canaryRate);
          const baselineEvents = random.binomial(baselineTotal, baselineRate);
          state = compare.add(state, { canaryEvents, canaryTotal, baselineEvents, baselineTotal });
          const { logHarm, logSafety } = compare.read(state);
          harm ||= logHarm >= Math.log(20);
          safety ||= logSafety >= Math.log(20);
        }
        harms += Number(harm);
        safeties += Number(safety);
      }
      expect(harms).toBeLessThanOrEqual(33);
      expect(safeties).toBeLessThanOrEqual(33);
      // A test that never speaks would pass as well.
      expect(harms).toBeGreaterThan(0);
    },
  );
});
