import type { CheckGate } from "../../gate/gate.js";
import type { HoldsAnswer, HoldsContext, PassedFinding } from "../../gate/still-holds.js";
import { messageOf } from "../host/step-error.js";

/**
 * Asks a gate that has passed whether that is still so. Never throws or rejects: who cannot say so does not.
 *
 * A gate that answers without a promise has answered at once.
 */
export function askStillHolds(
  gate: CheckGate,
  context: HoldsContext<unknown>,
  passed: PassedFinding<unknown>,
): HoldsAnswer | Promise<HoldsAnswer> {
  try {
    const answer: unknown = gate.stillHolds?.(context, passed);
    return isThenable(answer) ? Promise.resolve(answer).then(answerOf).catch(unknown) : answerOf(answer);
  } catch (error) {
    return unknown(error);
  }
}

// The gate may be written in JavaScript: what is no clear yes is none.
function answerOf(answer: unknown): HoldsAnswer {
  const { holds, reason } = (answer ?? {}) as { readonly holds?: unknown; readonly reason?: unknown };
  if (holds === true) return { holds };
  if (holds === false && typeof reason === "string") return { holds, reason };
  throw new TypeError("stillHolds must return { holds: true }, or { holds: false, reason }");
}

function unknown(error: unknown): HoldsAnswer {
  return { holds: false, reason: `it cannot be told whether it still holds: ${messageOf(error)}` };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
