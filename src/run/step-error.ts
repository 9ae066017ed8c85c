import { GateError, isGateError, type GateErrorCode, type GateErrorDetails } from "../gate/gate-error.js";
import { toJson } from "../gate/to-json.js";
import type { StepError } from "./host.js";

/** Writes down whatever was thrown. */
export function describeError(thrown: unknown): StepError {
  if (isGateError(thrown)) {
    return { name: thrown.name, message: thrown.message, code: thrown.code, details: toJson(thrown.details) };
  }
  if (!(thrown instanceof Error))
    return { name: "Error", message: `a value that is no error was thrown: ${typeof thrown}` };
  const code: unknown = (thrown as { code?: unknown }).code;
  return { name: thrown.name, message: messageOf(thrown), ...(typeof code === "string" ? { code } : {}) };
}

/** Makes the error again: a `GateError` as a `GateError` of the same code. */
export function reviveError({ name, message, code, details }: StepError): Error {
  if (name === "GateError" && code !== undefined) {
    return new GateError(code as GateErrorCode, message, details as unknown as GateErrorDetails[GateErrorCode]);
  }
  const error = new Error(message);
  error.name = name;
  return code === undefined ? error : Object.assign(error, { code });
}

// A message may quote what was read; the record keeps enough of it to recognise it.
const maxMessageLength = 2_000;

/** Says what went wrong in one line. `fetch failed` says nothing; its cause does. */
export function messageOf(thrown: unknown): string {
  const message = wholeMessageOf(thrown);
  return message.length <= maxMessageLength ? message : `${message.slice(0, maxMessageLength)}…`;
}

function wholeMessageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "a value that is no error was thrown";
  const { cause } = thrown;
  const own = thrown.message || thrown.name;
  if (!(cause instanceof Error) || isGateError(thrown)) return own;
  const code: unknown = (cause as { code?: unknown }).code;
  // An AggregateError, such as of both addresses of localhost, has no message of its own.
  const because = cause.message || (typeof code === "string" ? code : cause.name);
  return own.includes(because) ? own : `${own}: ${because}`;
}
