import { logBetaTail } from "./log-beta-tail.js";

/**
 * ln of an e-value against "the chance of a success is at most `share`", after so many successes and failures: the mean likelihood
 * ratio of greater chances, weighted by a beta distribution around the share, cut off there.
 *
 * For independent trials; `share` is between 0 and 1. Never falls with more successes, never rises with more failures.
 */
export function logBetAbove(share: number, successes: number, failures: number): number {
  // As wide as makes a chance of 0 or 1 plausible: the rarer outcome counts as seen once.
  const size = 1 / Math.min(share, 1 - share);
  const [a, b] = [size * share, size * (1 - share)];
  return (
    logBetaTail(share, a + successes, b + failures) -
    logBetaTail(share, a, b) -
    successes * Math.log(share) -
    failures * Math.log1p(-share)
  );
}

/** The same against "the chance of a success is at least `share`". */
export function logBetBelow(share: number, successes: number, failures: number): number {
  return logBetAbove(1 - share, failures, successes);
}
