import { maxValueBytes } from "../record/value-size.js";

const ending = ":inbox";

/** Under which key of its store a run is given messages by other processes. */
export function inboxKey(runId: string): string {
  return `${runId}${ending}`;
}

/** Whether a key of a store is that of an inbox; the id of a run never is. */
export function isInboxKey(key: string): boolean {
  return key.endsWith(ending);
}

/** How long the line of a message may be: a value as large as may be, and what is around it. Bytes. */
export const maxMessageBytes = maxValueBytes + 8_192;
