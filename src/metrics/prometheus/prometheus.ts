import type { MetricSource } from "../../gates/metric-threshold/metric-source.js";
import { parseSourceOptions } from "../source-options.js";
import { prometheusApi } from "./query-api.js";
import { queryOptions, type QueryOptions } from "./query-options.js";
import { querySource } from "./query-source.js";

/** What is asked of a Prometheus server, or of anything that speaks its HTTP API. */
export interface PrometheusOptions extends QueryOptions {
  /** The server's URL, without `/api/v1`; a path before it is kept: `https://prom.example/team-a`. */
  readonly url: string;
  /**
   * PromQL that gives one value: a scalar, or a vector of one series.
   *
   * `$window` becomes the length of the window that the gate asks for, such as `60s`; `$window_s` its seconds as a number.
   */
  readonly query: string;
}

const schema = queryOptions(prometheusApi);

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
  return querySource(prometheusApi, parseSourceOptions("prometheus", schema, options));
}
