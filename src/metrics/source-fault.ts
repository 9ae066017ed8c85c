import { GateError } from "../gate/gate-error.js";

/** The error of a source that could not answer. The message names the source, and holds nothing secret. */
export function sourceFault(
  source: string,
  says: string,
  { isRetryable, cause }: { readonly isRetryable: boolean; readonly cause?: unknown },
): GateError<"SOURCE_FAILED"> {
  const end = /[.?!]$/.test(says) ? "" : ".";
  return new GateError("SOURCE_FAILED", `${source} ${says}${end}`, { source, isRetryable }, { cause });
}
