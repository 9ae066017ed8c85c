import { GateError } from "../gate/gate-error.js";

/** What a fault says beside its words. */
interface FaultOptions {
  readonly isRetryable: boolean;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** The error of a source that could not answer. The message names the source, and holds nothing secret. */
export function sourceFault(
  source: string,
  says: string,
  { isRetryable, retryAfterMs, cause }: FaultOptions,
): GateError<"SOURCE_FAILED"> {
  const details = { source, isRetryable, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  const end = /[.?!]$/.test(says) ? "" : ".";
  return new GateError("SOURCE_FAILED", `${source} ${says}${end}`, details, { cause });
}
