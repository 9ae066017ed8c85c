import type { MetricReading } from "../../gates/metric-threshold/metric-source.js";
import { parseSampleNumber } from "../sample-number.js";
import { sourceFault } from "../source-fault.js";
import { explainSeries } from "../explain-series.js";
import { readPoints, type Reduction } from "../reduce-points.js";
import type { PrometheusData } from "./prometheus-answer.js";
import type { QueryApi } from "./query-api.js";

/** Which query was asked, and what its points become. */
export interface DataReader {
  readonly api: QueryApi;
  readonly source: string;
  readonly query: "query" | "traffic query";
  readonly reduction?: Reduction | undefined;
}

/** Reads one value out of what a query came to. Throws a `GateError` with code `SOURCE_FAILED` where there is no one value. */
export function readPrometheusData(reader: DataReader, data: PrometheusData): MetricReading {
  const { query } = reader;
  if (data.resultType === "string") throw refuse(reader, "gives a text");
  if (data.resultType === "streams") {
    throw refuse(reader, "gives lines; count them, for example with sum(count_over_time({…}[$window]))");
  }
  if (data.resultType === "scalar") return readNumber(numberOf(reader, data.result[1]), `the ${query} gives NaN`);
  if (data.resultType === "matrix" && reader.reduction === undefined) {
    throw refuse(reader, "gives a range of points; use `range`, or a function such as avg_over_time(…)");
  }
  if (data.result.length > 1)
    throw refuse(
      reader,
      explainSeries(
        data.result.map(({ metric }) => metric),
        "sum(…)",
      ),
    );
  if (data.resultType === "matrix") return readRange(reader, data);
  const [series] = data.result;
  if (!series) return { kind: "no-data", detail: `the ${query} has no series` };
  if (!series.value) throw refuse(reader, histogramAdvice);
  return readNumber(numberOf(reader, series.value[1]), `the ${query} gives NaN`);
}

const histogramAdvice = "gives a native histogram; use histogram_quantile(…) or histogram_avg(…)";

function readRange(
  reader: DataReader,
  { result: [series] }: Extract<PrometheusData, { readonly resultType: "matrix" }>,
): MetricReading {
  if (series?.histograms !== undefined) throw refuse(reader, histogramAdvice);
  return readPoints(
    (series?.values ?? []).map(([, text]) => numberOf(reader, text)),
    reader.reduction ?? "last",
  );
}

function refuse({ source, query }: DataReader, says: string): Error {
  return sourceFault(source, `was asked for one value, and the ${query} ${says}`, { isRetryable: false });
}

function readNumber(value: number, detail: string): MetricReading {
  return Number.isNaN(value) ? { kind: "nan", detail } : { kind: "value", value };
}

function numberOf({ source }: DataReader, text: string): number {
  const number = parseSampleNumber(text);
  if (number !== undefined) return number;
  throw sourceFault(source, "answers with a value that is no number", { isRetryable: false });
}
