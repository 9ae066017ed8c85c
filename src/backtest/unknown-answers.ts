import { GateError, isGateError } from "../gate/gate-error.js";

/** Something that a gate asked and history does not hold. */
export interface UnknownAnswer {
  /** The gate's path in the plan. */
  readonly gate: string;
  /** The step whose outcome, or the answer from outside, is not known. */
  readonly asked: string;
  /** Why not, and what to do about it. */
  readonly detail: string;
}

/** The error of a question that history has no answer to. Never a source's fault: those can be tolerated. */
export function notInHistory(gate: string, step: string, detail: string): GateError<"NOT_IN_RECORD"> {
  return new GateError("NOT_IN_RECORD", detail, { gate, step });
}

/** Whether an error says that history has no answer. */
export function isNotInHistory(error: unknown): error is GateError<"NOT_IN_RECORD"> {
  return isGateError(error, "NOT_IN_RECORD");
}
