import * as z from "zod";
import type { JsonObject } from "../../gate/json.js";
import type { MetricRequest, MetricSource } from "../../gates/metric-threshold/metric-source.js";
import { credentialIssue, httpTarget, httpTargetFields, type HttpTargetOptions } from "../../metrics/http-target.js";
import { readAbsent } from "../../metrics/absent.js";
import { askedWindow, demandWindow } from "../../metrics/asked-window.js";
import { withNotes, withTraffic } from "../../metrics/prometheus/query-source.js";
import { fillWindow, hasWindow } from "../../metrics/prometheus/fill-window.js";
import { prometheusApi } from "../../metrics/prometheus/query-api.js";
import { readPrometheusData } from "../../metrics/prometheus/read-prometheus-data.js";
import { parseSourceOptions } from "../../metrics/source-options.js";
import { messageOf } from "../../run/host/step-error.js";
import type { HistoricReading, History, HistoryReader, HistoryWindow, OpenHistory } from "../history.js";
import { PrometheusGrid } from "./prometheus-grid.js";

/** A Prometheus server that remembers, or anything that speaks its HTTP API, such as Thanos, Mimir or VictoriaMetrics. */
export interface PrometheusHistoryOptions extends HttpTargetOptions {
  /** The server's URL, without `/api/v1`. */
  readonly url: string;
  /** The URLs of the servers that it remembers for, as the plan's sources have them. @default its own URL */
  readonly insteadOf?: readonly string[];
}

const schema = z
  .strictObject({ ...httpTargetFields, insteadOf: z.array(httpTargetFields.url).min(1).optional() })
  .superRefine((options, context) => {
    // Also asked of options with other issues, such as a URL that is none.
    const issue = URL.canParse(options.url) ? credentialIssue(options) : undefined;
    if (issue !== undefined) context.addIssue(issue);
  });

// A day of many series; the server's own limits come first.
const maxBytes = 67_108_864;

/**
 * Makes a history of what a Prometheus server remembers, for the `prometheus` sources of a plan.
 *
 * The queries are the sources' own. Their samples are fetched by range queries, most often one a query and window, at exactly
 * the instants at which the gate asks, and judged as the live source would have. What cannot be fetched, and what lies in the
 * future, is unknown. Throws a `GateError` with code `GATE_CONFIG_INVALID` for options that it cannot use.
 *
 * @example
 * ```ts
 * import { prometheusHistory } from "release-gates/backtest";
 *
 * export const history = prometheusHistory({
 *   url: "https://thanos.internal",
 *   bearer: () => process.env["THANOS_TOKEN"] ?? "",
 *   insteadOf: ["http://prometheus.internal:9090"],
 * });
 * ```
 */
export function prometheusHistory(options: PrometheusHistoryOptions): History {
  const parsed = parseSourceOptions("prometheusHistory", schema, options);
  const target = httpTarget(parsed, maxBytes);
  const name = `history of prometheus ${target.url.host}`;
  const urls = (parsed.insteadOf ?? [parsed.url]).map(
    (url) => httpTarget({ ...parsed, url, bearer: undefined, basic: undefined }, 0).publicUrl,
  );
  // Kept: a calibration opens each window again for each candidate.
  const grids = new Map<string, PrometheusGrid>();
  const gridOf = (query: string, { from, to }: HistoryWindow): PrometheusGrid => {
    const key = JSON.stringify([query, from, to]);
    const place = { source: name, target, query, from, ...(to === undefined ? {} : { to }), now: () => Date.now() };
    const grid = grids.get(key) ?? new PrometheusGrid(place);
    grids.set(key, grid);
    return grid;
  };
  return {
    name,
    open: (window): OpenHistory => ({
      reader(source) {
        const { description } = source;
        const { type, url } = description;
        const isKnown = type === "prometheus" || type === "prometheus-counter";
        if (!isKnown || typeof url !== "string" || !urls.includes(url)) return undefined;
        const queries = type === "prometheus" ? instantQueriesOf(description) : undefined;
        const isOwnServer = parsed.insteadOf === undefined;
        if (!queries) return (request) => askItself(source, request, isOwnServer);
        return historyReader(source, queries, (query) => gridOf(query, window).reader());
      },
    }),
  };
}

type GridReader = ReturnType<PrometheusGrid["reader"]>;

function historyReader(
  source: MetricSource,
  { query, traffic, absent }: InstantQueries,
  readerOf: (query: string) => GridReader,
): HistoryReader {
  const { name } = source;
  // By the query as it is sent: each length of the window makes one of its own, and is asked for at regular instants.
  const readers = new Map<string, GridReader>();
  const ask = (text: string, at: number) => {
    const reader = readers.get(text) ?? readerOf(text);
    readers.set(text, reader);
    return reader(at);
  };
  const findWindow = hasWindow(query) || hasWindow(traffic) ? demandWindow : askedWindow;
  return async (request) => {
    const { at } = request;
    if (at > Date.now()) return notYet;
    const window = findWindow(name, request, source.windowMs);
    const fill = (text: string) => (window ? fillWindow(text, window) : text);
    const value = await ask(fill(query), at);
    const read = readPrometheusData({ api: prometheusApi, source: name, query: "query" }, value.data);
    const reading = withNotes(readAbsent(read, absent), value, hasWindow(query) ? window : undefined);
    if (traffic === undefined) return reading;
    const count = await ask(fill(traffic), at);
    return withTraffic(
      reading,
      readPrometheusData({ api: prometheusApi, source: name, query: "traffic query" }, count.data),
      count,
    );
  };
}

const notYet: HistoricReading = { kind: "unknown", detail: "that time has not come yet" };

// A source that reduces a range, or reads counters series by series, knows best how; its server looks back for it.
async function askItself(source: MetricSource, request: MetricRequest, isOwnServer: boolean): Promise<HistoricReading> {
  if (request.at > Date.now()) return notYet;
  if (!isOwnServer) return { kind: "unknown", detail: "only its own server can answer this kind of query" };
  try {
    return await source.read(request);
  } catch (error) {
    // Whether the server failed then, or fails now, cannot be told apart.
    return { kind: "unknown", detail: messageOf(error) };
  }
}

/** What a source asks at one instant after another. */
interface InstantQueries {
  readonly query: string;
  readonly traffic: string | undefined;
  readonly absent: "no-data" | "zero";
}

const plainFields: ReadonlySet<string> = new Set(["type", "url", "query", "traffic", "windowMs", "absent"]);

/** The queries of a source that asks for plain instants; undefined where a range query would not give the same. */
function instantQueriesOf(description: JsonObject): InstantQueries | undefined {
  const { query, traffic, absent } = description;
  const isPlain = Object.keys(description).every((field) => plainFields.has(field));
  if (!isPlain || typeof query !== "string") return undefined;
  if (traffic !== undefined && typeof traffic !== "string") return undefined;
  // What these mean depends on where the range begins and ends.
  if (/\b(?:start|end)\s*\(/.test(`${query} ${traffic ?? ""}`)) return undefined;
  return { query, traffic, absent: absent === "zero" ? "zero" : "no-data" };
}
