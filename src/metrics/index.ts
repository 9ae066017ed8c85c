export { fromFunction, type ReadMetric } from "./from-function.js";
export type {
  MetricReading,
  MetricRequest,
  MetricSource,
  NanReading,
  NoDataReading,
  ReadingNotes,
  TotalsReading,
  ValueReading,
} from "../gates/metric-threshold/metric-source.js";
