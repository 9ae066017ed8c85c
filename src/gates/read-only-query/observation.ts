import * as z from "zod";
import type { Json, JsonObject } from "../../gate/json.js";
import { redacted } from "../../gate/redact.js";
import { formatIssues, type SchemaIssue, type StandardSchemaV1 } from "../../gate/standard-schema.js";
import { validate } from "../../gate/validate.js";
import {
  observedKeysSchema,
  observedRowsSchema,
  type ObservedKeys,
  type ObservedRows,
} from "./compare/comparison-observation.js";
import type { SameKeys, SameResult } from "./compare/comparison.js";
import type { Freshness } from "./freshness/freshness.js";
import { observedTimesSchema, type ObservedTimes } from "./freshness/observe-freshness.js";
import { isExpectedCount, type OneLook } from "./expectation.js";
import { observeScalar, observedScalarSchema, type AnsweredRows, type ObservedScalar } from "./observe-scalar.js";
import { observedProgressSchema, type ObservedProgress } from "./progress/progress-observation.js";
import { sampleRows, shownRow, shownText, type SampleOptions } from "./sample-rows.js";

/** What is kept of an answer: enough to judge and to show, and no more of the data than that. */
export type Observation =
  | { readonly kind: "count"; readonly count: number; readonly sample: readonly JsonObject[] }
  | ObservedScalar
  | { readonly kind: "rows"; readonly count: number; readonly bad: number; readonly sample: readonly BadRow[] }
  | ObservedRows
  | ObservedKeys
  | ObservedTimes
  | ObservedProgress;

/** A row that does not fit its schema, and why. */
export interface BadRow {
  readonly row: JsonObject;
  readonly why: string;
}

/** Looks at the rows, and keeps what the expectation needs. Rows are shown where they are not as expected. */
export async function observe(
  expectation: Exclude<OneLook, SameResult | SameKeys | Freshness>,
  answer: AnsweredRows,
  options: SampleOptions,
): Promise<Observation> {
  const { rows } = answer;
  const count = rows.length;
  if ("scalar" in expectation) return observeScalar(answer);
  if ("rows" in expectation) {
    const judged = await Promise.all(
      rows.map(async (row) => ({ row, why: await whyBad(expectation.rows, row, options) })),
    );
    const bad = judged.filter(({ why }) => why !== undefined);
    const show = ({ row, why = "" }: (typeof judged)[number]) => ({ row: shownRow(row, options), why });
    return { kind: "rows", count, bad: bad.length, sample: sampleRows(bad, options, show) };
  }
  const bad = isExpectedCount(expectation, count) ? [] : rows;
  return { kind: "count", count, sample: sampleRows(bad, options, (row) => shownRow(row, options)) };
}

async function whyBad(
  schema: StandardSchemaV1,
  row: JsonObject,
  { redact }: SampleOptions,
): Promise<string | undefined> {
  const { issues } = await validated(schema, row, redact);
  if (issues === undefined) return undefined;
  return shownText(redact.length === 0 ? formatIssues(issues) : columnsAtFault(issues, row));
}

/**
 * Of each issue only the column. A schema may quote any value of the row in what it says of another, in whichever form, and keys of
 * a hidden value are part of the path.
 */
function columnsAtFault(issues: readonly SchemaIssue[], row: JsonObject): string {
  const places = issues.map(({ path }) => {
    const column = path?.[0] === undefined ? undefined : columnOf(path[0]);
    return column !== undefined && Object.hasOwn(row, column) ? `${column}: ${redacted}` : redacted;
  });
  return [...new Set(places)].join("; ");
}

/** What a schema says of a row. Where values are hidden, an error that it throws is as well: it may quote them. */
async function validated(schema: StandardSchemaV1, row: JsonObject, redact: readonly string[]) {
  try {
    return await validate(schema, row);
  } catch (error) {
    if (redact.length === 0) throw error;
    // oxlint-disable-next-line preserve-caught-error -- a cause is told on
    throw new Error("the schema of the rows threw; what it said is not shown, as columns are hidden");
  }
}

function columnOf(segment: PropertyKey | { readonly key: PropertyKey }): string {
  return String(typeof segment === "object" ? segment.key : segment);
}

const json: z.ZodType<Json> = z.json();
const row = z.record(z.string(), json);

/** The schema of an {@link Observation}, as evidence. */
export const observationSchema: z.ZodType<Observation> = z.union([
  z.strictObject({ kind: z.literal("count"), count: z.int(), sample: z.array(row) }),
  observedScalarSchema,
  z.strictObject({
    kind: z.literal("rows"),
    count: z.int(),
    bad: z.int(),
    sample: z.array(z.strictObject({ row, why: z.string() })),
  }),
  observedRowsSchema,
  observedKeysSchema,
  observedTimesSchema,
  observedProgressSchema,
]);
