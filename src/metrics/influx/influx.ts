import * as z from "zod";
import type { MeasuredWindow, MetricSource } from "../../gates/metric-threshold/metric-source.js";
import { absentFields, readAbsent, shownAbsent, type AbsentOptions } from "../absent.js";
import { explained } from "../answer-fault.js";
import { demandWindow, ownWindow, windowFields, type WindowOptions } from "../asked-window.js";
import { readAnswer } from "../http-answer.js";
import { exchange } from "../http-exchange.js";
import { credentialIssue, httpTarget, httpTargetFields, type HttpTargetOptions } from "../http-target.js";
import { reductions, type Reduction } from "../reduce-points.js";
import { parseSourceOptions } from "../source-options.js";
import { influxAnswer, readInflux } from "./read-influx.js";

/** What is asked of InfluxDB 1, or of what speaks its HTTP API, as InfluxDB 2 and VictoriaMetrics do. */
export interface InfluxOptions extends HttpTargetOptions, WindowOptions, AbsentOptions {
  /** The server's URL, without `/query`; a path before it is kept. */
  readonly url: string;
  readonly database: string;
  /** @default the database's own default */
  readonly retentionPolicy?: string;
  /** One InfluxQL statement that gives one column. `$timeFilter` becomes the window: `time >= …ms AND time < …ms`. */
  readonly query: string;
  /** What several rows become, as of `GROUP BY time(…)`. @default several rows are an error */
  readonly reduce?: Reduction;
}

const timeFilter = "$timeFilter";
const maxBytes = 4_194_304;

const schema = z
  .strictObject({
    ...httpTargetFields,
    ...windowFields,
    ...absentFields,
    database: z.string().min(1),
    retentionPolicy: z.string().min(1).optional(),
    query: z.string().trim().min(1, { error: "expected an InfluxQL query" }),
    reduce: z.enum(reductions).optional(),
  })
  .refine(({ query, window }) => window === undefined || query.includes(timeFilter), {
    path: ["query"],
    error: `expected ${timeFilter} in a query over a window`,
  })
  .superRefine((options, context) => {
    const issue = credentialIssue(options);
    if (issue !== undefined) context.addIssue(issue);
  });

/**
 * Makes a source that asks InfluxDB one InfluxQL query.
 *
 * No series, and nothing but nulls, is no data: so InfluxDB answers for a count of nothing, too. Several series are an error
 * that says how they differ; an answer in part is an error. Throws a `GateError` with code `GATE_CONFIG_INVALID` for options
 * that it cannot use.
 *
 * @example
 * ```ts
 * import { influx } from "release-gates/metrics";
 *
 * export const errors = influx({
 *   url: "https://influx.internal:8086",
 *   basic: { username: "gates", password: process.env["INFLUX_PASSWORD"] ?? "" },
 *   database: "shop",
 *   query: `SELECT sum("count") FROM "errors" WHERE "app" = 'orders' AND $timeFilter`,
 *   window: "1m",
 *   absent: "zero",
 * });
 * ```
 */
export function influx(options: InfluxOptions): MetricSource {
  const {
    window: windowMs,
    absent,
    database,
    retentionPolicy,
    query,
    reduce,
    ...rest
  } = parseSourceOptions("influx", schema, options);
  const target = httpTarget(rest, maxBytes);
  const url = new URL(target.url);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/query`;
  const name = `influx ${url.host}/${database}`;
  const isOverWindow = query.includes(timeFilter);
  return {
    name,
    description: {
      type: "influx",
      url: target.publicUrl,
      database,
      ...(retentionPolicy === undefined ? {} : { retentionPolicy }),
      query,
      ...ownWindow(windowMs),
      ...(reduce === undefined ? {} : { reduce }),
      ...shownAbsent(absent),
    },
    reportsTraffic: false,
    looksBack: isOverWindow,
    isOverWindow,
    ...ownWindow(windowMs),
    async read(request) {
      const { at, signal } = request;
      const window = isOverWindow ? demandWindow(name, request, windowMs) : undefined;
      const form = new URLSearchParams({
        db: database,
        ...(retentionPolicy === undefined ? {} : { rp: retentionPolicy }),
        epoch: "ms",
        q: window ? query.replaceAll(timeFilter, filterOf(window)) : query,
      });
      const body = { type: "application/x-www-form-urlencoded", text: form.toString() };
      const http = await exchange(name, target, { url, body, accept: "application/json", at, signal });
      const { redact } = target;
      const answer = readAnswer(name, http, { schema: influxAnswer, what: "answer of InfluxDB", redact });
      const reading = readAbsent(
        explained(name, () => readInflux(answer, { reduce, redact })),
        absent,
      );
      return window ? { ...reading, window } : reading;
    },
  };
}

function filterOf({ from, to }: MeasuredWindow): string {
  return `time >= ${from}ms AND time < ${to}ms`;
}
