import { GateError, type SourceFaultKind } from "../gate/gate-error.js";

/** The error for a query that was refused, cut short or not answered. */
export function queryFault(
  source: string,
  why: string,
  options: { readonly isRetryable: boolean; readonly fault?: SourceFaultKind; readonly cause?: unknown },
): GateError<"SOURCE_FAILED"> {
  const { isRetryable, fault = "failed", cause } = options;
  const message = `The query could not be answered by ${source}: ${why}.`;
  return new GateError("SOURCE_FAILED", message, { source, isRetryable, fault }, { cause });
}

/** Says that an answer has more rows than allowed. */
export function tooManyRows(source: string, maxRows: number): GateError<"SOURCE_FAILED"> {
  return queryFault(source, `it returns more than ${maxRows} rows; aggregate it, or raise maxRows`, {
    isRetryable: false,
    fault: "limit",
  });
}

/** Says that an answer has more bytes than allowed. */
export function tooManyBytes(source: string, maxBytes: number): GateError<"SOURCE_FAILED"> {
  return queryFault(source, `it returns more than ${maxBytes} bytes; select less, or raise maxBytes`, {
    isRetryable: false,
    fault: "limit",
  });
}
