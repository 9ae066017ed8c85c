import * as z from "zod";
import { hashLine } from "./hash-line.js";
import { isOfConsumption } from "./is-of-consumption.js";
import type { RecordEvent, RunStarted } from "./record-event.js";
import { recordEventSchema } from "./record-schema.js";
import { whyIncoherent } from "./why-incoherent.js";

/** The place in a record up to which somebody vouches for it: so many lines, of which the last has this hash. */
export interface RecordHead {
  readonly lines: number;
  /** The SHA-256 of the last of them, in hexadecimal. */
  readonly head: string;
}

/** What a record holds, or the first line of it that cannot be trusted. */
export type Inspection =
  | { readonly ok: true; readonly events: readonly RecordEvent[]; readonly head: string }
  | { readonly ok: false; readonly line: number; readonly reason: string; readonly cause?: unknown };

type Flaw = Extract<Inspection, { readonly ok: false }>;

/** Reads a record line by line, until one cannot be trusted. `head` is that of the whole record, or of some of its lines. */
export function inspectRecord(record: readonly string[], head?: string | RecordHead): Inspection {
  // Whoever reads a file may hand in anything.
  if (!Array.isArray(record)) return flaw(0, "expected a list of lines");
  const events: RecordEvent[] = [];
  for (const [index, line] of record.entries()) {
    const parsed = parseLine(line, index + 1);
    if (!parsed.ok) return parsed;
    events.push(parsed.event);
  }
  const first = events[0];
  if (first?.type !== "run:started") return flaw(1, "a record begins with run:started");
  let last = hashLine(first.runId);
  for (const [index, event] of events.entries()) {
    const seq = index + 1;
    if (event.seq !== seq)
      return flaw(seq, `expected number ${seq}, got ${event.seq}: a line was removed, added or moved`);
    if (event.prev !== last) return flaw(seq, "the chain is broken here: this line or the one before was changed");
    const incoherence = whyIncoherent(events, index, first.tree);
    if (incoherence !== undefined) return flaw(seq, incoherence);
    const override = whyNotBypassed(events, index, first);
    if (override !== undefined) return flaw(seq, override);
    last = hashLine(record[index] ?? "");
  }
  return whyNotVouchedFor(record, events, head) ?? { ok: true, events, head: last };
}

function whyNotBypassed(events: readonly RecordEvent[], index: number, first: RunStarted): string | undefined {
  if (events[index]?.type !== "run:bypassed") return undefined;
  if (!first.allowBypass) return "the run did not allow that its gates are bypassed";
  const isFirst = events.findIndex(({ type }) => type === "run:bypassed") === index;
  return isFirst ? undefined : "a run is bypassed once";
}

function whyNotVouchedFor(
  record: readonly string[],
  events: readonly RecordEvent[],
  head: string | RecordHead | undefined,
): Flaw | undefined {
  if (head === undefined) return undefined;
  // A verdict vouches for the record up to itself; what became of it since is part of the chain as well.
  const since = events.slice(events.findLastIndex((event) => !isOfConsumption(event)) + 1);
  if (since.some(({ prev }) => prev === head)) return undefined;
  const at = typeof head === "string" ? { lines: record.length, head } : head;
  if (at.lines > record.length)
    return flaw(record.length, `${at.lines} lines were vouched for, and there are ${record.length}`);
  if (hashLine(record[at.lines - 1] ?? "") === at.head) return undefined;
  return flaw(at.lines, "the last line is not the one that was vouched for: lines are missing, or it was changed");
}

// A line that is nested too deep is at least so long. Characters.
const shortest = 4_000;

function parseLine(line: unknown, seq: number): { readonly ok: true; readonly event: RecordEvent } | Flaw {
  if (typeof line !== "string") return flaw(seq, "expected a text");
  try {
    const json: unknown = JSON.parse(line);
    // A parser reads what is nested deeper than any run could have written, and whoever reads it then runs out of stack.
    if (line.length > shortest) JSON.stringify(json);
    const result = recordEventSchema.safeParse(json);
    if (result.success) return { ok: true, event: json as RecordEvent };
    return flaw(seq, z.prettifyError(result.error), result.error);
  } catch (error) {
    return flaw(seq, error instanceof SyntaxError ? "expected JSON" : "it is nested too deep", error);
  }
}

function flaw(line: number, reason: string, cause?: unknown): Flaw {
  return { ok: false, line, reason, ...(cause === undefined ? {} : { cause }) };
}
