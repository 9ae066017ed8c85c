import type { SourceAnswer } from "./ask-source.js";
import type { Bound } from "./bound.js";
import { formatValue } from "./format-value.js";
import type { MetricReading } from "./metric-source.js";
import type { JudgedSample } from "./metric-threshold-evidence.js";

/** What a sample is judged by. */
export interface SampleRule {
  readonly bound: Bound;
  readonly unit?: string;
  readonly minTraffic?: number;
}

/** Says what a sample came to. */
export function judgeSample(rule: SampleRule, at: number, answer: SourceAnswer): JudgedSample {
  const time = { at: new Date(at).toISOString() };
  if ("error" in answer) return { ...time, class: "error", value: null, detail: answer.error.message };
  const { reading } = answer;
  const value = { value: reading.kind === "value" ? writeValue(reading.value) : null };
  const traffic = reading.traffic === undefined ? {} : { traffic: reading.traffic };
  return { ...time, ...value, ...traffic, ...classify(rule, reading) };
}

function classify(
  { bound, unit, minTraffic }: SampleRule,
  reading: MetricReading,
): Pick<JudgedSample, "class" | "detail"> {
  const { traffic } = reading;
  // Before anything else: with hardly any traffic, no value and 0 / 0 are what is to be expected.
  if (minTraffic !== undefined && traffic !== undefined && traffic < minTraffic) {
    return { class: "low-traffic", detail: `traffic of ${formatValue(traffic, undefined)}, ${minTraffic} needed` };
  }
  if (reading.kind === "totals") return { class: "error", detail: "the source compared totals, and got totals" };
  if (reading.kind === "samples") return { class: "error", detail: "the source gives samples, and no value" };
  if (reading.kind !== "value") return { class: reading.kind, detail: reading.detail };
  if (minTraffic !== undefined && traffic === undefined) {
    return { class: "low-traffic", detail: `the source does not say how much traffic; ${minTraffic} needed` };
  }
  if (!bound.isInside(reading.value)) return { class: "bad" };
  if (Number.isFinite(reading.value)) return { class: "good" };
  // What was divided by zero says nothing good.
  return { class: "nan", detail: `${formatValue(reading.value, unit)} is no measurement` };
}

function writeValue(value: number): JudgedSample["value"] {
  if (Number.isFinite(value)) return value;
  return value > 0 ? "+Inf" : "-Inf";
}

/** The value of a sample as a number; null where there was none. */
export function valueOf({ value }: JudgedSample): number | null {
  if (value === "+Inf") return Number.POSITIVE_INFINITY;
  return value === "-Inf" ? Number.NEGATIVE_INFINITY : value;
}
