import type { MetricReading, MetricSource } from "../../gates/metric-threshold/metric-source.js";
import { httpTarget } from "../http-target.js";
import { parseSourceOptions } from "../source-options.js";
import { prometheusOptions, type PrometheusOptions } from "./prometheus-options.js";
import { queryPrometheus, type PrometheusResult } from "./query-prometheus.js";
import { readPrometheusData } from "./read-prometheus-data.js";

const maxBytes = 4_194_304;

/**
 * Makes a source that asks a Prometheus server, at the time for which the sample is.
 *
 * No series is no data, NaN is NaN, several series are an error that says how they differ. Warnings and infos of the server
 * are passed on. Throws a `GateError` with code `GATE_CONFIG_INVALID` for options that it cannot use.
 *
 * @example
 * ```ts
 * import { prometheus } from "release-gates/metrics";
 *
 * export const latency = prometheus({
 *   url: "https://prometheus.internal/team-a",
 *   bearer: () => process.env["PROMETHEUS_TOKEN"] ?? "",
 *   query: 'histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{app="orders"}[1m])))',
 *   traffic: 'sum(increase(http_request_duration_seconds_count{app="orders"}[1m]))',
 * });
 * ```
 */
export function prometheus(options: PrometheusOptions): MetricSource {
  const parsed = parseSourceOptions("prometheus", prometheusOptions, options);
  const { query, traffic, range } = parsed;
  const target = httpTarget(parsed, maxBytes);
  const path = target.url.pathname === "/" ? "" : target.url.pathname;
  const name = `prometheus ${target.url.host}${path}`;
  return {
    name,
    description: {
      type: "prometheus",
      url: target.publicUrl,
      query,
      ...(traffic === undefined ? {} : { traffic }),
      ...(range === undefined ? {} : { range }),
    },
    reportsTraffic: traffic !== undefined,
    async read({ at, signal }) {
      const value = await queryPrometheus(name, target, { query, range, at, signal });
      const reading = readPrometheusData({ source: name, query: "query", reduction: range?.reduce }, value.data);
      if (traffic === undefined) return withNotes(reading, value);
      const count = await queryPrometheus(name, target, { query: traffic, at, signal });
      const counted = readPrometheusData({ source: name, query: "traffic query" }, count.data);
      return withTraffic(withNotes(reading, value), counted, count);
    },
  };
}

/** A reading, with what the server wants a person to know. */
export function withNotes(reading: MetricReading, { warnings }: PrometheusResult): MetricReading {
  const all = [...(reading.warnings ?? []), ...warnings];
  return all.length === 0 ? reading : { ...reading, warnings: all };
}

/** A reading, with what the traffic query came to. */
export function withTraffic(reading: MetricReading, traffic: MetricReading, result: PrometheusResult): MetricReading {
  const noted = withNotes(reading, result);
  if (traffic.kind === "no-data") {
    return withNotes({ ...noted, traffic: 0 }, { ...result, warnings: ["the traffic query has no series"] });
  }
  // A count that is no number says nothing; where traffic matters, that is too little.
  const isCount = traffic.kind === "value" && Number.isFinite(traffic.value) && traffic.value >= 0;
  if (isCount) return { ...noted, traffic: traffic.value };
  return withNotes(noted, { ...result, warnings: ["the traffic query gives no number from 0"] });
}
