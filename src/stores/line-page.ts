import { isInboxKey, maxMessageBytes } from "../run/inbox/inbox-key.js";
import type { StoredLine } from "../run/record/record-store.js";

/** Some lines of a record, in their order. */
export interface LinePage {
  readonly lines: readonly StoredLine[];
  /** Whether there were no more when they were read. */
  readonly isLast: boolean;
}

/** How many lines are read at once, so that nobody has to hold a record, or an inbox that somebody fills, as a whole. */
export const pageLines = 1_000;

/** After how many bytes no more lines are read at once. */
export const pageBytes = 4 * 1024 * 1024;

// More than any line has: a run writes its own.
const noLimit = 1_000_000_000;

/** How much of a line is read: an inbox may hold lines that were written past the store. Bytes. */
export function readBytes(key: string): number {
  return isInboxKey(key) ? maxMessageBytes : noLimit;
}
