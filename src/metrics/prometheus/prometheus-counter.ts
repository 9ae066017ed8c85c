import * as z from "zod";
import type { Duration } from "../../gate/duration.js";
import { positiveDurationSchema } from "../../gate/gate-config.js";
import type { MetricReading, MetricSource } from "../../gates/metric-threshold/metric-source.js";
import { absentFields, shownAbsent, type AbsentOptions } from "../absent.js";
import { explained } from "../answer-fault.js";
import { increasesBetween } from "../counters/counter-totals.js";
import { credentialIssue, httpTarget, httpTargetFields, type HttpTargetOptions } from "../http-target.js";
import { parseSourceOptions } from "../source-options.js";
import { prometheusApi } from "./query-api.js";
import { maxAnswerBytes, queryPrometheus } from "./query-prometheus.js";
import { newestMark, readCounters } from "./read-counters.js";

/** Which counters of a Prometheus server are read. */
export interface PrometheusCounterOptions extends HttpTargetOptions, AbsentOptions {
  /** The server's URL, without `/api/v1`; a path before it is kept. */
  readonly url: string;
  /** A selector of counters, be they many series: `http_requests_total{app="orders",version="2"}`. No expression. */
  readonly counter: string;
  /**
   * How old the newest sample may be: no data where all are older. At most 5 minutes, for which Prometheus shows a sample.
   *
   * @default "5m"
   */
  readonly maxAge?: Duration;
  /** For how long a series that is not scraped is remembered: one that comes back goes on where it was. @default "1h" */
  readonly memory?: Duration;
}

const shownMs = 300_000;

const schema = z
  .strictObject({
    ...httpTargetFields,
    ...absentFields,
    counter: z
      .string()
      .trim()
      .regex(/^(?:[a-zA-Z_:][\w:]*(?:\s*\{[^]*\})?|\{[^]*\})$/, {
        error: 'expected a selector, such as http_requests_total{app="orders"}',
      }),
    maxAge: positiveDurationSchema
      .refine((ms) => ms <= shownMs, { error: "expected at most 5 minutes: Prometheus shows no older samples" })
      .default(shownMs),
    memory: positiveDurationSchema
      .refine((ms) => ms >= shownMs, { error: "expected at least 5 minutes: for so long Prometheus shows a sample" })
      .default(3_600_000),
  })
  .superRefine((options, context) => {
    const issue = credentialIssue(options);
    if (issue !== undefined) context.addIssue(issue);
  });

/**
 * Makes a source that reads counters of a Prometheus server as they stand, series by series, and adds up how much each grew.
 *
 * Exact, where `increase()` is an estimate: that stretches what it saw to the edges of the window, and makes 1.07 errors of
 * one. A counter that went down began again at 0. Throws a `GateError` with code `GATE_CONFIG_INVALID` for wrong options.
 *
 * @example
 * ```ts
 * import { metricThreshold } from "release-gates";
 * import { prometheusCounter } from "release-gates/metrics";
 *
 * export const refunds = metricThreshold("refunds", {
 *   source: prometheusCounter({
 *     url: "https://prometheus.internal",
 *     counter: 'refunds_total{app="orders",version="2"}',
 *   }),
 *   below: 5,
 *   every: "1m",
 *   for: "15m",
 * });
 * ```
 */
export function prometheusCounter(options: PrometheusCounterOptions): MetricSource {
  const {
    absent,
    counter,
    maxAge: maxAgeMs,
    memory: memoryMs,
    ...rest
  } = parseSourceOptions("prometheusCounter", schema, options);
  const target = httpTarget(rest, maxAnswerBytes);
  const name = `prometheus ${target.url.host}${target.url.pathname === "/" ? "" : target.url.pathname}`;
  // `timestamp` knows when a sample was taken only where it is given a selector; every other value is as old as the question.
  const query = `last_over_time(${counter}[${memoryMs}ms]) or label_replace(max(timestamp(${counter})), "${newestMark}", "1", "", "")`;
  return {
    name,
    description: {
      type: "prometheus-counter",
      url: target.publicUrl,
      counter,
      maxAgeMs,
      memoryMs,
      ...shownAbsent(absent),
    },
    reportsTraffic: false,
    looksBack: true,
    isOverWindow: true,
    async read({ at, signal }) {
      const { data, warnings } = await queryPrometheus(prometheusApi, name, target, { query, at, signal });
      const reading = explained(name, () => readCounters(data, { at, counter, maxAgeMs, absent }));
      return warnings.length === 0 ? reading : { ...reading, warnings };
    },
    between: (earlier, later) =>
      explained(name, (): MetricReading => {
        const increases = increasesBetween(earlier, later, { isRemembered: true });
        return { ...increases.notes, kind: "value", value: increases.of("count") };
      }),
  };
}
