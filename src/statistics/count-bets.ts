import { invert } from "./invert.js";
import { logMixture } from "./log-mixture.js";
import type { Margin, TestReading } from "./sequential-test.js";

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
  /** Of shares: an absolute margin of 0.0025 is a quarter of a percentage point. */
  readonly margin?: Margin;
  /**
   * The smallest worsening worth catching fast: a ratio to the tolerated rate, more than 1. Half of the stake goes there.
   *
   * @default no such ratio: the stake is spread
   */
  readonly detect?: number;
}

/** Bets that the canary has so many times the tolerated rate, and the part of the stake on each; the parts add up to 1. */
type Bets = readonly (readonly [ratio: number, part: number])[];

// Decided before any data, as the proof demands: between them, these ratios are never far from the true one. A quarter of the
// stake on harm waits for slight worsenings, which take long to see; most of the rest is on a doubling and beyond.
const betsOnHarm: Bets = [
  [1.04, 0.24],
  [1.15, 0.06],
  [1.35, 0.07],
  [1.7, 0.13],
  [2.2, 0.18],
  [3.2, 0.17],
  [5, 0.11],
  [12, 0.04],
];

// A canary as good as its baseline is below the tolerated rate by what the margin allows, which is seldom more than a half.
const betsOnSafety: Bets = [
  [1 / 1.04, 0.03],
  [1 / 1.15, 0.1],
  [1 / 1.35, 0.22],
  [1 / 1.7, 0.25],
  [1 / 2.2, 0.16],
  [1 / 3.2, 0.1],
  [1 / 5, 0.07],
  [1 / 12, 0.07],
];

/** The sums over windows of counts that the tests on counts share, and what they say. */
export interface CountBets {
  readonly empty: CountState;
  /** Throws a RangeError where a count is negative or not finite, or there are more events than requests. */
  add(state: CountState, window: CountWindow): CountState;
  /** Reads the evidence, divided by `dispersion` (at least 1). */
  read(state: CountState, dispersion: number): TestReading;
  scale(state: CountState, factor: number): CountState;
}

/** Bets on how an arm's share of the events differs from what the margin tolerates. */
export function countBets({ margin = {}, detect }: CountTestConfig): CountBets {
  const { relative = 1, absolute = 0 } = margin;
  const onHarm = detect === undefined ? betsOnHarm : withHalfOn(detect);

  function plus(sums: BetSums, bets: Bets, window: CountWindow): BetSums {
    // The odds that an event is the canary's, were its rate just `relative` times the baseline's.
    const odds = (relative * window.canaryTotal) / window.baselineTotal;
    const gains = bets.map(([ratio]) => {
      const onBaseline = (1 + odds) / (1 + ratio * odds);
      const onCanary = ratio * onBaseline;
      return {
        evidence: window.canaryEvents * Math.log(onCanary) + window.baselineEvents * Math.log(onBaseline),
        perMargin: window.canaryTotal * (onCanary - 1),
      };
    });
    return {
      evidence: gains.map(({ evidence }, index) => (sums.evidence[index] as number) + evidence),
      perMargin: gains.map(({ perMargin }, index) => (sums.perMargin[index] as number) + perMargin),
    };
  }

  return {
    empty: {
      canaryEvents: 0,
      canaryTotal: 0,
      baselineEvents: 0,
      baselineTotal: 0,
      harm: { evidence: onHarm.map(() => 0), perMargin: onHarm.map(() => 0) },
      safety: { evidence: betsOnSafety.map(() => 0), perMargin: betsOnSafety.map(() => 0) },
    },
    add(state, window) {
      assertShare("canary", window.canaryEvents, window.canaryTotal);
      assertShare("baseline", window.baselineEvents, window.baselineTotal);
      if (window.canaryTotal === 0 || window.baselineTotal === 0) return state;
      return {
        canaryEvents: state.canaryEvents + window.canaryEvents,
        canaryTotal: state.canaryTotal + window.canaryTotal,
        baselineEvents: state.baselineEvents + window.baselineEvents,
        baselineTotal: state.baselineTotal + window.baselineTotal,
        harm: plus(state.harm, onHarm, window),
        safety: plus(state.safety, betsOnSafety, window),
      };
    },
    read({ canaryEvents, canaryTotal, baselineEvents, baselineTotal, harm, safety }, dispersion) {
      const curves = invert({
        harmAt: (at) => logE(onHarm, harm, at, dispersion),
        safetyAt: (at) => logE(betsOnSafety, safety, at, dispersion),
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

function withHalfOn(ratio: number): Bets {
  return [...betsOnHarm.map(([each, part]) => [each, part / 2] as const), [ratio, 0.5]];
}

function logE(bets: Bets, { evidence, perMargin }: BetSums, at: number, dispersion: number): number {
  return logMixture(
    bets.map(([, part]) => part),
    evidence.map((value, index) => (value - at * (perMargin[index] as number)) / dispersion),
  );
}

function scaled({ evidence, perMargin }: BetSums, factor: number): BetSums {
  return { evidence: evidence.map((value) => value * factor), perMargin: perMargin.map((value) => value * factor) };
}

function assertShare(arm: string, events: number, total: number): void {
  // Written as the allowed range, so that NaN is outside.
  if (events >= 0 && events <= total && total < Infinity) return;
  throw new RangeError(`The ${arm} of a window must have 0 ≤ events ≤ total < ∞; got ${events} events of ${total}.`);
}
