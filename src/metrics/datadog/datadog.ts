import * as z from "zod";
import type { MeasuredWindow, MetricReading, MetricSource } from "../../gates/metric-threshold/metric-source.js";
import { absentFields, readAbsent, shownAbsent, type AbsentOptions } from "../absent.js";
import { AnswerFault, explained } from "../answer-fault.js";
import { anyNumber } from "../any-number.js";
import { countsOver, demandWindow, ownWindow, windowFields, type WindowOptions } from "../asked-window.js";
import { explainSeries } from "../explain-series.js";
import { readAnswer } from "../http-answer.js";
import { exchange } from "../http-exchange.js";
import { httpTarget, httpTargetFields, secretHeaderValue, type HttpTargetOptions } from "../http-target.js";
import { reductions, type Reduction } from "../reduce-points.js";
import { parseSourceOptions } from "../source-options.js";
import { readTimePoints } from "../time-points.js";

/** What is asked of Datadog. */
export interface DatadogOptions extends Pick<HttpTargetOptions, "headers" | "timeout">, WindowOptions, AbsentOptions {
  /** Never shown. */
  readonly apiKey: string;
  /** Needs the scope `timeseries_query`. Never shown. */
  readonly applicationKey: string;
  /** Where your organisation lives: `datadoghq.eu`, `us5.datadoghq.com`. @default "datadoghq.com" */
  readonly site?: string;
  /** The API's URL, where it is reached through a proxy. @default that of the site */
  readonly url?: string;
  /** A query that gives one series: `sum:orders.errors{version:2}.as_count()`. */
  readonly query: string;
  /** What the points of the window become: `sum` for a count. */
  readonly reduce: Reduction;
}

const maxBytes = 4_194_304;

const schema = z.strictObject({
  url: httpTargetFields.url.optional(),
  headers: httpTargetFields.headers,
  timeout: httpTargetFields.timeout,
  ...windowFields,
  ...absentFields,
  apiKey: secretHeaderValue,
  applicationKey: secretHeaderValue,
  site: z
    .string()
    .regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/, { error: "expected a site, such as datadoghq.eu" })
    .default("datadoghq.com"),
  query: z.string().trim().min(1, { error: "expected a query" }),
  reduce: z.enum(reductions),
});

const datadogAnswer = z.object({
  status: z.string(),
  error: z.string().optional(),
  series: z
    .array(
      z.object({
        metric: z.string().optional(),
        scope: z.string().optional(),
        pointlist: z.array(z.tuple([z.number(), anyNumber.nullable()])),
      }),
    )
    .default([]),
});

type DatadogAnswer = z.output<typeof datadogAnswer>;

/**
 * Makes a source that asks Datadog for the points that begin in [from, to), and makes one value of them.
 *
 * No series is no data: so Datadog answers for a count of nothing, and for a name that it does not know. Several series are an
 * error that says how they differ. Throws a `GateError` with code `GATE_CONFIG_INVALID` for options that it cannot use.
 *
 * @example
 * ```ts
 * import { datadog } from "release-gates/metrics";
 *
 * export const errors = datadog({
 *   site: "datadoghq.eu",
 *   apiKey: process.env["DD_API_KEY"] ?? "",
 *   applicationKey: process.env["DD_APP_KEY"] ?? "",
 *   query: "sum:trace.http.request.errors{service:orders,version:2}.as_count()",
 *   reduce: "sum",
 *   window: "5m",
 *   absent: "zero",
 * });
 * ```
 */
export function datadog(options: DatadogOptions): MetricSource {
  const parsed = parseSourceOptions("datadog", schema, options);
  const { apiKey, applicationKey, site, query, reduce, window: windowMs, absent, timeout } = parsed;
  const headers = { ...parsed.headers, "DD-API-KEY": apiKey, "DD-APPLICATION-KEY": applicationKey };
  const target = httpTarget({ url: parsed.url ?? `https://api.${site}`, headers, timeout }, maxBytes);
  const name = `datadog ${target.url.host}`;
  return {
    name,
    description: {
      type: "datadog",
      url: target.publicUrl,
      query,
      reduce,
      ...ownWindow(windowMs),
      ...shownAbsent(absent),
    },
    ...countsOver(windowMs),
    async read(request) {
      const { at, signal } = request;
      const window = demandWindow(name, request, windowMs);
      const http = await exchange(name, target, {
        url: urlOf(target.url, query, window),
        accept: "application/json",
        at,
        signal,
      });
      const { redact } = target;
      const answer = readAnswer(name, http, { schema: datadogAnswer, what: "answer of Datadog", redact });
      return readAbsent(
        explained(name, () => readSeries(answer, { window, reduce, redact })),
        absent,
      );
    },
  };
}

function urlOf(base: URL, query: string, { from, to }: MeasuredWindow): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/api/v1/query`;
  url.searchParams.set("from", String(Math.floor(from / 1_000)));
  url.searchParams.set("to", String(Math.ceil(to / 1_000)));
  url.searchParams.set("query", query);
  return url;
}

interface SeriesReader {
  readonly window: MeasuredWindow;
  readonly reduce: Reduction;
  readonly redact: (text: string) => string;
}

function readSeries({ status, error, series }: DatadogAnswer, { window, reduce, redact }: SeriesReader): MetricReading {
  // Whatever is not ok may be a part of the points.
  if (status !== "ok") {
    throw new AnswerFault(`cannot answer the query (${redact(status)}): ${redact(error ?? "").slice(0, 500)}`, true);
  }
  const [only] = series;
  if (!only) return { kind: "no-data", detail: "the query has no series", window };
  if (series.length > 1) {
    const labels = series.map(({ metric = "", scope = "" }) => ({ metric, scope }));
    throw new AnswerFault(explainSeries(labels, "sum:… without by {…}"));
  }
  return readTimePoints(only.pointlist, window, reduce);
}
