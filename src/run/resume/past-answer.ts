import type { Answer } from "../host/host.js";
import { settledReceipt } from "../inbox/answer-desk.js";
import type { PastAnswer } from "../record/past-lines.js";
import type { RecordEvent } from "../record/record-event.js";
import { happenedAt } from "../record/recorded-step.js";
import { lossOf } from "./recorded-run.js";

/** Whether a line stands for an answer that nobody took before its gate had settled. */
export function isLeft(event: RecordEvent): boolean {
  return event.type === "gate:refused" && event.reason === settledReceipt.reason;
}

/** The answer that a line stands for. */
export function answerOf(event: PastAnswer): Answer {
  const { answer, messageId } = event;
  return {
    value: answer,
    at: happenedAt(event),
    ...(messageId === undefined ? {} : { messageId }),
    ...lossOf(event),
  };
}
