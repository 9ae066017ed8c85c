import { countBets, type CountState, type CountTestConfig, type CountWindow } from "./count-bets.js";
import { pearsonDispersion } from "./pearson-dispersion.js";
import type { SequentialTest } from "./sequential-test.js";

/** The state of `countTest`, and what shows how much the windows of an arm differ among themselves. */
export interface BurstyState {
  readonly counts: CountState;
  /** How many windows had requests in both arms. */
  readonly windows: number;
  /** Σ events² / requests. */
  readonly canarySquares: number;
  readonly baselineSquares: number;
}

/** Before so many windows the dispersion is not known well enough, and nothing is said: both log e-values are 0. */
const leastWindows = 8;

/**
 * Compares shares of events that come in bursts: the evidence of `countTest`, divided by how much more the windows of an arm
 * differ than independent events would.
 *
 * Approximate, where `countTest` is exact: it assumes that bursts end within a window, so that windows are independent. With bursts
 * that last for many windows no test of this kind keeps its error rates. Where the rate drifts, or both arms suffer an incident, it
 * is slower, not less safe. Why this one: docs/statistics.md.
 */
export function burstyTest(config: CountTestConfig = {}): SequentialTest<CountWindow, BurstyState> {
  const bets = countBets(config);
  const relative = config.margin?.relative ?? 1;
  return {
    empty: { counts: bets.empty, windows: 0, canarySquares: 0, baselineSquares: 0 },
    add({ counts, windows, canarySquares, baselineSquares }, window) {
      const { canaryEvents, canaryTotal, baselineEvents, baselineTotal } = window;
      const added = bets.add(counts, window);
      const isEmpty = canaryTotal === 0 || baselineTotal === 0;
      return {
        counts: added,
        windows: windows + (isEmpty ? 0 : 1),
        canarySquares: canarySquares + (isEmpty ? 0 : canaryEvents ** 2 / canaryTotal),
        baselineSquares: baselineSquares + (isEmpty ? 0 : baselineEvents ** 2 / baselineTotal),
      };
    },
    read: (state) => bets.read(state.counts, state.windows < leastWindows ? Infinity : dispersionOf(state, relative)),
    scale: ({ counts, windows, canarySquares, baselineSquares }, factor) => ({
      counts: bets.scale(counts, factor),
      windows: windows * factor,
      canarySquares: canarySquares * factor,
      baselineSquares: baselineSquares * factor,
    }),
  };
}

/** How many times the variance of independent events the evidence has; at least 1. */
function dispersionOf({ counts, windows, canarySquares, baselineSquares }: BurstyState, relative: number): number {
  const { canaryEvents, canaryTotal, baselineEvents, baselineTotal } = counts;
  const canary = pearsonDispersion({ successes: canaryEvents, trials: canaryTotal, squares: canarySquares, windows });
  const baseline = pearsonDispersion({
    successes: baselineEvents,
    trials: baselineTotal,
    squares: baselineSquares,
    windows,
  });
  // The evidence grows with canary events − odds · baseline events, so the arms' variances count as 1 to odds.
  const odds = (relative * canaryTotal) / baselineTotal;
  return Math.max(1, (canary + odds * baseline) / (1 + odds));
}
