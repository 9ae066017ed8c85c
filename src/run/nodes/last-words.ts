import type { CheckGate } from "../../gate/gate.js";
import type { Json } from "../../gate/json.js";
import { messageOf } from "../host/step-error.js";
import type { CheckContext } from "../steps/check-context.js";
import { fitEvidence } from "./checked-answer.js";

/** Why a gate has expired. Its author says what was missing; that the time is up holds in any case. */
export function lastWords(
  path: string,
  gate: CheckGate,
  context: CheckContext | undefined,
  reason: string,
): { readonly reason: string; readonly evidence?: Json } {
  try {
    const said = context?.expiry();
    if (said === undefined) return { reason };
    const words = { reason: `${reason}; ${said.reason}` };
    const evidence = fitEvidence(path, gate.evidence, said.evidence);
    return evidence === undefined ? words : { ...words, evidence };
  } catch (error) {
    return { reason: `${reason}; what was known by then could not be said: ${messageOf(error)}` };
  }
}
