import type { MeasuredWindow, MetricReading } from "../../gates/metric-threshold/metric-source.js";
import { AnswerFault } from "../answer-fault.js";
import { explainSeries } from "../explain-series.js";
import type { Reduction } from "../reduce-points.js";
import { readTimePoints } from "../time-points.js";
import type { CloudWatchAnswer, CloudWatchMessage, CloudWatchResult } from "./cloud-watch-client.js";

/** Reads one value out of metric data. Throws an {@link AnswerFault} where there is no one value, or a part of it. */
export function readMetricData(
  { MetricDataResults: results = [], Messages: messages = [], NextToken: next }: CloudWatchAnswer,
  window: MeasuredWindow,
  reduce: Reduction,
): MetricReading {
  if (next !== undefined) throw new AnswerFault("answers with more points than fit; choose a longer period");
  const [only] = results;
  if (results.length > 1) {
    const labels = results.map(({ Id = "", Label = "" }) => ({ id: Id, label: Label }));
    throw new AnswerFault(explainSeries(labels, "SUM(…)"));
  }
  const warnings = [...messages, ...(only?.Messages ?? [])].map(messageText);
  const reading: MetricReading = only
    ? readTimePoints(pointsOf(only, warnings), window, reduce)
    : { kind: "no-data", detail: "the query has no series", window };
  return warnings.length === 0 ? reading : { ...reading, warnings };
}

const passing: ReadonlySet<string> = new Set(["PartialData", "InternalError"]);

function pointsOf(
  { StatusCode: status, Timestamps: times = [], Values: values = [] }: CloudWatchResult,
  warnings: readonly string[],
): readonly (readonly [number, number | null])[] {
  if (status !== "Complete") {
    // A part of a count is less than the count, and looks better than it is.
    const why = warnings.length === 0 ? "" : `: ${warnings.join("; ")}`;
    throw new AnswerFault(`answers with the status ${status ?? "none"}${why}`, passing.has(status ?? ""));
  }
  if (times.length !== values.length) throw new AnswerFault("answers with times and values that do not fit together");
  return times.map((time, index) => [time.getTime(), values[index] ?? null]);
}

function messageText({ Code: code = "", Value: value = "" }: CloudWatchMessage): string {
  return [code, value].filter((text) => text !== "").join(": ");
}
