import { GateError } from "../gate/gate-error.js";
import { isInboxKey, maxMessageBytes } from "../run/inbox/inbox-key.js";
import { isStorableKey } from "./is-storable-key.js";

// A line break makes two lines of one; PostgreSQL keeps no NUL, and UTF-8 no half of a surrogate pair.
const unstorable = /[\0\n\p{Surrogate}]/u;

/**
 * Throws where lines would not come back from a store as they were given: a `TypeError`, as records hold JSON, which writes all of that
 * otherwise; a `GateError` with code `RUN_INPUT_INVALID` where lines for an inbox are longer than a message may be.
 */
export function assertLines(key: string, lines: readonly string[]): void {
  if (!isStorableKey(key)) throw new TypeError("A run's id cannot hold NUL, or half of a surrogate pair.");
  if (lines.some((line) => unstorable.test(line))) {
    throw new TypeError("A line of a record cannot hold a line break, NUL, or half of a surrogate pair.");
  }
  if (isInboxKey(key)) assertMessages(lines);
}

function assertMessages(lines: readonly string[]): void {
  const bytes = lines.reduce((most, line) => Math.max(most, Buffer.byteLength(line)), 0);
  if (bytes <= maxMessageBytes) return;
  const message = `expected a message of at most ${maxMessageBytes} bytes, got ${bytes}`;
  throw new GateError("RUN_INPUT_INVALID", `Invalid message for a run: ${message}`, { issues: [{ message }] });
}
