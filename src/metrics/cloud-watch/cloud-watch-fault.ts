import { formatMs } from "../../gate/duration.js";
import type { GateError } from "../../gate/gate-error.js";
import { sourceFault } from "../source-fault.js";

/** What errors of the AWS SDK may hold. */
interface SdkError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly $retryable?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
}

// Their messages say what is wrong with the question. Those of others may quote the signed request, session token included.
const aboutTheQuestion = /^(?:Validation|Invalid|Missing).*(?:Parameter|Value|Combination|Error|Exception)/;
const passing = /Throttl|TooManyRequests|RequestLimit|SlowDown|Timeout|Unavailable|InternalService|InternalFailure/;

/** The fault that an error of the AWS SDK stands for. */
export function cloudWatchFault(
  source: string,
  error: unknown,
  lateMs: number | undefined,
): GateError<"SOURCE_FAILED"> {
  if (lateMs !== undefined) {
    const says = `did not answer within ${formatMs(lateMs)}`;
    return sourceFault(source, says, { isRetryable: true, cause: error });
  }
  const { name, message, $retryable, $metadata } = (
    typeof error === "object" && error !== null ? error : {}
  ) as SdkError;
  const kind = typeof name === "string" ? name : "an unknown error";
  const status = typeof $metadata?.httpStatusCode === "number" ? $metadata.httpStatusCode : undefined;
  const shown = status === undefined ? kind : `${kind}, HTTP ${status}`;
  const why = aboutTheQuestion.test(kind) && typeof message === "string" ? `: ${message.slice(0, 500)}` : "";
  // Without an answer it is the network, or credentials that cannot be got just now.
  const isRetryable = $retryable !== undefined || passing.test(kind) || status === undefined || status >= 500;
  return sourceFault(source, `could not be read (${shown})${why}`, { isRetryable, cause: error });
}
