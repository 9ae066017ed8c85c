import * as z from "zod";
import type { JsonObject } from "../../gate/json.js";
import type { MetricSource } from "../../gates/metric-threshold/metric-source.js";
import { AnswerFault, explained } from "../answer-fault.js";
import { assertOk } from "../http-answer.js";
import { exchange } from "../http-exchange.js";
import { credentialIssue, httpTarget, httpTargetFields, type HttpTargetOptions } from "../http-target.js";
import type { HttpAnswer } from "../send-request.js";
import { parseSourceOptions } from "../source-options.js";
import type { ExpositionValue } from "./exposition-value.js";
import { parseExposition, type Exposition } from "./parse-exposition.js";

/** What is scraped, and what is made of it. */
export interface ExpositionOptions extends HttpTargetOptions {
  /** The endpoint of one process, such as `http://orders:9464/metrics`. Not a load balancer: counters would be mixed up. */
  readonly url: string;
  /** What is made of the scrape, such as `ratio(counter(…), counter(…))`. */
  readonly value: ExpositionValue;
}

const schema = z
  .strictObject({
    ...httpTargetFields,
    value: z.custom<ExpositionValue>(isExpositionValue, "expected a value, such as ratio(counter(…), counter(…))"),
  })
  .superRefine((options, context) => {
    const issue = credentialIssue(options);
    if (issue !== undefined) context.addIssue(issue);
  });

const maxBytes = 16_777_216;
const accept = "text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1";

/**
 * Makes a source that scrapes a metrics endpoint itself, for those without a Prometheus server.
 *
 * Reads the text format of Prometheus and OpenMetrics. Counters are compared with the scrape before, which the gate keeps in
 * its record; a restart of the process is seen. Throws a `GateError` with code `GATE_CONFIG_INVALID` for wrong options.
 *
 * @example
 * ```ts
 * import { metricThreshold } from "release-gates";
 * import { counter, exposition, ratio } from "release-gates/metrics";
 *
 * export const errors = metricThreshold("error ratio", {
 *   source: exposition({
 *     url: "http://orders-canary:9464/metrics",
 *     value: ratio(counter("http_requests_total", { code: /^5/ }), counter("http_requests_total")),
 *   }),
 *   metric: "error ratio",
 *   unit: "ratio",
 *   below: 0.01,
 *   every: "15s",
 *   for: "5m",
 *   minTraffic: 20,
 * });
 * ```
 */
export function exposition(options: ExpositionOptions): MetricSource {
  const parsed = parseSourceOptions("exposition", schema, options);
  const { value } = parsed;
  const target = httpTarget(parsed, maxBytes);
  const name = `${target.url.host}${target.url.pathname}`;
  const between = value.between?.bind(value);
  return {
    name,
    description: { type: "exposition", url: target.publicUrl, value: value.description },
    reportsTraffic: value.reportsTraffic,
    isOverWindow: between !== undefined,
    async read({ at, signal }) {
      const answer = await exchange(name, target, { url: target.url, accept, at, signal });
      assertOk(name, answer);
      return explained(name, () => value.read({ ...parse(answer), at: Date.now() }));
    },
    ...(between && {
      between: (earlier: JsonObject, later: JsonObject) => explained(name, () => between(earlier, later)),
    }),
  };
}

function parse({ contentType, text }: HttpAnswer): Exposition {
  if (contentType === "text/html") throw new AnswerFault("answers with an HTML page; is the URL right?");
  if (contentType === "application/openmetrics-text" && !/(?:^|\n)# EOF\s*$/.test(text)) {
    throw new AnswerFault("answers with a scrape that was cut off: its last line is not # EOF", true);
  }
  return parseExposition(text);
}

function isExpositionValue(value: unknown): boolean {
  return typeof value === "object" && value !== null && "read" in value && typeof value.read === "function";
}
