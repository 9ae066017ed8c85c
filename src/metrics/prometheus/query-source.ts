import type { MeasuredWindow, MetricReading, MetricSource } from "../../gates/metric-threshold/metric-source.js";
import { readAbsent, shownAbsent } from "../absent.js";
import { askedWindow, demandWindow, ownWindow } from "../asked-window.js";
import { httpTarget } from "../http-target.js";
import { fillWindow, hasWindow } from "./fill-window.js";
import type { QueryApi } from "./query-api.js";
import type { ParsedQueryOptions } from "./query-options.js";
import { maxAnswerBytes, queryPrometheus, type PrometheusResult } from "./query-prometheus.js";
import { readPrometheusData } from "./read-prometheus-data.js";

/** Makes a source that asks a server with the query API of Prometheus for one value, at the time for which the sample is. */
export function querySource(api: QueryApi, options: ParsedQueryOptions): MetricSource {
  const { query, traffic, range, window: windowMs, absent } = options;
  const target = httpTarget(options, maxAnswerBytes);
  const path = target.url.pathname === "/" ? "" : target.url.pathname;
  const name = `${api.type} ${target.url.host}${path}`;
  const isOverWindow = range !== undefined || hasWindow(query);
  const find = isOverWindow || hasWindow(traffic) ? demandWindow : askedWindow;
  return {
    name,
    description: {
      type: api.type,
      url: target.publicUrl,
      query,
      ...(traffic === undefined ? {} : { traffic }),
      ...(range === undefined ? {} : { range }),
      ...ownWindow(windowMs),
      ...shownAbsent(absent),
    },
    reportsTraffic: traffic !== undefined,
    looksBack: true,
    isOverWindow,
    ...ownWindow(range?.windowMs ?? windowMs),
    async read(request) {
      const { at, signal } = request;
      const window = find(name, request, range?.windowMs ?? windowMs);
      const fill = (text: string) => (window ? fillWindow(text, window) : text);
      const asked = { query: fill(query), at, signal, ...(range && window ? { range: { ...range, window } } : {}) };
      const value = await queryPrometheus(api, name, target, asked);
      const read = readPrometheusData({ api, source: name, query: "query", reduction: range?.reduce }, value.data);
      const reading = withNotes(readAbsent(read, absent), value, isOverWindow ? window : undefined);
      if (traffic === undefined) return reading;
      const count = await queryPrometheus(api, name, target, { query: fill(traffic), at, signal });
      return withTraffic(reading, readPrometheusData({ api, source: name, query: "traffic query" }, count.data), count);
    },
  };
}

/** A reading, with what the server wants a person to know. */
export function withNotes(
  reading: MetricReading,
  { warnings }: Pick<PrometheusResult, "warnings">,
  window?: MeasuredWindow,
): MetricReading {
  const all = [...(reading.warnings ?? []), ...warnings];
  return { ...reading, ...(all.length === 0 ? {} : { warnings: all }), ...(window ? { window } : {}) };
}

/** A reading, with what the traffic query came to. */
export function withTraffic(reading: MetricReading, traffic: MetricReading, result: PrometheusResult): MetricReading {
  const noted = withNotes(reading, result);
  if (traffic.kind === "no-data") {
    return withNotes({ ...noted, traffic: 0 }, { warnings: ["the traffic query has no series"] });
  }
  // A count that is no number says nothing; where traffic matters, that is too little.
  const isCount = traffic.kind === "value" && Number.isFinite(traffic.value) && traffic.value >= 0;
  if (isCount) return { ...noted, traffic: traffic.value };
  return withNotes(noted, { warnings: ["the traffic query gives no number from 0"] });
}
