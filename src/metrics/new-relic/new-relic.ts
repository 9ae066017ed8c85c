import * as z from "zod";
import type { MeasuredWindow, MetricSource } from "../../gates/metric-threshold/metric-source.js";
import { absentFields, readAbsent, shownAbsent, type AbsentOptions } from "../absent.js";
import { explained } from "../answer-fault.js";
import { countsOver, demandWindow, ownWindow, windowFields, type WindowOptions } from "../asked-window.js";
import { readAnswer } from "../http-answer.js";
import { exchange } from "../http-exchange.js";
import { httpTarget, httpTargetFields, secretHeaderValue, type HttpTargetOptions } from "../http-target.js";
import { parseSourceOptions } from "../source-options.js";
import { nerdGraphAnswer, readNrql } from "./read-nrql.js";

/** What is asked of New Relic. */
export interface NewRelicOptions extends Pick<HttpTargetOptions, "headers" | "timeout">, WindowOptions, AbsentOptions {
  /** A user key. Never shown. */
  readonly apiKey: string;
  readonly accountId: number;
  /** Where the account lives. @default "us" */
  readonly region?: "us" | "eu";
  /** The URL of NerdGraph, where it is reached through a proxy. @default that of the region */
  readonly url?: string;
  /** NRQL that gives one number, without SINCE and UNTIL: those are the window. */
  readonly query: string;
}

const endpoints = { us: "https://api.newrelic.com/graphql", eu: "https://api.eu.newrelic.com/graphql" };
const maxBytes = 4_194_304;

const schema = z.strictObject({
  url: httpTargetFields.url.optional(),
  headers: httpTargetFields.headers,
  timeout: httpTargetFields.timeout,
  ...windowFields,
  ...absentFields,
  apiKey: secretHeaderValue,
  accountId: z.int().positive(),
  region: z.enum(["us", "eu"]).default("us"),
  query: z
    .string()
    .trim()
    .min(1, { error: "expected an NRQL query" })
    .refine((text) => !/\b(?:SINCE|UNTIL|COMPARE\s+WITH)\b/i.test(text.replace(/'[^']*'|`[^`]*`/g, "")), {
      error: "expected a query without SINCE, UNTIL and COMPARE WITH: the window is the gate's",
    }),
});

const graphQl =
  "query ($account: Int!, $nrql: Nrql!) { actor { account(id: $account) { nrql(query: $nrql) { results metadata { messages } } } } }";

/**
 * Makes a source that asks New Relic one NRQL query over [from, to).
 *
 * null is no data. A count of nothing is 0, and so is a count of events whose name is wrong: prefer a percentage, which is null
 * then. Several rows are an error. Throws a `GateError` with code `GATE_CONFIG_INVALID` for options that it cannot use.
 *
 * @example
 * ```ts
 * import { newRelic } from "release-gates/metrics";
 *
 * export const errors = newRelic({
 *   region: "eu",
 *   accountId: 1234567,
 *   apiKey: process.env["NEW_RELIC_API_KEY"] ?? "",
 *   query: "SELECT percentage(count(*), WHERE error IS true) FROM Transaction WHERE appName = 'orders' AND version = '2'",
 *   window: "5m",
 * });
 * ```
 */
export function newRelic(options: NewRelicOptions): MetricSource {
  const parsed = parseSourceOptions("newRelic", schema, options);
  const { apiKey, accountId, region, query, window: windowMs, absent, timeout } = parsed;
  const headers = { ...parsed.headers, "API-Key": apiKey };
  const target = httpTarget({ url: parsed.url ?? endpoints[region], headers, timeout }, maxBytes);
  const name = `new relic ${target.url.host}`;
  return {
    name,
    description: {
      type: "new-relic",
      url: target.publicUrl,
      accountId,
      query,
      ...ownWindow(windowMs),
      ...shownAbsent(absent),
    },
    ...countsOver(windowMs),
    async read(request) {
      const { at, signal } = request;
      const window = demandWindow(name, request, windowMs);
      const variables = { account: accountId, nrql: overWindow(query, window) };
      const body = { type: "application/json", text: JSON.stringify({ query: graphQl, variables }) };
      const http = await exchange(name, target, { url: target.url, body, accept: "application/json", at, signal });
      const { redact } = target;
      const answer = readAnswer(name, http, { schema: nerdGraphAnswer, what: "answer of NerdGraph", redact });
      const reading = readAbsent(
        explained(name, () => readNrql(answer, redact)),
        absent,
      );
      return { ...reading, window };
    },
  };
}

function overWindow(query: string, { from, to }: MeasuredWindow): string {
  return `${query} SINCE ${from} UNTIL ${to}`;
}
