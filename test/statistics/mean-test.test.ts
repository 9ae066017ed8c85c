import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../bench/judges/random.js";
import { meanTest, type MeanTestConfig, type MeanWindow } from "../../src/statistics/mean-test.js";
import type { TestReading } from "../../src/statistics/sequential-test.js";
import { propertyRuns } from "../helpers/runs.js";
import { describeWithService } from "../helpers/services.js";
import { hasScipy, howToGetScipy, scipy } from "./scipy.js";
import { stateAfter } from "./state-after.js";
import { errorRate } from "./windows.js";

const runs = propertyRuns(150);
const value = fc.integer({ min: -100_000, max: 100_000 }).map((cents) => cents / 100);
const window = fc.record({ canary: value, baseline: value });
const windows = fc.array(window, { maxLength: 25 });
const config = fc.record(
  {
    margin: fc.record(
      { relative: fc.double({ min: 1, max: 3, noNaN: true }), absolute: fc.double({ min: 0, max: 100, noNaN: true }) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

function readingOf(by: MeanTestConfig, seen: readonly MeanWindow[]): TestReading {
  const compare = meanTest(by);
  return compare.read(stateAfter(compare, seen));
}

/** A dozen windows of which the canary is worse by `difference`, with some noise. */
function noisy(difference: number, count = 12): MeanWindow[] {
  const random = new Random(3);
  return Array.from({ length: count }, () => ({
    canary: 100 + difference + random.normal(),
    baseline: 100 + random.normal(),
  }));
}

describe("meanTest", () => {
  test("sees a canary that is worse, and one that is better than the margin demands", () => {
    expect(readingOf({}, noisy(4)).logHarm).toBeGreaterThan(Math.log(20));
    expect(readingOf({ margin: { absolute: 5 } }, noisy(0)).logSafety).toBeGreaterThan(Math.log(20));
    expect(readingOf({ margin: { relative: 1.05 } }, noisy(0)).logSafety).toBeGreaterThan(Math.log(20));
    expect(readingOf({ margin: { absolute: 5 } }, noisy(5)).logSafety).toBeLessThan(Math.log(20));
  });

  test("says nothing before ten windows", () => {
    expect(readingOf({}, noisy(50, 9))).toMatchObject({ logHarm: 0, logSafety: 0 });
    expect(readingOf({}, noisy(50, 9)).interval(0.05, 0.05)).toEqual([null, null]);
    expect(readingOf({}, noisy(50, 10)).logHarm).toBeGreaterThan(2);
  });

  test("says nothing where all differences are equal, or nothing was seen", () => {
    const same = Array.from({ length: 20 }, () => ({ canary: 0.3, baseline: 0.1 }));
    expect(readingOf({}, same)).toMatchObject({ logHarm: 0, logSafety: 0 });
    expect(readingOf({}, [])).toMatchObject({ logHarm: 0, canary: null, baseline: null, difference: null });
  });

  test("estimates both arms, and the difference beyond the relative margin", () => {
    const seen = [
      { canary: 3, baseline: 1 },
      { canary: 5, baseline: 2 },
    ];
    expect(readingOf({ margin: { relative: 2 } }, seen)).toMatchObject({ canary: 4, baseline: 1.5, difference: 1 });
  });

  test("refuses means that are not finite", () => {
    expect(() => readingOf({}, [{ canary: Number.NaN, baseline: 1 }])).toThrow(
      new RangeError("Both means of a window must be finite; got NaN and 1."),
    );
    expect(() => readingOf({}, [{ canary: 1, baseline: Infinity }])).toThrow(RangeError);
  });

  test("the order of windows does not matter", () => {
    const shuffled = windows.chain((seen) =>
      fc.tuple(fc.constant(seen), fc.shuffledSubarray(seen, { minLength: seen.length })),
    );
    fc.assert(
      fc.property(config, shuffled, (by, [seen, others]) => {
        const [one, other] = [readingOf(by, seen), readingOf(by, others)];
        expect(other.logHarm).toBeCloseTo(one.logHarm, 6);
        expect(other.logSafety).toBeCloseTo(one.logSafety, 6);
      }),
      runs,
    );
  });

  test("a wider margin never speaks against the canary", () => {
    fc.assert(
      fc.property(
        windows,
        fc.double({ min: 0, max: 500, noNaN: true }),
        fc.double({ min: 0, max: 500, noNaN: true }),
        (seen, margin, more) => {
          const [narrow, wide] = [margin, margin + more].map((absolute) => readingOf({ margin: { absolute } }, seen));
          expect(wide?.logHarm).toBeLessThanOrEqual((narrow?.logHarm as number) + 1e-9);
          expect(wide?.logSafety).toBeGreaterThanOrEqual((narrow?.logSafety as number) - 1e-9);
        },
      ),
      runs,
    );
  });

  test("the interval says what the decision says", () => {
    fc.assert(
      fc.property(config, windows, errorRate, errorRate, (by, seen, alpha, beta) => {
        const absolute = by.margin?.absolute ?? 0;
        const reading = readingOf(by, seen);
        const [lower, upper] = reading.interval(alpha, beta);
        expect(lower !== null && lower >= absolute).toBe(reading.logHarm >= Math.log(1 / alpha));
        expect(upper !== null && upper <= absolute).toBe(reading.logSafety >= Math.log(1 / beta));
        if (lower !== null && upper !== null) expect(lower).toBeLessThan(upper);
      }),
      runs,
    );
  });

  test("twice as much of the same is twice the sums", () => {
    const compare = meanTest();
    const seen = noisy(1);
    const state = stateAfter(compare, seen);
    const [scaled, repeated] = [compare.read(compare.scale(state, 2)), readingOf({}, [...seen, ...seen])];
    expect(scaled.logHarm / repeated.logHarm).toBeCloseTo(1, 1);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  // 400 traces: were the true rate as high as 5 %, more than 33 alarms would come once in 500 such tests.
  test.each([
    ["normal", (random: Random) => random.normal()],
    ["exponential", (random: Random) => random.exponential(3)],
  ])("%s differences, no change: neither error in more than 5 % of traces of 60 looks (seed 13)", (_, draw) => {
    const [compare, random] = [meanTest(), new Random(13)];
    let [harms, safeties] = [0, 0];
    for (let trace = 0; trace < 400; trace += 1) {
      let state = compare.empty;
      let [harm, safety] = [false, false];
      for (let look = 0; look < 60; look += 1) {
        state = compare.add(state, { canary: draw(random), baseline: draw(random) });
        const { logHarm, logSafety } = compare.read(state);
        harm ||= logHarm >= Math.log(20);
        safety ||= logSafety >= Math.log(20);
      }
      harms += Number(harm);
      safeties += Number(safety);
    }
    expect(harms).toBeLessThanOrEqual(33);
    expect(safeties).toBeLessThanOrEqual(33);
    expect(harms + safeties).toBeGreaterThan(5);
  });
});

describeWithService("meanTest, compared with SciPy", hasScipy, howToGetScipy, () => {
  const seen = noisy(1.5, 40);

  test("its e-value is the mean over a half-normal distribution, integrated numerically by SciPy and numpy", () => {
    const theirs = scipy(
      `from scipy.special import logsumexp
d = np.array([w["canary"] - w["baseline"] for w in given])
a = -2 * np.log(2 * 0.05)
rho = np.sqrt((a + np.log(a + 1)) / 20)
nodes, weights = np.polynomial.legendre.leggauss(400)
x = 6 * rho * (nodes + 1)
def log_e(s, t):
    half_normal = np.log(2 / np.pi) / 2 - np.log(rho) - x * x / (2 * rho * rho)
    return float(logsumexp(x * s - x * x * t / 2 + half_normal, b=weights * 6 * rho))
s = (d / d.std(ddof=1)).sum()
found = [log_e(s, len(d)), log_e(-s, len(d))]`,
      seen,
    ) as number[];
    const { logHarm, logSafety } = readingOf({}, seen);
    expect(logHarm).toBeCloseTo(theirs[0] as number, 8);
    expect(logSafety).toBeCloseTo(theirs[1] as number, 8);
  });

  test("its interval is inside that of the paper, which bounds the same mixture from above, and close to it", () => {
    // Proposition of Waudby-Smith and others: mean ± σ √(2(tρ²+1)/(t²ρ²) · ln(1 + √(tρ²+1)/(2α))).
    const theirs = scipy(
      `d = np.array([w["canary"] - w["baseline"] for w in given])
t = len(d)
a = -2 * np.log(2 * 0.05)
rho2 = (a + np.log(a + 1)) / 20
reach = d.std(ddof=1) * np.sqrt(2 * (t * rho2 + 1) / (t * t * rho2) * np.log(1 + np.sqrt(t * rho2 + 1) / (2 * 0.05)))
found = [d.mean() - reach, d.mean() + reach]`,
      seen,
    ) as [number, number];
    const [lower, upper] = readingOf({}, seen).interval(0.05, 0.05) as [number, number];
    expect(lower).toBeGreaterThanOrEqual(theirs[0]);
    expect(upper).toBeLessThanOrEqual(theirs[1]);
    expect((upper - lower) / (theirs[1] - theirs[0])).toBeGreaterThan(0.95);
  });
});
