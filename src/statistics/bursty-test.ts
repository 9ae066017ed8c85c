import { countBets, type CountState, type CountTestConfig, type CountWindow } from "./count-bets.js";
import type { SequentialTest } from "./sequential-test.js";

/** As the state of `countTest`, with what shows how much the windows of an arm differ among themselves. */
export interface BurstyState extends CountState {
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
    empty: { ...bets.empty, windows: 0, canarySquares: 0, baselineSquares: 0 },
    add(state, window) {
      const added = bets.add(state, window);
      if (added === state) return state;
      return {
        ...added,
        windows: state.windows + 1,
        canarySquares: state.canarySquares + window.canaryEvents ** 2 / window.canaryTotal,
        baselineSquares: state.baselineSquares + window.baselineEvents ** 2 / window.baselineTotal,
      };
    },
    read(state) {
      return bets.read(state, state.windows < leastWindows ? Infinity : dispersionOf(state, relative));
    },
    scale: (state, factor) => ({
      ...bets.scale(state, factor),
      windows: state.windows * factor,
      canarySquares: state.canarySquares * factor,
      baselineSquares: state.baselineSquares * factor,
    }),
  };
}

/** How many times the variance of independent events the evidence has; at least 1. */
function dispersionOf(state: BurstyState, relative: number): number {
  const canary = dispersionOfArm(state.canaryEvents, state.canaryTotal, state.canarySquares, state.windows);
  const baseline = dispersionOfArm(state.baselineEvents, state.baselineTotal, state.baselineSquares, state.windows);
  // The evidence grows with canary events − odds · baseline events, so the arms' variances count as 1 to odds.
  const odds = (relative * state.canaryTotal) / state.baselineTotal;
  return Math.max(1, (canary + odds * baseline) / (1 + odds));
}

/** Pearson's χ² of an arm's windows against one common rate, by its degrees of freedom. */
function dispersionOfArm(events: number, total: number, squares: number, windows: number): number {
  if (events === 0 || events === total) return 1;
  return ((squares * total) / events - events) / ((windows - 1) * (1 - events / total));
}
