import * as z from "zod";
import type { MetricReading } from "../../gates/metric-threshold/metric-source.js";
import { AnswerFault } from "../answer-fault.js";
import { anyNumber } from "../any-number.js";

const nrql = z.object({
  results: z.array(z.record(z.string(), z.unknown())),
  metadata: z.object({ messages: z.array(z.string()).nullish() }).nullish(),
});

/** What NerdGraph answers. Data beside errors is a part of what was asked. */
export const nerdGraphAnswer = z.union([
  z.object({
    errors: z
      .array(
        z.object({
          message: z.string(),
          extensions: z.object({ errorClass: z.string().optional() }).nullish(),
        }),
      )
      .min(1),
  }),
  z.object({ data: z.object({ actor: z.object({ account: z.object({ nrql }) }) }) }),
]);

const passing: ReadonlySet<string> = new Set(["TIMEOUT", "SERVER_ERROR", "TOO_MANY_REQUESTS", "SERVICE_UNAVAILABLE"]);

/** Reads one value out of what a query came to. Throws an {@link AnswerFault} where there is no one value. */
export function readNrql(answer: z.output<typeof nerdGraphAnswer>, redact: (text: string) => string): MetricReading {
  if ("errors" in answer) {
    const says = redact(answer.errors.map(({ message }) => message).join("; ")).slice(0, 500);
    const isRetryable = answer.errors.some(({ extensions }) => passing.has(extensions?.errorClass ?? ""));
    throw new AnswerFault(`cannot answer the query: ${says}`, isRetryable);
  }
  const { results, metadata } = answer.data.actor.account.nrql;
  const warnings = (metadata?.messages ?? []).map((message) => redact(message));
  return { ...readRow(results), ...(warnings.length === 0 ? {} : { warnings }) };
}

function readRow(rows: readonly Readonly<Record<string, unknown>>[]): MetricReading {
  const [row] = rows;
  if (!row) return { kind: "no-data", detail: "the query has no rows" };
  if (rows.length > 1) {
    throw new AnswerFault(`gives ${rows.length} rows where one is expected; leave out FACET and TIMESERIES`);
  }
  const columns = Object.keys(row);
  if (columns.length !== 1) throw new AnswerFault(`gives the columns ${columns.join(", ")}; select one`);
  const [value] = Object.values(row);
  if (value === null) return { kind: "no-data", detail: `${columns[0]} is null` };
  const number = anyNumber.safeParse(value);
  if (number.success) return { kind: "value", value: number.data };
  throw new AnswerFault("answers with a value that is no number");
}
