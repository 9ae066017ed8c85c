import { logMixture } from "./log-mixture.js";
import { pearsonDispersion } from "./pearson-dispersion.js";
import type { SequentialTest } from "./sequential-test.js";
import { logBetAbove, logBetBelow } from "./share-bets.js";

/** The requests that each arm answered in one window. */
export interface SplitWindow {
  readonly canary: number;
  readonly baseline: number;
}

/** Sums over all windows with requests. */
export interface SplitState extends SplitWindow {
  readonly windows: number;
  /** Σ canary² / requests. */
  readonly squares: number;
}

/** What a split test has seen. */
export interface SplitReading {
  /**
   * ln of the e-value against "the canary gets the declared share, give or take the tolerance".
   *
   * The split has drifted where it is at least ln(1/α) once. A drift may be hidden by the outcome itself (a canary that times out
   * answers fewer requests), so it makes a comparison worthless rather than the canary bad.
   */
  readonly logDrift: number;
  /** The canary's share of all requests, 0–1; null before any. */
  readonly share: number | null;
}

/** What split was declared. */
export interface SplitTestConfig {
  /** The canary's share of the requests, between 0 and 1: 0.05. */
  readonly share: number;
  /**
   * How far the true share may be from the declared one, as a part of the smaller arm's share: 0.1 allows 4.5 % to 5.5 % where
   * 5 % is declared. At least 0, below 1. Balancers round; with much traffic the slightest rounding would be shown for a drift.
   *
   * @default 0.1
   */
  readonly tolerance?: number;
}

/** Before so many windows it is not known how evenly the balancer works, and nothing is said. */
const leastWindows = 8;

/**
 * Tests whether the traffic is split as declared, by an e-process on the counts of requests in both directions.
 *
 * A balancer that takes turns splits more evenly than chance, one with sticky sessions or few connections less evenly. So the
 * evidence is divided by how much more the share differs between windows than chance would make it (at least 1), which makes the
 * error rate approximate; it assumes that windows are independent. A session that lasts for many windows breaks that.
 *
 * Adding throws a RangeError where a number of requests is negative or not finite.
 */
export function splitTest({
  share,
  tolerance = 0.1,
}: SplitTestConfig): SequentialTest<SplitWindow, SplitState, SplitReading> {
  const slack = tolerance * Math.min(share, 1 - share);
  return {
    empty: { canary: 0, baseline: 0, windows: 0, squares: 0 },
    add(state, { canary, baseline }) {
      const total = canary + baseline;
      if (!(canary >= 0 && baseline >= 0 && total < Infinity)) {
        throw new RangeError(
          `Requests must be numbers from 0; got ${canary} of the canary, ${baseline} of the baseline.`,
        );
      }
      if (total === 0) return state;
      return {
        canary: state.canary + canary,
        baseline: state.baseline + baseline,
        windows: state.windows + 1,
        squares: state.squares + canary ** 2 / total,
      };
    },
    read(state) {
      const { canary, baseline, windows } = state;
      if (windows === 0) return { logDrift: 0, share: null };
      if (windows < leastWindows) return { logDrift: 0, share: canary / (canary + baseline) };
      const sums = { successes: canary, trials: canary + baseline, squares: state.squares, windows };
      const dispersion = Math.max(1, pearsonDispersion(sums));
      const [more, less] = [
        logBetAbove(share + slack, canary / dispersion, baseline / dispersion),
        logBetBelow(share - slack, canary / dispersion, baseline / dispersion),
      ];
      return { logDrift: logMixture([0.5, 0.5], [more, less]), share: canary / (canary + baseline) };
    },
    scale: ({ canary, baseline, windows, squares }, factor) => ({
      canary: canary * factor,
      baseline: baseline * factor,
      windows: windows * factor,
      squares: squares * factor,
    }),
  };
}
