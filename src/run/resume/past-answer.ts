import type { Answer } from "../host/host.js";
import type { PastAnswer } from "../record/past-lines.js";
import type { RecordEvent } from "../record/record-event.js";
import { happenedAt } from "../record/recorded-step.js";
import { isLeft } from "../record/settled-receipt.js";
import { lossOf } from "./recorded-run.js";

/** Whether a line stands for an answer that its gate took. */
export function isTaken(event: RecordEvent): event is PastAnswer {
  return event.type === "gate:answered" || (event.type === "gate:refused" && !isLeft(event));
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
