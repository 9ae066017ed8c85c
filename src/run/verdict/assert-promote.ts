import { GateError } from "../../gate/gate-error.js";
import type { Verdict } from "./verdict.js";

/**
 * Throws unless the verdict is promote; for scripts that go on only then.
 *
 * Throws a `GateError` with code `NOT_PROMOTED` whose message is the verdict's reason.
 */
export function assertPromote(verdict: Verdict): asserts verdict is Verdict & { readonly decision: "promote" } {
  if (verdict.decision === "promote") return;
  const { decision, decidedBy, reason } = verdict;
  throw new GateError("NOT_PROMOTED", `Not promoted: ${reason}`, { decision, decidedBy });
}
