import { formatMs } from "../../gate/duration.js";
import { askBetween, type SourceAnswer } from "../metric-threshold/ask-source.js";
import type { DueAnswer } from "../metric-threshold/ask-when-due.js";
import type { MeasuredWindow, MetricReading, MetricSource } from "../metric-threshold/metric-source.js";
import { dropped, open, type WindowFault } from "./window-faults.js";

/** What a source said of a window, with what it said when the window began, where it keeps counting. */
export interface WindowAnswer {
  readonly source: MetricSource;
  readonly before: DueAnswer | undefined;
  readonly after: DueAnswer;
}

/** A number, or single measurements. */
export type WindowValue = { readonly value: number } | { readonly samples: readonly number[] };

/** Reads what a source says of a window; or why it says nothing that could be compared. */
export function readValue({ source, before, after }: WindowAnswer, asked: MeasuredWindow): WindowValue | WindowFault {
  const { name } = source;
  const found = faultOf(after, name);
  if (found) return found;
  const later = readingOf(after);
  if (later?.kind !== "totals") return valueOf(later, asked, name);
  const earlier = before && readingOf(before);
  if (earlier?.kind !== "totals") {
    const why = before && faultOf(before, name);
    return why ?? open("no-data", `${name} had no counters when the window began`);
  }
  const grown = askBetween(source, earlier.totals, later.totals);
  const reading = readingOf(grown);
  if (reading && (reading.resets ?? 0) > 0) {
    return dropped("reset", `${reading.resets} of the counters of ${name} began again or went away`);
  }
  return faultOf(grown, name) ?? valueOf(reading, undefined, name);
}

function readingOf(answer: SourceAnswer): MetricReading | undefined {
  return "reading" in answer ? answer.reading : undefined;
}

function faultOf(answer: DueAnswer, name: string): WindowFault | undefined {
  if ("error" in answer) return open(answer.isMissed === true ? "missed" : "error", answer.error.message);
  const { reading } = answer;
  if (reading.kind === "no-data" || reading.kind === "nan") return open(reading.kind, `${name}: ${reading.detail}`);
  return undefined;
}

function valueOf(
  reading: MetricReading | undefined,
  asked: MeasuredWindow | undefined,
  name: string,
): WindowValue | WindowFault {
  const misplaced = asked && reading?.window && misplacedWindow(reading.window, asked, name);
  if (misplaced) return misplaced;
  if (reading?.kind === "samples") return { samples: reading.values };
  if (reading?.kind !== "value") return open("error", `${name} compares totals, and gives totals`);
  if (Number.isFinite(reading.value)) return { value: reading.value };
  return open("nan", `${name}: ${reading.value > 0 ? "+Inf" : "-Inf"} is no measurement`);
}

/** What was counted before must not be counted again, and what was not counted at all must not pass for peace. */
function misplacedWindow(seen: MeasuredWindow, asked: MeasuredWindow, name: string): WindowFault | undefined {
  if (seen.from < asked.from) {
    return dropped("overlap", `${name} counts from ${formatMs(asked.from - seen.from)} before the window began`);
  }
  if (seen.to > asked.to) {
    return dropped("overlap", `${name} counts until ${formatMs(seen.to - asked.to)} after the window ended`);
  }
  const missingMs = seen.from - asked.from + (asked.to - seen.to);
  return missingMs > 0 ? open("stale", `${name} does not count ${formatMs(missingMs)} of the window`) : undefined;
}
