import { countBets, type CountState, type CountTestConfig, type CountWindow } from "./count-bets.js";
import type { SequentialTest } from "./sequential-test.js";

/**
 * Compares shares of events by an exact e-process.
 *
 * For each ratio of a fixed grid it takes the likelihood ratio of "the canary has that many times the tolerated rate" against "it
 * has just that rate", given which arm each event came from; then the weighted mean. Its error rates hold at every look at once,
 * whatever the rates and the split are and however they change from window to window, where events are independent given the
 * rates. Bursts break that: see `burstyTest`. A window without requests in one arm adds nothing. Counts may be fractions, as
 * extrapolating monitoring reports them. Proof and limits: docs/statistics.md.
 */
export function countTest(config: CountTestConfig = {}): SequentialTest<CountWindow, CountState> {
  const bets = countBets(config);
  return {
    empty: bets.empty,
    add: (state, window) => bets.add(state, window),
    read: (state) => bets.read(state, 1),
    scale: (state, factor) => bets.scale(state, factor),
  };
}
