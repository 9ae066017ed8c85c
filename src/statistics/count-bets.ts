import { invert } from "./invert.js";
import { logMixture } from "./log-mixture.js";
import type { Margin, TestReading } from "./sequential-test.js";
import { halfOn, stakesOnHarm, stakesOnSafety, type Stakes } from "./stakes.js";

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
  const onHarm = detect === undefined ? stakesOnHarm : halfOn(detect);

  function plus(sums: BetSums, { ratios }: Stakes, window: CountWindow): BetSums {
    // The odds that an event is the canary's, were its rate just `relative` times the baseline's.
    const odds = (relative * window.canaryTotal) / window.baselineTotal;
    const evidence: number[] = [];
    const perMargin: number[] = [];
    for (const [index, ratio] of ratios.entries()) {
      const onBaseline = (1 + odds) / (1 + ratio * odds);
      const onCanary = ratio * onBaseline;
      const gained = window.canaryEvents * Math.log(onCanary) + window.baselineEvents * Math.log(onBaseline);
      evidence.push((sums.evidence[index] as number) + gained);
      perMargin.push((sums.perMargin[index] as number) + window.canaryTotal * (onCanary - 1));
    }
    return { evidence, perMargin };
  }

  return {
    empty: {
      canaryEvents: 0,
      canaryTotal: 0,
      baselineEvents: 0,
      baselineTotal: 0,
      harm: { evidence: onHarm.ratios.map(() => 0), perMargin: onHarm.ratios.map(() => 0) },
      safety: { evidence: stakesOnSafety.ratios.map(() => 0), perMargin: stakesOnSafety.ratios.map(() => 0) },
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
        safety: plus(state.safety, stakesOnSafety, window),
      };
    },
    read({ canaryEvents, canaryTotal, baselineEvents, baselineTotal, harm, safety }, dispersion) {
      const curves = invert({
        harmAt: (at) => logE(onHarm, harm, at, dispersion),
        safetyAt: (at) => logE(stakesOnSafety, safety, at, dispersion),
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

function logE({ parts }: Stakes, { evidence, perMargin }: BetSums, at: number, dispersion: number): number {
  const logs = evidence.map((value, index) => (value - at * (perMargin[index] as number)) / dispersion);
  return logMixture(parts, logs);
}

function scaled({ evidence, perMargin }: BetSums, factor: number): BetSums {
  return { evidence: evidence.map((value) => value * factor), perMargin: perMargin.map((value) => value * factor) };
}

function assertShare(arm: string, events: number, total: number): void {
  // Written as the allowed range, so that NaN is outside.
  if (events >= 0 && events <= total && total < Infinity) return;
  throw new RangeError(`The ${arm} of a window must have 0 ≤ events ≤ total < ∞; got ${events} events of ${total}.`);
}
