import * as z from "zod";
import { GateError } from "../gate/gate-error.js";
import type { RecordEvent } from "./record-event.js";
import { recordEventSchema } from "./record-schema.js";
import { whyIncoherent } from "./why-incoherent.js";
import { hashLine } from "./hash-line.js";

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
  // Whoever reads a file may hand in anything.
  if (!Array.isArray(record)) throw invalid(0, "expected a list of lines");
  const events = record.map((line: unknown, index) => parseLine(line, index + 1));
  const first = events[0];
  if (first?.type !== "run:started") throw invalid(1, "a record begins with run:started");
  let head = hashLine(first.runId);
  let isBypassed = false;
  for (const [index, event] of events.entries()) {
    const seq = index + 1;
    if (event.seq !== seq)
      throw invalid(seq, `expected number ${seq}, got ${event.seq}: a line was removed, added or moved`);
    if (event.prev !== head) throw invalid(seq, "the chain is broken here: this line or the one before was changed");
    const incoherence = whyIncoherent(event, index, events[index + 1], first.tree);
    if (incoherence !== undefined) throw invalid(seq, incoherence);
    if (event.type === "run:bypassed") {
      if (!first.allowBypass) throw invalid(seq, "the run did not allow that its gates are bypassed");
      if (isBypassed) throw invalid(seq, "a run is bypassed once");
      isBypassed = true;
    }
    head = hashLine(record[index] ?? "");
  }
  // A verdict vouches for the record up to itself; that it was consumed since is part of the chain as well.
  const last = events.at(-1);
  const isVouchedFor = options.head === head || (last?.type === "run:consumed" && options.head === last.prev);
  if (options.head !== undefined && !isVouchedFor) {
    throw invalid(
      events.length,
      "the last line is not the one that was vouched for: lines are missing, or it was changed",
    );
  }
  return events;
}

function parseLine(line: unknown, seq: number): RecordEvent {
  if (typeof line !== "string") throw invalid(seq, "expected a text");
  let json: unknown;
  let result: z.ZodSafeParseResult<RecordEvent>;
  try {
    json = JSON.parse(line);
    result = recordEventSchema.safeParse(json);
  } catch (error) {
    throw invalid(seq, error instanceof SyntaxError ? "expected JSON" : "it is nested too deep", error);
  }
  if (!result.success) throw invalid(seq, z.prettifyError(result.error), result.error);
  return json as RecordEvent;
}

function invalid(seq: number, why: string, cause?: unknown): GateError<"RECORD_INVALID"> {
  return new GateError("RECORD_INVALID", `Line ${seq} of the record cannot be trusted: ${why}.`, { seq }, { cause });
}
