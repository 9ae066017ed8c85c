import * as z from "zod";
import { redactJson } from "../../gate/redact.js";
import { GateError } from "../../gate/gate-error.js";
import type { Json } from "../../gate/json.js";
import { toJson } from "../../gate/to-json.js";
import { whyNoJson, whyTooLarge } from "./json-answer.js";
import type { AnswerReceipt } from "../host/host.js";
import type { RecordStore } from "../record/record-store.js";
import { parseSubmit, submitMessage, type SubmitOptions } from "./submit-message.js";

/** An answer to a gate of a run in another process. */
export interface SubmittedAnswer {
  /** The gate's path, or its name where no other gate of the run has it. */
  readonly gate: string;
  /** Must survive JSON. */
  readonly value: unknown;
}

const answerSchema = z.strictObject({ gate: z.string().min(1).max(2_000), value: z.unknown() });

/**
 * Gives a gate of a run an answer from another process, through the store that both have; resolves to what became of it.
 *
 * The answer is stored first, and then taken by the process that carries the run; secrets are removed from it, as from a record. What
 * is told was recorded before. Where no process carries the run now, it is taken when the run is resumed.
 *
 * Rejects with a `GateError`: `RUN_UNKNOWN` where the store holds no such run, `ANSWER_UNEXPECTED` where the answer is no JSON,
 * `RUN_INPUT_INVALID` where an option is wrong, and `MESSAGE_PENDING` where the answer is stored, and was not taken within `timeout`.
 * Rejects with the signal's reason when that aborts, and with what the store says where that fails.
 *
 * @example
 * ```ts
 * import { submitAnswer } from "release-gates";
 * import { fileStore } from "release-gates/stores";
 *
 * const store = fileStore({ folder: "./records" });
 * const receipt = await submitAnswer(store, "orders 2.4.0", {
 *   gate: "sign-off",
 *   value: { by: "ada@example.com", decision: "approve" },
 * });
 * console.log(receipt.status);
 * ```
 */
export async function submitAnswer(
  store: RecordStore,
  runId: string,
  answer: SubmittedAnswer,
  options: SubmitOptions = {},
): Promise<AnswerReceipt> {
  const { gate, value } = parseSubmit(answerSchema, answer);
  const json = asJson(gate, value);
  const reason = whyTooLarge(json);
  if (reason !== undefined) return { status: "refused", reason };
  return submitMessage(store, runId, { type: "answer", gate, value: redactJson(json) }, options);
}

function asJson(gate: string, value: unknown): Json {
  try {
    return toJson(value);
  } catch (error) {
    const message = `Gate "${gate}" ${whyNoJson(error)}.`;
    throw new GateError("ANSWER_UNEXPECTED", message, { gate, waiting: [] }, { cause: error });
  }
}
