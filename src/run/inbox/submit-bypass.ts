import type { Bypass } from "../overrides/bypass.js";
import type { AnswerReceipt } from "../host/host.js";
import type { RecordStore } from "../record/record-store.js";
import { submitOverride, type SubmitOverrideOptions } from "./submit-override.js";

/**
 * Break-glass for a run in another process: ends it with promote, whatever its gates say. Resolves to what became of it.
 *
 * `refused` where `allowBypass` of the run does not let in whoever does it, and where it is too late. Rejects as `submitWaive` does.
 *
 * @example
 * ```ts
 * import { submitBypass } from "release-gates";
 * import { fileStore } from "release-gates/stores";
 *
 * const store = fileStore({ folder: "./records" });
 * const receipt = await submitBypass(
 *   store,
 *   "orders 2.4.1",
 *   { by: "ada", reason: "the site is down, and this is the fix", link: "https://incidents.example/7" },
 *   { roles: ["incident-commander"] },
 * );
 * console.log(receipt.status);
 * ```
 */
export function submitBypass(
  store: RecordStore,
  runId: string,
  bypass: Bypass,
  options: SubmitOverrideOptions = {},
): Promise<AnswerReceipt> {
  return submitOverride(store, runId, "bypass", bypass, options);
}
