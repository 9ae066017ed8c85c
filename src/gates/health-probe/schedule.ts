/** When attempts are made. Milliseconds. */
export interface ProbeSchedule {
  readonly initialDelayMs: number;
  readonly periodMs: number;
  readonly timeoutMs: number;
}

/**
 * When the next attempt is due, after one that was due at `lastAt`.
 *
 * Attempts keep to a grid of periods. One that is still under way when the next is due displaces it, so that no two overlap.
 */
export function nextAttemptAt(lastAt: number, now: number, { periodMs }: ProbeSchedule): number {
  const periods = Math.max(1, Math.ceil((now - lastAt) / periodMs));
  return lastAt + periods * periodMs;
}

/** How long this many attempts take at the most: each one to its timeout. */
export function longestMs(attempts: number, { initialDelayMs, periodMs, timeoutMs }: ProbeSchedule): number {
  return initialDelayMs + attempts * Math.max(1, Math.ceil(timeoutMs / periodMs)) * periodMs;
}
