/** Sums over windows of an arm's successes among trials. */
export interface PearsonSums {
  readonly successes: number;
  readonly trials: number;
  /** Σ successes² / trials. */
  readonly squares: number;
  /** More than 1. */
  readonly windows: number;
}

/** How many times more the windows differ than independent trials at one rate would: Pearson's χ² by its degrees of freedom. */
export function pearsonDispersion({ successes, trials, squares, windows }: PearsonSums): number {
  if (successes === 0 || successes === trials) return 1;
  return ((squares * trials) / successes - successes) / ((windows - 1) * (1 - successes / trials));
}
