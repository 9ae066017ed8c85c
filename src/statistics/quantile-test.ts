import { invert } from "./invert.js";
import { logMixture } from "./log-mixture.js";
import type { Margin, SequentialTest } from "./sequential-test.js";
import { logBetAbove, logBetBelow } from "./share-bets.js";

/** What was measured in one window, in any order: a latency for each request. */
export interface SampleWindow {
  readonly canary: readonly number[];
  readonly baseline: readonly number[];
}

/** All samples of both arms, in ascending order, and how often each counts (1, unless scaled). */
export interface SampleState extends SampleWindow {
  readonly weight: number;
}

/** How to compare a quantile. */
export interface QuantileTestConfig {
  /** Which quantile, between 0 and 1: 0.99. */
  readonly quantile: number;
  /** In the unit of the samples. */
  readonly margin?: Margin;
  /**
   * How many samples of one arm are kept at most. One more is refused: to forget some, or to stop looking, would hide what the
   * canary does from then on. For more traffic compare the share of slow requests by `countTest`.
   *
   * @default 5_000
   */
  readonly most?: number;
}

/**
 * Compares one quantile of two sets of samples.
 *
 * For whatever the baseline's quantile is, the samples of each arm below it are counted against what they should be; the product of
 * both e-values is taken at its least over all such values. Exact for samples that are independent; requests of one minute are not
 * quite, so treat it as an approximation. Before some 6/(1 − quantile) samples an end of the interval stays open: 600 of each arm
 * for 0.99.
 *
 * Adding throws a RangeError for a sample that is not finite, or one more than may be kept.
 */
export function quantileTest(config: QuantileTestConfig): SequentialTest<SampleWindow, SampleState> {
  const { quantile, margin = {}, most = 5_000 } = config;
  const { relative = 1, absolute = 0 } = margin;
  return {
    empty: { canary: [], baseline: [], weight: 1 },
    add: (state, window) => ({
      canary: merged("canary", state.canary, window.canary, most),
      baseline: merged("baseline", state.baseline, window.baseline, most),
      weight: state.weight,
    }),
    read({ canary, baseline: unscaled, weight }) {
      const baseline = unscaled.map((value) => value * relative);
      // Half of the stake is kept back, so that no arm can take away more than a factor of two from the other's evidence.
      const table = (size: number, bet: typeof logBetAbove) =>
        Array.from({ length: size + 1 }, (_, below) =>
          logMixture([0.5, 0.5], [0, bet(quantile, weight * below, weight * (size - below))]),
        );
      const [canaryFew, canaryMany] = [table(canary.length, logBetBelow), table(canary.length, logBetAbove)];
      const [baselineFew, baselineMany] = [table(baseline.length, logBetBelow), table(baseline.length, logBetAbove)];
      const [ofCanary, ofBaseline] = [sampleQuantile(canary, quantile), sampleQuantile(baseline, quantile)];
      return {
        canary: ofCanary,
        baseline: sampleQuantile(unscaled, quantile),
        difference: ofCanary === null || ofBaseline === null ? null : ofCanary - ofBaseline,
        ...invert({
          harmAt: (at) =>
            leastProduct({ samples: canary, few: canaryFew }, { samples: baseline, many: baselineMany }, -at),
          safetyAt: (at) =>
            leastProduct({ samples: baseline, few: baselineFew }, { samples: canary, many: canaryMany }, at),
          margin: absolute,
          limits: [-Infinity, Infinity],
          step: Math.max(1e-9, Math.abs(ofBaseline ?? 0) / 1e6),
        }),
      };
    },
    scale: (state, factor) => ({ ...state, weight: state.weight * factor }),
  };
}

/**
 * The least, over all x, of ln e against "at least the quantile's share of the slower arm is ≤ x" and "at most its share of the
 * faster arm is < x + shift" together. The tables have ln e for each count of samples below.
 */
function leastProduct(
  slower: { readonly samples: readonly number[]; readonly few: readonly number[] },
  faster: { readonly samples: readonly number[]; readonly many: readonly number[] },
  shift: number,
): number {
  const [slow, fast] = [slower.samples, faster.samples];
  let least = (slower.few[0] as number) + (faster.many[0] as number);
  let below = 0;
  // Between two samples of the slower arm only the other factor changes, and grows with x: the least is at a sample.
  for (const [index, at] of slow.entries()) {
    if (at === slow[index + 1]) continue;
    while (below < fast.length && (fast[below] as number) < at + shift) below += 1;
    least = Math.min(least, (slower.few[index + 1] as number) + (faster.many[below] as number));
  }
  return least;
}

function merged(arm: string, sorted: readonly number[], more: readonly number[], most: number): readonly number[] {
  if (!more.every(Number.isFinite)) throw new RangeError(`Every sample of the ${arm} must be a finite number.`);
  const size = sorted.length + more.length;
  if (size <= most) return [...sorted, ...more].toSorted((a, b) => a - b);
  throw new RangeError(
    `The ${arm} has ${size} samples, and at most ${most} are kept: compare a share of slow requests.`,
  );
}

/** The least sample at or below which there is at least that share of all; null without samples. */
function sampleQuantile(sorted: readonly number[], quantile: number): number | null {
  return sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)] ?? null;
}
