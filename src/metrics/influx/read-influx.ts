import * as z from "zod";
import type { MetricReading } from "../../gates/metric-threshold/metric-source.js";
import { AnswerFault } from "../answer-fault.js";
import { anyNumber } from "../any-number.js";
import { explainSeries } from "../explain-series.js";
import { readPoints, type Reduction } from "../reduce-points.js";

const series = z.object({
  name: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  columns: z.array(z.string()),
  values: z.array(z.array(z.unknown())).default([]),
  partial: z.boolean().optional(),
});

/** What `/query` answers. */
export const influxAnswer = z.object({
  results: z.array(
    z.object({
      series: z.array(series).optional(),
      error: z.string().optional(),
      partial: z.boolean().optional(),
      messages: z.array(z.object({ level: z.string().optional(), text: z.string() })).optional(),
    }),
  ),
});

type InfluxSeries = z.output<typeof series>;

/** Reads one value out of what a query came to. Throws an {@link AnswerFault} where there is no one value. */
export function readInflux(
  { results }: z.output<typeof influxAnswer>,
  { reduce, redact }: { readonly reduce: Reduction | undefined; readonly redact: (text: string) => string },
): MetricReading {
  const [result] = results;
  if (!result || results.length > 1) throw new AnswerFault(`was asked one statement, and answers ${results.length}`);
  if (result.error !== undefined) {
    throw new AnswerFault(`cannot answer the query: ${redact(result.error).slice(0, 500)}`, true);
  }
  const all = result.series ?? [];
  // Cut off by the server's limit to rows: the same question would be cut off again.
  if (result.partial === true || all.some(({ partial }) => partial === true)) {
    throw new AnswerFault("answers in part only; ask for fewer rows");
  }
  const warnings = (result.messages ?? []).map(({ text }) => redact(text));
  return { ...readSeries(all, reduce), ...(warnings.length === 0 ? {} : { warnings }) };
}

function readSeries(all: readonly InfluxSeries[], reduce: Reduction | undefined): MetricReading {
  const [only] = all;
  if (!only) return { kind: "no-data", detail: "the query has no series" };
  if (all.length > 1) {
    const labels = all.map(({ name = "", tags = {} }) => ({ ...tags, measurement: name }));
    throw new AnswerFault(explainSeries(labels, "no GROUP BY a tag"));
  }
  const columns = only.columns.filter((column) => column !== "time");
  if (columns.length !== 1) throw new AnswerFault(`gives the columns ${columns.join(", ")}; select one`);
  const place = only.columns.indexOf(columns[0] ?? "");
  if (only.values.length > 1 && reduce === undefined) {
    throw new AnswerFault(`gives ${only.values.length} rows; use \`reduce\`, or an aggregate such as mean(…)`);
  }
  return readPoints(
    only.values.map((row) => numberOf(row[place])),
    reduce ?? "last",
  );
}

function numberOf(value: unknown): number | null {
  if (value === null) return null;
  const result = anyNumber.safeParse(value);
  if (result.success) return result.data;
  throw new AnswerFault("answers with a value that is no number");
}
