import type { LookupAddress } from "node:dns";
import { formatMs } from "../../gate/duration.js";
import { GateError } from "../../gate/gate-error.js";
import type { JsonObject } from "../../gate/json.js";
import type { Release } from "../../gate/release.js";

/** What one attempt is given. */
export interface ProbeRequest {
  /** Aborted with an {@link AttemptTimeout} when the target took too long, with anything else when nobody wants to know. */
  readonly signal: AbortSignal;
  /** The release that is judged. */
  readonly release: Release;
  /** Whether the target has been reached before in this gate. @default false */
  readonly wasReached?: boolean;
  /** Finds the addresses of a host name. @default the system's resolver */
  readonly lookup?: (host: string) => Promise<readonly LookupAddress[]>;
}

/** What one attempt saw of the target. Survives JSON; holds no secret. */
export interface ProbeOutcome {
  readonly status: "healthy" | "unhealthy";
  /** What was observed and, of an unhealthy target, what was expected. Continues the sentence "<target> …". */
  readonly reason: string;
  /** The HTTP status. */
  readonly statusCode?: number;
  /** The exit code of a command. */
  readonly exitCode?: number;
  /** The version that the target said it is. */
  readonly version?: string;
  /** The beginning of what the target said: at most 200 characters, secrets and control characters removed. */
  readonly excerpt?: string;
}

/**
 * One way of asking a target whether it is healthy.
 *
 * Rules for `probe`:
 * - Whatever the target does, refuses or fails to do is an outcome. Throws a `GateError` with code `SOURCE_FAILED` where the
 *   fault is on this side, and `signal.reason` where the answer is no longer wanted.
 * - When `signal` aborts, it ends its I/O. It leaves no socket, timer, process or listener behind.
 */
export interface Transport<Target> {
  /** The target as a person calls it. Holds no secret. */
  name(target: Target): string;
  /** What is asked and expected, for the plan's fingerprint and the reports. Holds no secret. */
  describe(target: Target): JsonObject;
  probe(target: Target, request: ProbeRequest): Promise<ProbeOutcome>;
}

/** The target's fault: thrown where it is seen, and an unhealthy outcome in the end. */
export class TargetFault extends Error {
  override readonly name = "TargetFault";
}

/** Why an attempt's signal aborted: the target had its time. */
export class AttemptTimeout extends Error {
  override readonly name = "AttemptTimeout";
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super(`no answer within ${formatMs(timeoutMs)}`);
    this.timeoutMs = timeoutMs;
  }
}

/** What an aborted attempt throws: the target's fault where it took too long, else why nobody wants to know any more. */
export function cutShort(signal: AbortSignal, seen: string): unknown {
  const reason: unknown = signal.reason;
  return reason instanceof AttemptTimeout ? new TargetFault(`${seen} within ${formatMs(reason.timeoutMs)}`) : reason;
}

/** The fault of this side: the probe could not be made. Retryable where the same probe may succeed later. */
export function probeFault(source: string, why: string, options: { isRetryable: boolean; cause?: unknown }): GateError {
  const { isRetryable, cause } = options;
  return new GateError(
    "SOURCE_FAILED",
    `The probe of ${source} could not be made: ${why}.`,
    { source, isRetryable },
    { cause },
  );
}

/** Makes a target's fault an outcome. Other errors are thrown on. */
export async function outcomeOf(probe: () => Promise<ProbeOutcome>): Promise<ProbeOutcome> {
  try {
    return await probe();
  } catch (error) {
    if (error instanceof TargetFault) return { status: "unhealthy", reason: error.message };
    throw error;
  }
}
