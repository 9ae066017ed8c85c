import type { AnswerReceipt } from "../host/host.js";
import type { RecordStore } from "../record/record-store.js";
import { submitOverride, type SubmitOverrideOptions } from "./submit-override.js";
import type { Waiver } from "../overrides/waiver.js";

/**
 * Waives a gate of a run in another process, through the store that both have: "fix it later". Resolves to what became of it.
 *
 * `refused` where `mayWaive` of the run does not let in whoever does it, where there is no such gate, and where it is too late. Rejects
 * as `submitAnswer` does, and with a `GateError` of code `OVERRIDE_INVALID` where the waiver is none; nothing is stored then.
 *
 * @example
 * ```ts
 * import { submitWaive } from "release-gates";
 * import { fileStore } from "release-gates/stores";
 *
 * const store = fileStore({ folder: "./records" });
 * const receipt = await submitWaive(
 *   store,
 *   "orders 2.4.0",
 *   { gate: "release/cache is warm", by: "ada", reason: "warms up by itself", expires: "2030-01-03T18:00:00Z" },
 *   { roles: ["sre"] },
 * );
 * console.log(receipt.status);
 * ```
 */
export function submitWaive(
  store: RecordStore,
  runId: string,
  waiver: Waiver,
  options: SubmitOverrideOptions = {},
): Promise<AnswerReceipt> {
  return submitOverride(store, runId, "waive", waiver, options);
}
