import type { AnswerReceipt } from "../host/host.js";
import { isOfConsumption } from "../record/is-of-consumption.js";
import type { RecordEvent } from "../record/record-event.js";

/** What whoever sent a message is told where the run was decided before it took it. */
export const decidedReceipt = {
  status: "refused",
  reason: "the run is decided, and takes nothing more",
} as const satisfies AnswerReceipt;

/** What a line of a run's record says became of a message in its inbox; `undefined` where it says nothing of it. */
export function messageOutcome(line: string, messageId: string): AnswerReceipt | undefined {
  const event = eventOf(line);
  if (event?.type === "run:decided") return decidedReceipt;
  if (!event || !("messageId" in event) || event.messageId !== messageId) return undefined;
  switch (event.type) {
    case "gate:answered":
    case "gate:withdrawn":
    case "run:cancelled":
    case "gate:waived":
    case "gate:upheld":
    case "run:bypassed":
      return { status: "accepted" };
    case "gate:refused":
    case "answer:refused":
    case "inbox:refused":
    case "override:refused":
      return { status: "refused", reason: event.reason };
  }
}

/** Whether the record of a run ends with its verdict, whatever was made of that since. */
export function isDecided(record: readonly string[]): boolean {
  const last = record.findLast((line) => {
    const event = eventOf(line);
    return event === undefined || !isOfConsumption(event);
  });
  return last !== undefined && eventOf(last)?.type === "run:decided";
}

// A line that is none says nothing; whoever reads the record finds out why.
function eventOf(line: string): RecordEvent | undefined {
  try {
    const json: unknown = JSON.parse(line);
    return typeof json === "object" && json !== null ? (json as RecordEvent) : undefined;
  } catch {
    return undefined;
  }
}
