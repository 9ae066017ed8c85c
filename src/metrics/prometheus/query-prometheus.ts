import type { MeasuredWindow } from "../../gates/metric-threshold/metric-source.js";
import { assertOk, complaintOf, malformed, parseJson } from "../http-answer.js";
import { exchange } from "../http-exchange.js";
import type { HttpTarget } from "../http-target.js";
import type { HttpAnswer } from "../send-request.js";
import { sourceFault } from "../source-fault.js";
import { assertTimes } from "./assert-times.js";
import { prometheusAnswer, type PrometheusAnswer, type PrometheusData } from "./prometheus-answer.js";
import type { QueryApi } from "./query-api.js";
import { maxPoints } from "./query-options.js";

/** The longest answer that is read. */
export const maxAnswerBytes = 4_194_304;

/** One query. */
export interface PrometheusQuery {
  readonly query: string;
  readonly range?: { readonly window: MeasuredWindow; readonly stepMs: number };
  /** The instant, or the end of the window. Milliseconds since the epoch. */
  readonly at: number;
  readonly signal: AbortSignal;
}

/** What a query came to, and what the server wants a person to know. */
export interface PrometheusResult {
  readonly data: PrometheusData;
  readonly warnings: readonly string[];
}

/** Asks the HTTP API one query. Throws a `GateError` with code `SOURCE_FAILED` that says what the server said. */
export async function queryPrometheus(
  api: QueryApi,
  source: string,
  target: HttpTarget,
  query: PrometheusQuery,
): Promise<PrometheusResult> {
  const { range, at, signal } = query;
  const url = new URL(target.url);
  url.pathname = `${url.pathname.replace(/\/$/, "")}${api.path}${range ? "query_range" : "query"}`;
  // In the body, so that a long query fits.
  const body = { type: "application/x-www-form-urlencoded", text: formOf(api, target, query).toString() };
  const http = await exchange(source, target, { url, body, accept: "application/json", at, signal });
  const answer = parseAnswer(api, source, target, http);
  if (answer.status === "error") throw refused(source, target, http, answer);
  if (answer.isPartial === true) {
    // A part of a count is less than the count, and looks better than it is.
    throw sourceFault(source, "answers in part only: some of what it keeps is out of reach", { isRetryable: true });
  }
  assertTimes(source, answer.data, { from: range?.window.from ?? at, to: range?.window.to ?? at });
  const notes = [...(answer.warnings ?? []), ...(answer.infos ?? [])];
  return { data: answer.data, warnings: notes.map((note) => target.redact(note)) };
}

function formOf(api: QueryApi, { timeoutMs }: HttpTarget, { query, range, at }: PrometheusQuery): URLSearchParams {
  const shared = { ...api.parameters, query, timeout: seconds(timeoutMs) };
  if (!range) return new URLSearchParams({ ...shared, time: api.time(at) });
  const { window, stepMs } = range;
  // The gate may ask for a longer window than the options had in mind.
  const step = seconds(Math.max(stepMs, Math.ceil((window.to - window.from) / maxPoints)));
  return new URLSearchParams({ ...shared, start: api.time(window.from), end: api.time(window.to), step });
}

function seconds(ms: number): string {
  return String(ms / 1_000);
}

function parseAnswer(api: QueryApi, source: string, target: HttpTarget, http: HttpAnswer): PrometheusAnswer {
  if (http.status === 401 || http.status === 403) assertOk(source, http);
  const result = prometheusAnswer.safeParse(parseJson(http.text));
  // An error is an error, whatever its status; a good body with a bad status is none.
  if (result.success && (result.data.status === "error" || http.status === 200)) return result.data;
  assertOk(source, http, target.redact(complaintOf(http)));
  throw malformed(source, http, `answer of ${api.product}`);
}

// https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview
const terminalErrors: ReadonlySet<string> = new Set(["bad_data", "not_found", "not_acceptable"]);

function refused(
  source: string,
  target: HttpTarget,
  { status, retryAfterMs }: HttpAnswer,
  { errorType, error }: Extract<PrometheusAnswer, { readonly status: "error" }>,
): Error {
  const verb = errorType === "bad_data" ? "refuses the query" : "cannot answer the query";
  const says = `${verb} (${errorType}, HTTP ${status}): ${target.redact(error).slice(0, 500)}`;
  return sourceFault(source, says, { isRetryable: !terminalErrors.has(errorType), retryAfterMs });
}
