import type { AnswerReceipt } from "../host/host.js";
import type { RecordEvent } from "./record-event.js";

/** What whoever answers is told of a gate that takes no more. */
export const settledReceipt = { status: "refused", reason: "the gate has settled" } as const satisfies AnswerReceipt;

/** Whether a line stands for an answer that nobody took before its gate had settled. */
export function isLeft(event: RecordEvent): boolean {
  return event.type === "gate:refused" && event.reason === settledReceipt.reason;
}
