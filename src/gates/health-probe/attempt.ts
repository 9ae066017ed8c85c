import { formatMs } from "../../gate/duration.js";
import type { Release } from "../../gate/release.js";
import { AttemptTimeout, probeFault, type ProbeOutcome, type ProbeRequest } from "./probe.js";

/** One attempt, as it is journaled. */
export interface Attempt {
  readonly outcome: ProbeOutcome;
  /** From the start of the attempt to its outcome. Milliseconds. */
  readonly latencyMs: number;
}

/** What an attempt needs. */
export interface AttemptOptions {
  /** How the probe calls the target in errors. */
  readonly source: string;
  readonly release: Release;
  readonly timeoutMs: number;
  /** Whether the target has been reached before in this gate. */
  readonly wasReached?: boolean;
  /** Aborted when nobody wants to know any more. */
  readonly signal: AbortSignal;
}

// Beyond this, a timer that fires late says that this process was stopped or blocked, and nothing about the target.
const maxLagMs = 1_000;

/**
 * Makes one attempt, and measures how long it took. A target that takes longer than the timeout is unhealthy.
 *
 * Throws a `GateError` with code `SOURCE_FAILED` where this process was too busy to tell.
 */
export async function makeAttempt(
  probe: (request: ProbeRequest) => Promise<ProbeOutcome>,
  { source, release, timeoutMs, wasReached = false, signal }: AttemptOptions,
): Promise<Attempt> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const startedAt = performance.now();
  const cancel = () => controller.abort(signal.reason);
  const timer = setTimeout(() => {
    const lateMs = performance.now() - startedAt - timeoutMs;
    const why = `this process was blocked for ${formatMs(lateMs)}`;
    controller.abort(
      lateMs > maxLagMs ? probeFault(source, why, { isRetryable: true }) : new AttemptTimeout(timeoutMs),
    );
  }, timeoutMs);
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const outcome = await probe({ signal: controller.signal, release, wasReached });
    return { outcome, latencyMs: Math.round((performance.now() - startedAt) * 10) / 10 };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", cancel);
  }
}
