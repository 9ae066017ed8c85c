import { exchange, isRetryableStatus, type HttpAnswer } from "../http-exchange.js";
import type { HttpTarget } from "../http-target.js";
import { sourceFault } from "../source-fault.js";
import { prometheusAnswer, type PrometheusAnswer, type PrometheusData } from "./prometheus-answer.js";
import type { ParsedRange } from "./prometheus-options.js";

/** One query. */
export interface PrometheusQuery {
  readonly query: string;
  readonly range?: ParsedRange | undefined;
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
  source: string,
  target: HttpTarget,
  { query, range, at, signal }: PrometheusQuery,
): Promise<PrometheusResult> {
  const url = new URL(target.url);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/api/v1/${range ? "query_range" : "query"}`;
  // In the body, so that a long query fits.
  const form = new URLSearchParams({
    query,
    timeout: seconds(target.timeoutMs),
    ...(range
      ? { start: seconds(at - range.windowMs), end: seconds(at), step: seconds(range.stepMs) }
      : { time: seconds(at) }),
  });
  const http = await exchange(source, target, { url, form, accept: "application/json", signal });
  const answer = parseAnswer(source, http);
  if (answer.status === "error") throw refused(source, target, http.status, answer);
  const notes = [...(answer.warnings ?? []), ...(answer.infos ?? [])];
  return { data: answer.data, warnings: notes.map((note) => target.redact(note)) };
}

function seconds(ms: number): string {
  return String(ms / 1_000);
}

function parseAnswer(source: string, http: HttpAnswer): PrometheusAnswer {
  const { status, text, contentType } = http;
  if (status === 401 || status === 403) {
    throw sourceFault(source, `refuses the credentials (HTTP ${status})`, { isRetryable: false });
  }
  const result = prometheusAnswer.safeParse(parseJson(text));
  // An error is an error, whatever its body looks like.
  if (result.success && (result.data.status === "error" || status === 200)) return result.data;
  if (status !== 200)
    throw sourceFault(source, `answers with HTTP ${status}`, { isRetryable: isRetryableStatus(status) });
  const what = contentType === "text/html" ? "an HTML page" : "something that is no answer of Prometheus";
  throw sourceFault(source, `answers with ${what}; is the URL right?`, { isRetryable: false });
}

// https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview
const terminalErrors: ReadonlySet<string> = new Set(["bad_data", "not_found", "not_acceptable"]);

function refused(
  source: string,
  target: HttpTarget,
  status: number,
  { errorType, error }: Extract<PrometheusAnswer, { readonly status: "error" }>,
): Error {
  const verb = errorType === "bad_data" ? "refuses the query" : "cannot answer the query";
  const says = `${verb} (${errorType}, HTTP ${status}): ${target.redact(error).slice(0, 500)}`;
  return sourceFault(source, says, { isRetryable: !terminalErrors.has(errorType) });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
