import * as z from "zod";
import type { Json, JsonObject } from "../../gate/json.js";
import { formatIssues, type StandardSchemaV1 } from "../../gate/standard-schema.js";
import type { Expectation } from "./expectation.js";

/** What is kept of an answer: enough to judge and to show, and no more of the data than that. */
export type Observation =
  | { readonly kind: "count"; readonly count: number; readonly sample: readonly JsonObject[] }
  | { readonly kind: "scalar"; readonly count: number; readonly columns: number; readonly value: Json }
  | { readonly kind: "rows"; readonly count: number; readonly bad: number; readonly sample: readonly BadRow[] };

/** A row that does not fit its schema, and why. */
export interface BadRow {
  readonly row: JsonObject;
  readonly why: string;
}

/** What is shown of rows. */
export interface SampleOptions {
  /** How many rows. */
  readonly maxShown: number;
  /** Columns whose values are not shown. */
  readonly redact: readonly string[];
}

/** Looks at the rows, and keeps what the expectation needs. */
export async function observe(
  expectation: Expectation,
  rows: readonly JsonObject[],
  options: SampleOptions,
): Promise<Observation> {
  const { maxShown } = options;
  const count = rows.length;
  if ("scalar" in expectation) {
    const values = Object.values(rows[0] ?? {});
    return { kind: "scalar", count, columns: values.length, value: values[0] ?? null };
  }
  if ("rows" in expectation) {
    const judged = await Promise.all(rows.map((row) => whyBad(expectation.rows, row)));
    const bad = judged.flatMap((why, index) => (why === undefined ? [] : [{ row: rows[index] as JsonObject, why }]));
    const sample = bad.slice(0, maxShown).map(({ row, why }) => ({ row: hide(row, options), why }));
    return { kind: "rows", count, bad: bad.length, sample };
  }
  return { kind: "count", count, sample: rows.slice(0, maxShown).map((row) => hide(row, options)) };
}

async function whyBad(schema: StandardSchemaV1, row: JsonObject): Promise<string | undefined> {
  const { issues } = await schema["~standard"].validate(row);
  return issues === undefined ? undefined : formatIssues(issues);
}

function hide(row: JsonObject, { redact }: SampleOptions): JsonObject {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, redact.includes(column) ? "[redacted]" : value]),
  );
}

const json: z.ZodType<Json> = z.json();
const row = z.record(z.string(), json);

/** The schema of an {@link Observation}, as evidence. */
export const observationSchema: z.ZodType<Observation> = z.union([
  z.strictObject({ kind: z.literal("count"), count: z.int(), sample: z.array(row) }),
  z.strictObject({ kind: z.literal("scalar"), count: z.int(), columns: z.int(), value: json }),
  z.strictObject({
    kind: z.literal("rows"),
    count: z.int(),
    bad: z.int(),
    sample: z.array(z.strictObject({ row, why: z.string() })),
  }),
]);
