import type { AnswerReceipt } from "../host/host.js";
import type { RecordStore } from "../record/record-store.js";
import { submitOverride, type SubmitOverrideOptions } from "./submit-override.js";
import type { Upheld } from "../overrides/upheld.js";

/**
 * Says of a run in another process that nobody waives a gate: "fix it now". Resolves to what became of it.
 *
 * `refused` where the run does not wait for a waiver of the gate. Rejects as `submitWaive` does.
 *
 * @example
 * ```ts
 * import { submitUphold } from "release-gates";
 * import { fileStore } from "release-gates/stores";
 *
 * const store = fileStore({ folder: "./records" });
 * await submitUphold(store, "orders 2.4.0", { gate: "release/cache is warm", by: "ada", reason: "it was warm before" });
 * ```
 */
export function submitUphold(
  store: RecordStore,
  runId: string,
  upheld: Upheld,
  options: SubmitOverrideOptions = {},
): Promise<AnswerReceipt> {
  return submitOverride(store, runId, "uphold", upheld, options);
}
