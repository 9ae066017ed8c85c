/** Bets that the canary has so many times the tolerated rate, and which part of the stake is on each; the parts add up to 1. */
export interface Stakes {
  readonly ratios: readonly number[];
  readonly parts: readonly number[];
}

// Both are decided before any data, as the proof demands: between them, these ratios are never far from the true one.

/** A quarter waits for slight worsenings, which take long to see; most of the rest is on a doubling and beyond. */
export const stakesOnHarm: Stakes = {
  ratios: [1.04, 1.15, 1.35, 1.7, 2.2, 3.2, 5, 12],
  parts: [0.24, 0.06, 0.07, 0.13, 0.18, 0.17, 0.11, 0.04],
};

/** A canary as good as its baseline is below the tolerated rate by what the margin allows, which is seldom more than a half. */
export const stakesOnSafety: Stakes = {
  ratios: [1 / 1.04, 1 / 1.15, 1 / 1.35, 1 / 1.7, 1 / 2.2, 1 / 3.2, 1 / 5, 1 / 12],
  parts: [0.03, 0.1, 0.22, 0.25, 0.16, 0.1, 0.07, 0.07],
};

/** The stakes on harm, with half of them moved to one ratio. */
export function halfOn(ratio: number): Stakes {
  return { ratios: [...stakesOnHarm.ratios, ratio], parts: [...stakesOnHarm.parts.map((part) => part / 2), 0.5] };
}
