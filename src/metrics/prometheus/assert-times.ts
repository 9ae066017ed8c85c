import type { PrometheusData } from "./prometheus-answer.js";
import { sourceFault } from "../source-fault.js";

/** How far an answer's time may be from the one asked for: servers round, and some leave out the newest samples. Milliseconds. */
const toleranceMs = 300_000;

/** The time asked for, from the first instant to the last, in milliseconds since the epoch. */
interface AskedTime {
  readonly from: number;
  readonly to: number;
}

/**
 * Throws a `GateError` with code `SOURCE_FAILED` where an answer is of another time than the one asked for.
 *
 * A cache between, or a recording of an answer, says what was true once; nobody promotes on that.
 */
export function assertTimes(source: string, data: PrometheusData, { from, to }: AskedTime): void {
  const strange = timesOf(data).find((time) => time < from - toleranceMs || time > to + toleranceMs);
  if (strange === undefined) return;
  const asked = from === to ? textOf(to) : `${textOf(from)} to ${textOf(to)}`;
  throw sourceFault(source, `was asked for ${asked}, and answers for ${textOf(strange)}; is there a cache between?`, {
    isRetryable: true,
  });
}

function timesOf(data: PrometheusData): readonly number[] {
  if (data.resultType === "streams") return [];
  if (data.resultType === "scalar" || data.resultType === "string") return [data.result[0] * 1_000];
  if (data.resultType === "vector") return data.result.flatMap(({ value }) => (value ? value[0] * 1_000 : []));
  return data.result.flatMap(({ values }) => values.map(([time]) => time * 1_000));
}

function textOf(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString();
}
