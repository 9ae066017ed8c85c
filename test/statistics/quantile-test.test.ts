import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../bench/judges/random.js";
import { quantileTest, type QuantileTestConfig, type SampleWindow } from "../../src/statistics/quantile-test.js";
import type { TestReading } from "../../src/statistics/sequential-test.js";
import { propertyRuns } from "../helpers/runs.js";
import { describeWithService } from "../helpers/services.js";
import { hasScipy, howToGetScipy, scipy } from "./scipy.js";
import { stateAfter } from "./state-after.js";
import { errorRate } from "./windows.js";

const runs = propertyRuns(60);
// Few distinct values, so that there are ties within and between the arms.
const samples = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 40 });
const windows = fc.array(fc.record({ canary: samples, baseline: samples }), { maxLength: 4 });
const config = fc.record({
  quantile: fc.constantFrom(0.1, 0.5, 0.9),
  margin: fc.record(
    { relative: fc.constantFrom(1, 1.5), absolute: fc.integer({ min: 0, max: 5 }) },
    { requiredKeys: [] },
  ),
});

function readingOf(by: QuantileTestConfig, seen: readonly SampleWindow[]): TestReading {
  const compare = quantileTest(by);
  return compare.read(stateAfter(compare, seen));
}

/** Latencies from an exponential distribution with these means, in milliseconds. */
function latencies(random: Random, [canary, baseline]: readonly [number, number], count: number): SampleWindow {
  const draw = (mean: number) => Array.from({ length: count }, () => random.exponential(mean));
  return { canary: draw(canary), baseline: draw(baseline) };
}

