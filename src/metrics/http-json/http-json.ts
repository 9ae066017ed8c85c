import * as z from "zod";
import type { Json } from "../../gate/json.js";
import { formatIssues, type InferOutput, type StandardSchemaV1 } from "../../gate/standard-schema.js";
import { validate } from "../../gate/validate.js";
import type { MetricRequest, MetricSource } from "../../gates/metric-threshold/metric-source.js";
import { assertOk, complaintOf, malformed, parseJson } from "../http-answer.js";
import { exchange } from "../http-exchange.js";
import {
  credentialIssue,
  httpTarget,
  httpTargetFields,
  type HttpTarget,
  type HttpTargetOptions,
} from "../http-target.js";
import { readingOf, type Measured } from "../reading-of.js";
import type { HttpAnswer } from "../send-request.js";
import { sourceFault } from "../source-fault.js";
import { parseSourceOptions } from "../source-options.js";

/** The instant for which is asked, and the beginning of the window where the gate names one. Milliseconds since the epoch. */
export type AskedTime = Pick<MetricRequest, "at" | "from">;

/** What one request to an endpoint is made of. */
export interface JsonQuestion {
  /** Added to those of the URL. */
  readonly search?: Readonly<Record<string, string>>;
  /** POSTed as JSON; without it, it is a GET. */
  readonly body?: Json;
}

/** Which endpoint is asked, and what is made of its answer. */
export interface HttpJsonOptions<Schema extends StandardSchemaV1> extends HttpTargetOptions {
  readonly url: string;
  /** What is asked at each sample. @default a GET of the URL as it is */
  readonly ask?: (time: AskedTime) => JsonQuestion;
  /** What the answer must look like, in any library with Standard Schema. */
  readonly schema: Schema;
  /** Takes the measurement out of the answer. null is no data; a reading may say traffic, warnings and the window. */
  readonly value: (answer: InferOutput<Schema>, time: AskedTime) => Measured;
  /** Whether the endpoint answers about the time that `ask` names, be that past: see {@link MetricSource.looksBack}. @default false */
  readonly looksBack?: boolean;
  /** How a person calls it; part of what the plan's fingerprint is made of. @default host and path of the URL */
  readonly name?: string;
}

const maxBytes = 4_194_304;
const isFunction = (value: unknown) => typeof value === "function";
const isSchema = (value: unknown) =>
  (typeof value === "object" || typeof value === "function") && value !== null && "~standard" in value;

const optionsSchema = z
  .strictObject({
    ...httpTargetFields,
    ask: z.custom<(time: AskedTime) => JsonQuestion>(isFunction, "expected a function").optional(),
    schema: z.custom<StandardSchemaV1>(isSchema, "expected a Standard Schema, such as z.object({ … })"),
    value: z.custom<(answer: unknown, time: AskedTime) => Measured>(isFunction, "expected a function"),
    looksBack: z.boolean().default(false),
    name: z.string().min(1).max(100).optional(),
  })
  .refine(({ looksBack, ask }) => !looksBack || ask !== undefined, {
    path: ["looksBack"],
    error: "expected an `ask` that names the time",
  })
  .superRefine((options, context) => {
    const issue = credentialIssue(options);
    if (issue !== undefined) context.addIssue(issue);
  });

/**
 * Makes a source of any HTTP endpoint that answers with JSON.
 *
 * The answer is checked by a schema, so that a changed endpoint is an error, and not without data. Throws a `GateError` with
 * code `GATE_CONFIG_INVALID` for options that it cannot use.
 *
 * @example
 * ```ts
 * import { httpJson } from "release-gates/metrics";
 * import * as z from "zod";
 *
 * export const failedOrders = httpJson({
 *   url: "https://orders.internal/stats",
 *   bearer: () => process.env["ORDERS_TOKEN"] ?? "",
 *   ask: ({ at, from = at - 60_000 }) => ({ search: { from: String(from), to: String(at) } }),
 *   schema: z.object({ failed: z.int(), all: z.int() }),
 *   value: ({ failed, all }) => (all === 0 ? null : { kind: "value", value: failed / all, traffic: all }),
 * });
 * ```
 */
export function httpJson<Schema extends StandardSchemaV1>(options: HttpJsonOptions<Schema>): MetricSource {
  const { ask, schema, value, looksBack, ...parsed } = parseSourceOptions("httpJson", optionsSchema, options);
  const target = httpTarget(parsed, maxBytes);
  const name = parsed.name ?? `${target.url.host}${target.url.pathname}`;
  return {
    name,
    description: { type: "http-json", url: target.publicUrl, name },
    looksBack,
    async read({ at, from, signal }) {
      const time = { at, ...(from === undefined ? {} : { from }) };
      const { search = {}, body } = callback(name, "ask", () => ask?.(time) ?? {});
      const url = new URL(target.url);
      for (const [key, text] of Object.entries(search)) url.searchParams.set(key, text);
      const http = await exchange(name, target, {
        url,
        accept: "application/json",
        ...(body === undefined ? {} : { body: { type: "application/json", text: JSON.stringify(body) } }),
        at,
        signal,
      });
      const answer = await checked(name, target, schema, http);
      return readingOf(
        name,
        callback(name, "value", () => value(answer, time)),
      );
    },
  };
}

async function checked(name: string, { redact }: HttpTarget, schema: StandardSchemaV1, http: HttpAnswer) {
  assertOk(name, http, redact(complaintOf(http)));
  const json = parseJson(http.text);
  if (json === undefined) throw malformed(name, http, "JSON");
  const result = await validate(schema, json);
  if (result.issues === undefined) return result.value;
  const says = `answers with something else than the schema expects: ${redact(formatIssues(result.issues)).slice(0, 500)}`;
  throw sourceFault(name, says, { isRetryable: false });
}

/** Calls what the user wrote. What it throws is a mistake in it: its message may quote the answer, and is not shown. */
function callback<Result>(name: string, option: string, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    throw sourceFault(name, `could not be read: the function \`${option}\` threw`, {
      isRetryable: false,
      cause: error,
    });
  }
}
