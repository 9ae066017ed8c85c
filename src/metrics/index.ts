export type { AbsentOptions } from "./absent.js";
export type { WindowOptions } from "./asked-window.js";
export { cloudWatch, type CloudWatchOptions } from "./cloud-watch/cloud-watch.js";
export type {
  CloudWatchAnswer,
  CloudWatchClient,
  CloudWatchInput,
  CloudWatchMessage,
  CloudWatchQuery,
  CloudWatchResult,
} from "./cloud-watch/cloud-watch-client.js";
export { datadog, type DatadogOptions } from "./datadog/datadog.js";
export { current, type CurrentOptions } from "./exposition/current.js";
export { increase, rate, ratio } from "./exposition/counter-values.js";
export { exposition, type ExpositionOptions } from "./exposition/exposition.js";
export type { ExpositionValue } from "./exposition/exposition-value.js";
export { quantile, slowerThan } from "./exposition/histogram-values.js";
export { counter, gauge, histogram, type LabelMatchers, type SeriesSelector } from "./exposition/series-selector.js";
export { fromFunction, type FunctionOptions, type ReadMetric } from "./from-function.js";
export { graphite, type GraphiteOptions } from "./graphite/graphite.js";
export { httpJson, type AskedTime, type HttpJsonOptions, type JsonQuestion } from "./http-json/http-json.js";
export { influx, type InfluxOptions } from "./influx/influx.js";
export type { HttpTargetOptions } from "./http-target.js";
export { loki, type LokiOptions } from "./loki/loki.js";
export { newRelic, type NewRelicOptions } from "./new-relic/new-relic.js";
export { prometheusCounter, type PrometheusCounterOptions } from "./prometheus/prometheus-counter.js";
export { prometheus, type PrometheusOptions } from "./prometheus/prometheus.js";
export type { PrometheusRange, QueryOptions } from "./prometheus/query-options.js";
export type { Measured } from "./reading-of.js";
export type { Reduction } from "./reduce-points.js";
export type {
  MeasuredWindow,
  MetricReading,
  MetricRequest,
  MetricSource,
  NanReading,
  NoDataReading,
  ReadingNotes,
  SamplesReading,
  TotalsReading,
  ValueReading,
} from "../gates/metric-threshold/metric-source.js";
