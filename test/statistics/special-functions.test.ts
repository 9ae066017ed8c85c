import { describe, expect, test } from "vitest";
import { normalQuantile } from "../../bench/judges/normal-quantile.js";
import { logBetaTail } from "../../src/statistics/log-beta-tail.js";
import { logCdfOverDensity } from "../../src/statistics/log-cdf-over-density.js";
import { logGamma } from "../../src/statistics/log-gamma.js";
import { describeWithService } from "../helpers/services.js";
import { hasScipy, howToGetScipy, scipy } from "./scipy.js";

/** How far apart two numbers are, as a part of the second; of numbers near 0, the plain distance. */
function apart(ours: number, theirs: number): number {
  return Math.abs(ours - theirs) / Math.max(1, Math.abs(theirs));
}

/** ln Φ(x). */
function logNormalCdf(x: number): number {
  return logCdfOverDensity(x) - (x * x) / 2 - Math.log(2 * Math.PI) / 2;
}

describe("logCdfOverDensity", () => {
  // Abramowitz and Stegun, tables 26.1 and 26.2.
  test.each([
    [0, Math.log(0.5)],
    [1, Math.log(0.841_344_746_068_543)],
    [1.96, Math.log(0.975_002_104_851_78)],
    [3, Math.log(0.998_650_101_968_37)],
    [-5, -6.54265 * Math.LN10],
    [-10, -23.11805 * Math.LN10],
    [-50, -544.96634 * Math.LN10],
  ])("of %d is as published", (x, expected) => {
    expect(apart(logNormalCdf(x), expected)).toBeLessThan(1e-6);
  });

  test("says that all is below where nothing is left above", () => {
    expect(logNormalCdf(40)).toBeCloseTo(0, 12);
  });

  test("stays a number where both are 0 for a computer", () => {
    expect(logCdfOverDensity(-1e30)).toBeCloseTo(-30 * Math.LN10, 10);
  });
});

describe("normalQuantile", () => {
  // Abramowitz and Stegun, table 26.5.
  test.each([
    [0.5, 0],
    [0.975, 1.959_963_984_540_05],
    [0.01, -2.326_347_874_040_84],
    [0.999, 3.090_232_306_167_81],
  ])("of %d is as published", (chance, expected) => {
    expect(normalQuantile(chance)).toBeCloseTo(expected, 11);
  });
});

describe("logGamma", () => {
  // Abramowitz and Stegun, table 6.1 and examples.
  test.each([
    [0.5, Math.log(Math.PI) / 2],
    [1, 0],
    [1.5, Math.log(0.886_226_925_452_758)],
    [2, 0],
    [10, Math.log(362_880)],
    [100, 359.134_205_369_575_4],
  ])("of %d is as published", (x, expected) => {
    expect(logGamma(x)).toBeCloseTo(expected, 12);
  });
});

describe("logBetaTail", () => {
  test.each([
    [0.3, 4, 7],
    [0.7, 4, 7],
    [0.99, 60, 2],
    [0.01, 3, 40],
  ])("above %d with %d and %d is a tail of a binomial distribution", (x, a, b) => {
    // I_x(a, b) is the chance of at least a successes in a + b − 1 trials.
    let chance = 0;
    for (let successes = 0; successes < a; successes += 1) {
      const ways = Math.exp(logGamma(a + b) - logGamma(successes + 1) - logGamma(a + b - successes));
      chance += ways * x ** successes * (1 - x) ** (a + b - 1 - successes);
    }
    const whole = logGamma(a) + logGamma(b) - logGamma(a + b);
    expect(logBetaTail(x, a, b) - whole).toBeCloseTo(Math.log(chance), 10);
  });
});

describeWithService("special functions, compared with SciPy", hasScipy, howToGetScipy, () => {
  test("logCdfOverDensity is scipy.special.log_ndtr over the density", () => {
    const xs = Array.from({ length: 2_001 }, (_, index) => (index - 1_500) / 40);
    const theirs = scipy("import scipy.special as s\nfound = s.log_ndtr(np.array(given)).tolist()", xs) as number[];
    for (const [index, x] of xs.entries()) {
      expect(apart(logNormalCdf(x), theirs[index] as number), `of ${x}`).toBeLessThan(1e-12);
    }
  });

  test("logGamma is scipy.special.gammaln", () => {
    const xs = Array.from({ length: 2_000 }, (_, index) => 1.01 ** (index - 1_000));
    const theirs = scipy("import scipy.special as s\nfound = s.gammaln(np.array(given)).tolist()", xs) as number[];
    for (const [index, x] of xs.entries()) {
      expect(apart(logGamma(x), theirs[index] as number), `of ${x}`).toBeLessThan(1e-13);
    }
  });

  test("logBetaTail is scipy.special.betaincc times beta", () => {
    const points = [0.01, 0.1, 0.5, 0.9, 0.99].flatMap((x) =>
      [0.7, 1, 9, 99, 5_000].flatMap((a) => [0.7, 1, 12, 300].map((b) => ({ x, a, b }))),
    );
    const theirs = scipy(
      `import scipy.special as s
def tail(x, a, b):
    part = s.betaincc(a, b, x)
    return float(np.log(part) + s.betaln(a, b)) if part > 1e-290 else None
found = [tail(**point) for point in given]`,
      points,
    ) as (number | null)[];
    expect(theirs.filter((value) => value !== null).length).toBeGreaterThan(80);
    for (const [index, { x, a, b }] of points.entries()) {
      const expected = theirs[index];
      if (expected == null) continue;
      expect(apart(logBetaTail(x, a, b), expected), `of ${x}, ${a}, ${b}`).toBeLessThan(1e-10);
    }
  });
});
