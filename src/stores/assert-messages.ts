import { GateError } from "../gate/gate-error.js";
import { isInboxKey, maxMessageBytes } from "../run/inbox/inbox-key.js";

/** Throws a `GateError` with code `RUN_INPUT_INVALID` where lines for an inbox are longer than a message may be. */
export function assertMessages(key: string, lines: readonly string[]): void {
  if (!isInboxKey(key)) return;
  const bytes = Math.max(0, ...lines.map((line) => Buffer.byteLength(line)));
  if (bytes <= maxMessageBytes) return;
  const message = `expected a message of at most ${maxMessageBytes} bytes, got ${bytes}`;
  throw new GateError("RUN_INPUT_INVALID", `Invalid message for a run: ${message}`, { issues: [{ message }] });
}
