import type { GateError } from "../gate/gate-error.js";
import { sourceFault } from "./source-fault.js";

/** An answer that cannot be used. The message goes on after the source's name: `has no bucket …`. */
export class AnswerFault extends Error {
  override readonly name = "AnswerFault";
  readonly isRetryable: boolean;

  constructor(message: string, isRetryable = false) {
    super(message);
    this.isRetryable = isRetryable;
  }
}

/** Reads an answer. An {@link AnswerFault} becomes a `GateError` with code `SOURCE_FAILED` of this source. */
export function explained<Result>(source: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw explainedFault(source, error);
  }
}

function explainedFault(source: string, error: unknown): GateError<"SOURCE_FAILED"> {
  if (!(error instanceof AnswerFault)) throw error;
  return sourceFault(source, error.message, { isRetryable: error.isRetryable, cause: error });
}
