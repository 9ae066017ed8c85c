import * as z from "zod";
import { redactText } from "../../gate/redact.js";
import type { AnswerReceipt } from "../host/host.js";
import type { RecordStore } from "../record/record-store.js";
import { parseSubmit, submitMessage, type SubmitOptions } from "./submit-message.js";

/** Why a run in another process is cancelled. */
export interface SubmittedCancel {
  /** For the record, and for everybody who waits for the run. Up to 2,000 characters. */
  readonly reason: string;
  /** Who cancels it. @default nobody is named */
  readonly by?: string;
}

const text = z.string().min(1).max(2_000);
const cancelSchema = z.strictObject({ reason: text, by: text.exactOptional() });

/**
 * Cancels a run in another process, through the store that both have: what is unfinished is cancelled, and holds.
 *
 * Resolves and rejects as `submitAnswer` does; `refused` where the run was decided, or cancelled by somebody else, first.
 *
 * @example
 * ```ts
 * import { submitCancel } from "release-gates";
 * import { fileStore } from "release-gates/stores";
 *
 * const store = fileStore({ folder: "./records" });
 * await submitCancel(store, "orders 2.4.0", { reason: "superseded by 2.4.1", by: "ada@example.com" });
 * ```
 */
export async function submitCancel(
  store: RecordStore,
  runId: string,
  cancel: SubmittedCancel,
  options: SubmitOptions = {},
): Promise<AnswerReceipt> {
  const { reason, by } = parseSubmit(cancelSchema, cancel);
  const said = by === undefined ? {} : { by: redactText(by) };
  return submitMessage(store, runId, { type: "cancel", reason: redactText(reason), ...said }, options);
}
