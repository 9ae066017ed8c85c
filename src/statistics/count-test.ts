import { invert } from "./invert.js";
import { logMixture } from "./log-mixture.js";
import type { Margin, SequentialTest } from "./sequential-test.js";

/** The events (errors, slow requests) among all requests of one window, in each arm. */
export interface CountWindow {
  readonly canaryEvents: number;
  readonly canaryTotal: number;
  readonly baselineEvents: number;
  readonly baselineTotal: number;
}

/** Sums over all windows: the counts, and the evidence of each bet. */
export interface CountState extends CountWindow {
  readonly harm: BetSums;
  readonly safety: BetSums;
}

/** For each bet: ln e = `evidence` − absolute margin · `perMargin`. */
export interface BetSums {
  readonly evidence: readonly number[];
  readonly perMargin: readonly number[];
}

/** How to compare counts. */
export interface CountTestConfig {
  readonly margin?: Margin;
  /**
   * The smallest worsening worth catching fast: a ratio to the tolerated rate, more than 1. Half of the weight goes there.
   *
   * @default no such ratio: the weight is spread
   */
  readonly detect?: number;
}

/** Bets that the canary has that many times the tolerated rate, and the part of the stake on each. */
type Bets = readonly (readonly [ratio: number, weight: number])[];

/**
 * Decided before any data, as the proof demands. Most of the stake is on a doubling and its neighbours, the rest on what is seen at
 * once, and on what is seen late.
 */
const spread: Bets = [
  [1.05, 0.04],
  [1.12, 0.05],
  [1.25, 0.08],
  [1.5, 0.14],
  [1.9, 0.23],
  [2.5, 0.22],
  [3.6, 0.12],
  [6, 0.08],
  [15, 0.04],
];

/**
 * Compares shares of events by an exact e-process.
 *
 * For each ratio of a fixed grid it takes the likelihood ratio of "the canary has that many times the tolerated rate" against "it
 * has just that rate", given which arm each event came from; then the weighted mean. Its error rates hold at every look at once,
 * whatever the rates and the split are and however they change from window to window, where events are independent given the
 * rates. Bursts break that: see `burstTest`. A window without requests in one arm adds nothing. Counts may be fractions, as
 * extrapolating monitoring reports them. Proof and limits: docs/statistics.md.
 */
export function countTest({ margin = {}, detect }: CountTestConfig = {}): SequentialTest<CountWindow, CountState> {
  const { relative = 1, absolute = 0 } = margin;
  const bets = detect === undefined ? spread : [...halved(spread), [detect, 0.5] as const];
  const weights = bets.map(([, weight]) => weight);
  const none: BetSums = { evidence: bets.map(() => 0), perMargin: bets.map(() => 0) };

  /** What a window adds to the bet on a ratio; a ratio below 1 bets on safety. */
  function gain(window: CountWindow, ratio: number): readonly [evidence: number, perMargin: number] {
    // How the events of a canary that is just tolerated would part between canary and baseline.
    const odds = (relative * window.canaryTotal) / window.baselineTotal;
    const [onCanary, onBaseline] = [(ratio * (1 + odds)) / (1 + ratio * odds), (1 + odds) / (1 + ratio * odds)];
    return [
      window.canaryEvents * Math.log(onCanary) + window.baselineEvents * Math.log(onBaseline),
      window.canaryTotal * (onCanary - 1),
    ];
  }
  function plus(sums: BetSums, window: CountWindow, ratioOf: (ratio: number) => number): BetSums {
    const gains = bets.map(([ratio]) => gain(window, ratioOf(ratio)));
    return {
      evidence: gains.map(([evidence], index) => (sums.evidence[index] as number) + evidence),
      perMargin: gains.map(([, perMargin], index) => (sums.perMargin[index] as number) + perMargin),
    };
  }
  function logE({ evidence, perMargin }: BetSums, at: number): number {
    return logMixture(
      weights,
      evidence.map((value, index) => value - at * (perMargin[index] as number)),
    );
  }

  return {
    empty: { canaryEvents: 0, canaryTotal: 0, baselineEvents: 0, baselineTotal: 0, harm: none, safety: none },
    add(state, window) {
      assertShare("canary", window.canaryEvents, window.canaryTotal);
      assertShare("baseline", window.baselineEvents, window.baselineTotal);
      if (window.canaryTotal === 0 || window.baselineTotal === 0) return state;
      return {
        canaryEvents: state.canaryEvents + window.canaryEvents,
        canaryTotal: state.canaryTotal + window.canaryTotal,
        baselineEvents: state.baselineEvents + window.baselineEvents,
        baselineTotal: state.baselineTotal + window.baselineTotal,
        harm: plus(state.harm, window, (ratio) => ratio),
        safety: plus(state.safety, window, (ratio) => 1 / ratio),
      };
    },
    read({ canaryEvents, canaryTotal, baselineEvents, baselineTotal, harm, safety }) {
      const curves = invert({
        harmAt: (at) => logE(harm, at),
        safetyAt: (at) => logE(safety, at),
        margin: absolute,
        limits: [-relative, 1],
        step: 1e-6,
      });
      // Only windows with requests in both arms are counted, so both totals are 0 or neither is.
      if (canaryTotal === 0) return { ...curves, canary: null, baseline: null, difference: null };
      const [canary, baseline] = [canaryEvents / canaryTotal, baselineEvents / baselineTotal];
      return { ...curves, canary, baseline, difference: canary - relative * baseline };
    },
    scale: (state, factor) => ({
      canaryEvents: state.canaryEvents * factor,
      canaryTotal: state.canaryTotal * factor,
      baselineEvents: state.baselineEvents * factor,
      baselineTotal: state.baselineTotal * factor,
      harm: scaled(state.harm, factor),
      safety: scaled(state.safety, factor),
    }),
  };
}

function halved(bets: Bets): Bets {
  return bets.map(([ratio, weight]) => [ratio, weight / 2]);
}

function scaled({ evidence, perMargin }: BetSums, factor: number): BetSums {
  return { evidence: evidence.map((value) => value * factor), perMargin: perMargin.map((value) => value * factor) };
}

function assertShare(arm: string, events: number, total: number): void {
  // Written as the allowed range, so that NaN is outside.
  if (events >= 0 && events <= total && total < Infinity) return;
  throw new RangeError(`The ${arm} of a window must have 0 ≤ events ≤ total < ∞; got ${events} events of ${total}.`);
}