describe("quantileTest", () => {
  test("sees a canary that is slower, and one that is within the margin", () => {
    expect(readingOf({ quantile: 0.9 }, [latencies(new Random(1), [150, 100], 1_000)]).logHarm).toBeGreaterThan(
      Math.log(20),
    );
    const margin = { relative: 1.5 };
    const same = readingOf({ quantile: 0.9, margin }, [latencies(new Random(1), [100, 100], 2_000)]);
    expect(same.logSafety).toBeGreaterThan(Math.log(20));
    expect(same.logHarm).toBeLessThan(0);
  });

  test("can bound the 99th percentile from 600 samples of each arm on, and not from 300", () => {
    const seen = latencies(new Random(2), [100, 100], 600);
    expect(readingOf({ quantile: 0.99 }, [seen]).interval(0.05, 0.05)).not.toContain(null);
    const fewer = { canary: seen.canary.slice(0, 300), baseline: seen.baseline.slice(0, 300) };
    expect(readingOf({ quantile: 0.99 }, [fewer]).interval(0.05, 0.05)).toEqual([null, null]);
  });

  test("estimates both quantiles, and the difference beyond the relative margin", () => {
    const seen = { canary: [5, 1, 4, 2, 3], baseline: [1, 1, 1, 2] };
    expect(readingOf({ quantile: 0.5, margin: { relative: 2 } }, [seen])).toMatchObject({
      canary: 3,
      baseline: 1,
      difference: 1,
    });
    expect(readingOf({ quantile: 0.5 }, [{ canary: [1], baseline: [] }])).toMatchObject({
      canary: 1,
      baseline: null,
      difference: null,
    });
  });

  test("no e-value has a mean above 1 where nothing has changed, over all that can happen with ties", () => {
    // Of six samples of each arm so many are 2, each with a chance of 0.4, and the rest 1: both medians are 1.
    const ways = [1, 6, 15, 20, 15, 6, 1];
    const chanceOf = (twos: number) => (ways[twos] as number) * 0.4 ** twos * 0.6 ** (6 - twos);
    const samplesOf = (twos: number) => Array.from({ length: 6 }, (_, index) => (index < twos ? 2 : 1));
    for (const quantile of [0.5, 0.55]) {
      let [harm, safety] = [0, 0];
      for (const canary of ways.keys()) {
        for (const baseline of ways.keys()) {
          const reading = readingOf({ quantile }, [{ canary: samplesOf(canary), baseline: samplesOf(baseline) }]);
          harm += chanceOf(canary) * chanceOf(baseline) * Math.exp(reading.logHarm);
          safety += chanceOf(canary) * chanceOf(baseline) * Math.exp(reading.logSafety);
        }
      }
      expect(harm).toBeLessThanOrEqual(1);
      expect(safety).toBeLessThanOrEqual(1);
    }
  });

  test("an equal sample is not below: arms that are all alike say nothing of harm", () => {
    const same = Array.from({ length: 100 }, () => 7);
    const { logHarm, logSafety } = readingOf({ quantile: 0.5 }, [{ canary: same, baseline: same }]);
    expect(logHarm).toBeLessThanOrEqual(0);
    expect(logSafety).toBeLessThanOrEqual(0);
  });

  test("says nothing before any sample", () => {
    expect(readingOf({ quantile: 0.5 }, [])).toMatchObject({ logHarm: 0, logSafety: 0, canary: null });
    expect(readingOf({ quantile: 0.5 }, []).interval(0.05, 0.05)).toEqual([null, null]);
  });

  test("neither the order of windows nor that of samples matters, nor how they are cut into windows", () => {
    fc.assert(
      fc.property(config, windows, (by, seen) => {
        const together = {
          canary: seen.flatMap(({ canary }) => canary).toReversed(),
          baseline: seen.flatMap(({ baseline }) => baseline).toReversed(),
        };
        const [apart, whole] = [readingOf(by, seen), readingOf(by, [together])];
        expect(whole.logHarm).toBe(apart.logHarm);
        expect(whole.logSafety).toBe(apart.logSafety);
      }),
      runs,
    );
  });

  test("a slower sample of the canary never speaks for it, and one of the baseline never against it", () => {
    fc.assert(
      fc.property(
        config,
        windows,
        fc.integer({ min: 0, max: 30 }),
        fc.nat(9),
        fc.boolean(),
        (by, seen, sample, more, ofCanary) => {
          const one = (value: number) =>
            ofCanary ? { canary: [value], baseline: [] } : { canary: [], baseline: [value] };
          const [faster, slower] = [
            readingOf(by, [...seen, one(sample)]),
            readingOf(by, [...seen, one(sample + more)]),
          ];
          const [worse, better] = ofCanary ? [slower, faster] : [faster, slower];
          expect(worse.logHarm).toBeGreaterThanOrEqual(better.logHarm - 1e-9);
          expect(worse.logSafety).toBeLessThanOrEqual(better.logSafety + 1e-9);
        },
      ),
      runs,
    );
  });

  test("the interval says what the decision says", () => {
    fc.assert(
      fc.property(config, windows, errorRate, errorRate, (by, seen, alpha, beta) => {
        const absolute = by.margin.absolute ?? 0;
        const reading = readingOf(by, seen);
        const [lower, upper] = reading.interval(alpha, beta);
        expect(lower !== null && lower >= absolute).toBe(reading.logHarm >= Math.log(1 / alpha));
        expect(upper !== null && upper <= absolute).toBe(reading.logSafety >= Math.log(1 / beta));
      }),
      runs,
    );
  });

  test("scaling by two is seeing each sample twice", () => {
    fc.assert(
      fc.property(config, windows, (by, seen) => {
        const compare = quantileTest(by);
        const state = stateAfter(compare, seen);
        const [scaled, repeated] = [compare.read(compare.scale(state, 2)), readingOf(by, [...seen, ...seen])];
        // The minimum is at the last of equal samples, so that counting each twice changes nothing else.
        expect(scaled.logHarm).toBeCloseTo(repeated.logHarm, 8);
        expect(scaled.logSafety).toBeCloseTo(repeated.logSafety, 8);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
      runs,
    );
  });

  test("refuses one sample more than it may keep, and what is no number", () => {
    const by = { quantile: 0.5, most: 3 };
    expect(readingOf(by, [{ canary: [1, 2, 3], baseline: [1] }]).canary).toBe(2);
    expect(() =>
      readingOf(by, [
        { canary: [1, 2, 3], baseline: [] },
        { canary: [4], baseline: [] },
      ]),
    ).toThrow(new RangeError("The canary has 4 samples, and at most 3 are kept: compare a share of slow requests."));
    expect(() => readingOf(by, [{ canary: [], baseline: [Number.NaN] }])).toThrow(
      new RangeError("Every sample of the baseline must be a finite number."),
    );
  });

  // 150 traces: were the true rate as high as 5 %, more than 16 alarms would come once in 500 such tests.
  test.each([
    ["no change", {}, 100],
    ["exactly on a relative margin", { relative: 1.5 }, 150],
  ])("%s: neither error in more than 5 % of traces of 8 looks (seed 17)", (_, margin, mean) => {
    const [compare, random] = [quantileTest({ quantile: 0.9, margin }), new Random(17)];
    let [harms, safeties] = [0, 0];
    for (let trace = 0; trace < 150; trace += 1) {
      let state = compare.empty;
      let [harm, safety] = [false, false];
      for (let look = 0; look < 8; look += 1) {
        state = compare.add(state, latencies(random, [mean, 100], 15));
        const { logHarm, logSafety } = compare.read(state);
        harm ||= logHarm >= Math.log(20);
        safety ||= logSafety >= Math.log(20);
      }
      harms += Number(harm);
      safeties += Number(safety);
    }
    expect(harms).toBeLessThanOrEqual(16);
    expect(safeties).toBeLessThanOrEqual(16);
  });
});

describeWithService("quantileTest, compared with SciPy", hasScipy, howToGetScipy, () => {
  test("its e-values are the least product over a fine grid of quantiles, by numerical integration", () => {
    const seen = latencies(new Random(5), [130, 100], 60);
    const theirs = scipy(
      `from scipy.special import betainc, betaincc, betaln
c, b, p = np.array(given["canary"]), np.array(given["baseline"]), 0.75
size = 1 / min(p, 1 - p)
m, n = size * p, size * (1 - p)
nodes, weights = np.polynomial.legendre.leggauss(200)
def bet(low, high, whole, hits, count):
    x = low + (high - low) * (nodes + 1) / 2
    logs = hits * np.log(x / p) + (count - hits) * np.log((1 - x) / (1 - p))
    logs += (m - 1) * np.log(x) + (n - 1) * np.log(1 - x) - betaln(m, n)
    return 0.5 + 0.5 * (weights * np.exp(logs)).sum() * (high - low) / 2 / whole
above = [[bet(p, 1, betaincc(m, n, p), k, len(s)) for k in range(len(s) + 1)] for s in (c, b)]
below = [[bet(0, p, betainc(m, n, p), k, len(s)) for k in range(len(s) + 1)] for s in (c, b)]
grid = np.concatenate([[-1e9], c, b, c - 1e-9, c + 1e-9, b - 1e-9, b + 1e-9, [1e9]])
harm = min(below[0][(c <= q).sum()] * above[1][(b < q).sum()] for q in grid)
safety = min(below[1][(b <= q).sum()] * above[0][(c < q).sum()] for q in grid)
found = {"harm": float(np.log(harm)), "safety": float(np.log(safety))}`,
      seen,
    ) as { harm: number; safety: number };
    const { logHarm, logSafety } = readingOf({ quantile: 0.75 }, [seen]);
    expect(logHarm).toBeCloseTo(theirs.harm, 6);
    expect(logSafety).toBeCloseTo(theirs.safety, 6);
  });
});
