import { formatMs } from "../../gate/duration.js";
import type { MetricReading } from "../../gates/metric-threshold/metric-source.js";
import { AnswerFault } from "../answer-fault.js";
import { readTotals, type CounterSample } from "../counters/counter-totals.js";
import { parseSampleNumber } from "../sample-number.js";
import type { PrometheusData } from "./prometheus-answer.js";

/** The label of the one series that holds when the newest sample was taken. */
export const newestMark = "release_gates_newest";

/** What was asked. */
export interface CounterQuestion {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly counter: string;
  readonly maxAgeMs: number;
  readonly absent: "no-data" | "zero";
}

/**
 * Reads counters as totals.
 *
 * No data where the newest sample is too old: counters that nobody scrapes do not grow, and that must not look like peace.
 */
export function readCounters(data: PrometheusData, { at, counter, maxAgeMs, absent }: CounterQuestion): MetricReading {
  if (data.resultType !== "vector") throw new AnswerFault("was asked for counters, and gives no series");
  const samples = data.result.map(sampleOf);
  const newest = samples.find(({ labels }) => labels.has(newestMark));
  const counters = samples.filter((sample) => sample !== newest);
  if (counters.length === 0 && absent === "no-data") return { kind: "no-data", detail: `${counter} has no series` };
  if (counters.length > 0 && (newest === undefined || at - newest.value * 1_000 > maxAgeMs)) {
    return { kind: "no-data", detail: `the newest sample of ${counter} is older than ${formatMs(maxAgeMs)}` };
  }
  return readTotals({ at, groups: new Map([["count", counters]]) });
}

type Series = Extract<PrometheusData, { readonly resultType: "vector" }>["result"][number];

function sampleOf({ metric, value }: Series): CounterSample {
  const { __name__: name = "", ...labels } = metric;
  if (!value) throw new AnswerFault("gives a native histogram, and no counter");
  const number = parseSampleNumber(value[1]);
  if (number === undefined) throw new AnswerFault("answers with a value that is no number");
  // The name is part of the key: a selector may choose counters by their labels alone.
  return { name, labels: new Map(Object.entries(name === "" ? labels : metric)), value: number };
}
