import { GateError, isGateError, type GateErrorCode, type GateErrorDetails } from "../../gate/gate-error.js";
import type { Json } from "../../gate/json.js";
import { publicConfig } from "../../gate/public-config.js";
import { toJson } from "../../gate/to-json.js";
import type { StepError } from "./host.js";

/** An error as it comes: whoever threw it may have put anything into it. */
type LooseError = { readonly [Key in "name" | "message" | "code" | "cause"]?: unknown };

const notAnError = "a value that is no error was thrown";

// A message may quote what was read. What the record keeps of it is cut again, shorter, after secrets are removed: a secret that
// is cut in two would not be found.
const maxMessageLength = 20_000;

/** Writes down whatever was thrown. Never throws itself, whatever that is. */
export function describeError(thrown: unknown): StepError {
  try {
    const message = messageOf(thrown);
    if (!(thrown instanceof Error)) return { name: "Error", message };
    if (isGateError(thrown)) return { name: "GateError", message, code: thrown.code, details: asJson(thrown.details) };
    const { name, code } = thrown as LooseError;
    return { name: String(name), message, ...(typeof code === "string" ? { code } : {}) };
  } catch {
    // Getters and proxies may throw; then there is nothing to be said about it.
    return { name: "Error", message: notAnError };
  }
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

/** Says what went wrong in one line. `fetch failed` says nothing; its cause does. Never throws itself. */
export function messageOf(thrown: unknown): string {
  try {
    const message = wholeMessageOf(thrown);
    return message.length <= maxMessageLength ? message : `${message.slice(0, maxMessageLength)}…`;
  } catch {
    return notAnError;
  }
}

function wholeMessageOf(thrown: unknown): string {
  // Bad style, and often all that there is to know.
  if (typeof thrown === "string" && thrown.trim() !== "") return thrown;
  if (!(thrown instanceof Error)) return `${notAnError}: ${thrown === null ? "null" : typeof thrown}`;
  const { message, name, cause } = thrown as LooseError;
  const own = String(message || name);
  if (!(cause instanceof Error) || isGateError(thrown)) return own;
  const inner = cause as LooseError;
  // An AggregateError, such as of both addresses of localhost, has no message of its own.
  const because = String(inner.message || (typeof inner.code === "string" ? inner.code : inner.name));
  return own.includes(because) ? own : `${own}: ${because}`;
}

function asJson(details: unknown): Json {
  try {
    return toJson(details);
  } catch {
    return publicConfig(details);
  }
}
