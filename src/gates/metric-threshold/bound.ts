import { formatValue } from "./format-value.js";

/** What is expected of a value. Written as the allowed range, so that NaN is never inside. */
export interface Bound {
  /** In words: `below 1 %`. */
  readonly text: string;
  /** What is said of a value outside: `too high`. */
  readonly miss: string;
  /** The numbers of the bound, so that a value can be written unlike them. */
  readonly limits: readonly number[];
  isInside(value: number): boolean;
  /** How bad a value is: the higher, the worse. Undefined where values have no order. */
  readonly badness?: (value: number) => number;
  /** What comes before the worst value in a sentence: `at most`. */
  readonly worstWord?: "at most" | "at least";
}

/** Expects less than a limit. */
export function belowBound(limit: number, unit: string | undefined): Bound {
  return {
    text: `below ${formatValue(limit, unit)}`,
    miss: "too high",
    limits: [limit],
    isInside: (value) => value < limit,
    badness: (value) => value,
    worstWord: "at most",
  };
}

/** Expects more than a limit. */
export function aboveBound(limit: number, unit: string | undefined): Bound {
  return {
    text: `above ${formatValue(limit, unit)}`,
    miss: "too low",
    limits: [limit],
    isInside: (value) => value > limit,
    badness: (value) => -value,
    worstWord: "at least",
  };
}

/** Expects a value between two limits, or one of them. */
export function betweenBound([least, most]: readonly [number, number], unit: string | undefined): Bound {
  return {
    text: `between ${formatValue(least, unit, [most])} and ${formatValue(most, unit, [least])}`,
    miss: "outside",
    limits: [least, most],
    isInside: (value) => value >= least && value <= most,
    badness: (value) => Math.max(least - value, value - most),
  };
}

/** Expects what a function says, in words that its author chose. */
export function conditionBound(isInside: (value: number) => boolean, text: string): Bound {
  // What a function in JavaScript returns may be anything, a promise for one. Only true is true.
  const ask: (value: number) => unknown = isInside;
  return { text, miss: "not so", limits: [], isInside: (value) => ask(value) === true };
}
