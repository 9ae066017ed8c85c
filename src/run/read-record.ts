import * as z from "zod";
import { GateError } from "../gate/gate-error.js";
import type { RecordEvent } from "./record-event.js";
import { recordEventSchema } from "./record-schema.js";
import { hashLine } from "./recorder.js";

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
  const events = record.map((line, index) => parseLine(line, index + 1));
  const first = events[0];
  if (first?.type !== "run:started") throw invalid(1, "a record begins with run:started");
  let head = hashLine(first.runId);
  for (const [index, event] of events.entries()) {
    const seq = index + 1;
    if (event.seq !== seq)
      throw invalid(seq, `expected number ${seq}, got ${event.seq}: a line was removed, added or moved`);
    if (event.prev !== head) throw invalid(seq, "the chain is broken here: this line or the one before was changed");
    head = hashLine(record[index] ?? "");
  }
  if (options.head !== undefined && options.head !== head) {
    throw invalid(
      events.length,
      "the last line is not the one that was vouched for: lines are missing, or it was changed",
    );
  }
  return events;
}

function parseLine(line: string, seq: number): RecordEvent {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    throw invalid(seq, "expected JSON", error);
  }
  const result = recordEventSchema.safeParse(json);
  if (!result.success) throw invalid(seq, z.prettifyError(result.error), result.error);
  return json as RecordEvent;
}

function invalid(seq: number, why: string, cause?: unknown): GateError<"RECORD_INVALID"> {
  return new GateError("RECORD_INVALID", `Line ${seq} of the record cannot be trusted: ${why}.`, { seq }, { cause });
}
