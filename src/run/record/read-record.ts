import { GateError } from "../../gate/gate-error.js";
import { inspectRecord } from "./inspect-record.js";
import type { RecordEvent } from "./record-event.js";

/**
 * Reads a record, and proves that no line was changed, removed, added or moved.
 *
 * Lines missing at the end are seen only against the `head` of the verdict, or one kept elsewhere. Throws a `GateError` with
 * code `RECORD_INVALID` that says at which line.
 */
export function readRecord(
  record: readonly string[],
  options: { readonly head?: string } = {},
): readonly RecordEvent[] {
  const inspection = inspectRecord(record, options.head);
  if (inspection.ok) return inspection.events;
  const { line: seq, reason, cause } = inspection;
  const message = `Line ${seq} of the record cannot be trusted: ${reason}.`;
  throw new GateError("RECORD_INVALID", message, { seq }, { cause });
}
