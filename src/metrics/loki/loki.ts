import type { MetricSource } from "../../gates/metric-threshold/metric-source.js";
import { lokiApi } from "../prometheus/query-api.js";
import { queryOptions, type QueryOptions } from "../prometheus/query-options.js";
import { querySource } from "../prometheus/query-source.js";
import { parseSourceOptions } from "../source-options.js";

/** What is asked of Grafana Loki. A tenant is named by the header `X-Scope-OrgID`. */
export interface LokiOptions extends QueryOptions {
  /** The server's URL, without `/loki/api/v1`; a path before it is kept. */
  readonly url: string;
  /**
   * LogQL that counts, and gives one value: `sum(count_over_time({app="orders"} |= "error" [$window]))`.
   *
   * `$window` becomes the length of the window that the gate asks for, such as `60s`; `$window_s` its seconds as a number.
   */
  readonly query: string;
}

const schema = queryOptions(lokiApi);

/**
 * Makes a source that counts lines in Grafana Loki, over [from, to) to the nanosecond.
 *
 * Where no line matches, Loki answers without a series: that is no data, unless `absent` says that it is zero. Several series
 * are an error that says how they differ. Throws a `GateError` with code `GATE_CONFIG_INVALID` for options that it cannot use.
 *
 * @example
 * ```ts
 * import { metricThreshold } from "release-gates";
 * import { loki } from "release-gates/metrics";
 *
 * export const errors = metricThreshold("errors in the log", {
 *   source: loki({
 *     url: "https://loki.internal",
 *     headers: { "X-Scope-OrgID": "shop" },
 *     query: 'sum(count_over_time({app="orders", version="2"} | json | level="error" [$window]))',
 *     traffic: 'sum(count_over_time({app="orders", version="2"}[$window]))',
 *     window: "1m",
 *     absent: "zero",
 *   }),
 *   below: 10,
 *   every: "1m",
 *   for: "10m",
 *   minTraffic: 100,
 * });
 * ```
 */
export function loki(options: LokiOptions): MetricSource {
  return querySource(lokiApi, parseSourceOptions("loki", schema, options));
}
