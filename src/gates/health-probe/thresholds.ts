/** How many answers in a row decide, in the words of Kubernetes. */
export interface Thresholds {
  readonly successThreshold: number;
  readonly failureThreshold: number;
  /** After so many attempts that decided nothing, nothing more is asked. */
  readonly maxAttempts: number;
}

/** What one attempt came to. `errored`: it could not be made, and says nothing about the target. */
export type AttemptResult = "healthy" | "unhealthy" | "errored";

/** What the attempts come to. */
export type AttemptsJudgement = "passed" | "failed" | "errored" | "undecided";

/** Attempts so far. */
export interface AttemptCounts {
  readonly attempts: number;
  readonly healthy: number;
  readonly unhealthy: number;
  readonly errored: number;
  /** Healthy attempts since the last unhealthy one. */
  readonly successesInRow: number;
  /** Unhealthy attempts since the last healthy one. */
  readonly failuresInRow: number;
  /** Errored attempts since the last one that could be made. */
  readonly errorsInRow: number;
}

/** No attempt yet. */
export const noAttempts: AttemptCounts = {
  attempts: 0,
  healthy: 0,
  unhealthy: 0,
  errored: 0,
  successesInRow: 0,
  failuresInRow: 0,
  errorsInRow: 0,
};

/**
 * Counts one more attempt.
 *
 * As the kubelet does, an errored attempt is thrown away: it neither lengthens nor breaks a row of successes or failures.
 */
export function countAttempt(counts: AttemptCounts, result: AttemptResult): AttemptCounts {
  const next = { ...counts, attempts: counts.attempts + 1, [result]: counts[result] + 1 };
  if (result === "errored") return { ...next, errorsInRow: counts.errorsInRow + 1 };
  return result === "healthy"
    ? { ...next, successesInRow: counts.successesInRow + 1, failuresInRow: 0, errorsInRow: 0 }
    : { ...next, successesInRow: 0, failuresInRow: counts.failuresInRow + 1, errorsInRow: 0 };
}

/**
 * Judges the attempts so far; undefined asks for another one.
 *
 * As many errors in a row as failures would be too many are `errored`. `undecided` after `maxAttempts`: the target flaps.
 */
export function judgeAttempts(counts: AttemptCounts, thresholds: Thresholds): AttemptsJudgement | undefined {
  const { successThreshold, failureThreshold, maxAttempts } = thresholds;
  if (counts.successesInRow >= successThreshold) return "passed";
  if (counts.failuresInRow >= failureThreshold) return "failed";
  if (counts.errorsInRow >= failureThreshold) return "errored";
  return counts.attempts >= maxAttempts ? "undecided" : undefined;
}
