import { invert } from "./invert.js";
import { logCdfOverDensity } from "./log-cdf-over-density.js";
import type { Margin, SequentialTest } from "./sequential-test.js";

/** What each arm measured in one window: a mean, a cost, a length of a queue. Any finite numbers. */
export interface MeanWindow {
  readonly canary: number;
  readonly baseline: number;
}

/** Sums over all windows. */
export interface MeanState extends MeanWindow {
  readonly windows: number;
  /** Of canary − relative · baseline. */
  readonly difference: number;
  /** Of its squares. */
  readonly squares: number;
}

/** How to compare means. */
export interface MeanTestConfig {
  /** In the unit of the measurements. */
  readonly margin?: Margin;
  /**
   * After how many windows the test should be at its best, at least 1.
   *
   * @default 20
   */
  readonly tunedFor?: number;
}

/** Before so many windows the central limit theorem has not set in, and nothing is said: both log e-values are 0. */
const leastWindows = 10;

/**
 * Compares means by an asymptotic confidence sequence (Waudby-Smith and others, 2024), with windows as the observations.
 *
 * Assumes that windows are independent of one another, and their differences nearly normal in sum: finite variance, no single
 * window that outweighs all others. The arms may suffer together. Each window counts the same, however many requests it has. Where
 * all differences are equal there is no variance to judge by, and nothing is said.
 */
export function meanTest({ margin = {}, tunedFor = 20 }: MeanTestConfig = {}): SequentialTest<MeanWindow, MeanState> {
  const { relative = 1, absolute = 0 } = margin;
  const rho = bestRho(tunedFor);
  return {
    empty: { windows: 0, canary: 0, baseline: 0, difference: 0, squares: 0 },
    add(state, { canary, baseline }) {
      if (!Number.isFinite(canary) || !Number.isFinite(baseline)) {
        throw new RangeError(`Both means of a window must be finite; got ${canary} and ${baseline}.`);
      }
      const difference = canary - relative * baseline;
      return {
        windows: state.windows + 1,
        canary: state.canary + canary,
        baseline: state.baseline + baseline,
        difference: state.difference + difference,
        squares: state.squares + difference ** 2,
      };
    },
    read({ windows, canary, baseline, difference, squares }) {
      const mean = difference / windows;
      const variance = (squares - difference * mean) / (windows - 1);
      // Rounding leaves a little variance of either sign where there is none.
      const says = windows >= leastWindows && variance > 1e-12 * (squares / windows);
      const deviation = says ? Math.sqrt(variance) : 1;
      const standardised = (at: number) => (difference - windows * at) / deviation;
      return {
        canary: windows === 0 ? null : canary / windows,
        baseline: windows === 0 ? null : baseline / windows,
        difference: windows === 0 ? null : mean,
        ...invert({
          harmAt: (at) => (says ? logE(standardised(at), windows, rho) : 0),
          safetyAt: (at) => (says ? logE(-standardised(at), windows, rho) : 0),
          margin: absolute,
          limits: [-Infinity, Infinity],
          step: deviation / 1000,
        }),
      };
    },
    scale: (state, factor) => ({
      windows: state.windows * factor,
      canary: state.canary * factor,
      baseline: state.baseline * factor,
      difference: state.difference * factor,
      squares: state.squares * factor,
    }),
  };
}

/** ln of the mean of exp(λS − λ²t/2) over λ from a half-normal distribution of width ρ; S is a sum of t standardised differences. */
function logE(sum: number, windows: number, rho: number): number {
  const spread = windows * rho ** 2 + 1;
  // 2 / √spread · exp(z²/2) · Φ(z), and exp(z²/2) is 1 / φ(z) but for a factor.
  const z = (rho * sum) / Math.sqrt(spread);
  return Math.log(2) - Math.log(2 * Math.PI * spread) / 2 + logCdfOverDensity(z);
}

/** The width that makes the bound at error rate 0.05 tightest after so many windows (the same paper, one-sided). */
function bestRho(windows: number): number {
  const twice = -2 * Math.log(2 * 0.05);
  return Math.sqrt((twice + Math.log(twice + 1)) / windows);
}
