import type { SequentialTest } from "./sequential-test.js";

/** When a test would be decided, if things went on as they are. */
export interface Forecast {
  /** How many times as much as was seen is needed in all; 1 where it is decided now. */
  readonly factor: number;
  /** Which side would be shown. */
  readonly side: "harm" | "safety";
}

/** The error rates of a decision, each between 0 and 1. */
export interface ErrorRates {
  /** How often, at most, harm may be shown of a canary that is within the margin. */
  readonly alpha: number;
  /** How often, at most, safety may be shown of one that is beyond it. */
  readonly beta: number;
}

/** Beyond this many times what was seen a forecast is idle. */
const farthest = 1000;

/** How much more is needed until one side is shown; null where that is more than a thousand times what was seen, or never. */
export function forecast<State>(
  test: SequentialTest<never, State>,
  state: State,
  { alpha, beta }: ErrorRates,
): Forecast | null {
  const sideAt = (factor: number): Forecast["side"] | null => {
    const { logHarm, logSafety } = test.read(factor === 1 ? state : test.scale(state, factor));
    if (logHarm >= Math.log(1 / alpha)) return "harm";
    return logSafety >= Math.log(1 / beta) ? "safety" : null;
  };
  let [open, decided] = [0, 1];
  while (sideAt(decided) === null) {
    if (decided === farthest) return null;
    [open, decided] = [decided, Math.min(2 * decided, farthest)];
  }
  if (decided > 1) {
    while (decided - open > decided / 1000) {
      const middle = (open + decided) / 2;
      if (sideAt(middle) === null) open = middle;
      else decided = middle;
    }
  }
  return { factor: decided, side: sideAt(decided) as Forecast["side"] };
}
