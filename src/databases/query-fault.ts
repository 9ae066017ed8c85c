import { GateError } from "../gate/gate-error.js";

/** The error for a query that was refused, cut short or not answered. */
export function queryFault(
  source: string,
  why: string,
  options: { readonly isRetryable: boolean; readonly cause?: unknown },
): GateError<"SOURCE_FAILED"> {
  const { isRetryable, cause } = options;
  const message = `The query could not be answered by ${source}: ${why}.`;
  return new GateError("SOURCE_FAILED", message, { source, isRetryable }, { cause });
}

/** Says that an answer has more rows than allowed. */
export function tooManyRows(source: string, maxRows: number): GateError<"SOURCE_FAILED"> {
  return queryFault(source, `it returns more than ${maxRows} rows; aggregate it, or raise maxRows`, {
    isRetryable: false,
  });
}

/** Says that an answer has more bytes than allowed. */
export function tooManyBytes(source: string, maxBytes: number): GateError<"SOURCE_FAILED"> {
  return queryFault(source, `it returns more than ${maxBytes} bytes; select less, or raise maxBytes`, {
    isRetryable: false,
  });
}
