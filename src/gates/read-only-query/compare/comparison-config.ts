import * as z from "zod";
import type { Json, JsonObject } from "../../../gate/json.js";
import { isExact } from "../decimal.js";
import { expectedGot } from "../expected-got.js";
import { questionFields } from "../question-config.js";

const columns = z
  .array(z.string().min(1))
  .min(1)
  .refine((names) => new Set(names).size === names.length, { error: "expected each column once" });

const json = z.json();
const exactJson = z
  .custom<Json>(
    (value) => json.safeParse(value).success,
    expectedGot("expected what JSON can say, as the database answers it"),
  )
  .refine(isExactJson, {
    error: "expected the digits of an integer beyond 2^53 as a string: as a number it was rounded",
  });

const { query, params, database } = questionFields;

const fields = z.strictObject({
  query: query.optional(),
  params: params.optional(),
  database: database.optional(),
  rows: z
    .array(z.record(z.string(), exactJson))
    .min(1, { error: "expected at least one row; where there must be none, expect { none: true }" })
    .max(100_000)
    .refine((rows) => rows.every((row) => Object.keys(row).length > 0), {
      error: "expected rows with at least one column",
    })
    .refine(haveSameColumns, { error: "expected every row to have the same columns" })
    .optional(),
  key: columns.optional(),
  numbers: columns.optional(),
  allowEmpty: z.boolean().optional(),
});

type Fields = z.output<typeof fields>;

/** The schema of what `sameResult` holds. */
export const sameResultSchema = fields
  .extend({ ordered: z.boolean().optional() })
  .refine(hasOneResult, { error: "expected either a query, or rows that are known" })
  .refine(hasKnownColumns, { error: "expected key and numbers to name columns of the rows" })
  .refine(({ key, ordered }) => key === undefined || ordered !== true, {
    error: "expected no key where the order says which row is which",
  });

/** The schema of what `sameKeys` holds. */
export const sameKeysSchema = fields
  .extend({ allow: z.enum(["missing", "unexpected"]).optional() })
  .refine(hasOneResult, { error: "expected either a query, or rows that are known" })
  .refine(hasKnownColumns, { error: "expected key and numbers to name columns of the rows" })
  .refine(({ key, numbers = [] }) => numbers.every((column) => key?.includes(column) ?? true), {
    error: "expected numbers to be among the columns of the key: nothing else is compared",
  });

function hasOneResult({ query: text, params: values, database: other, rows }: Fields): boolean {
  if (rows === undefined) return text !== undefined;
  return text === undefined && values === undefined && other === undefined;
}

function hasKnownColumns({ rows, key = [], numbers = [] }: Fields): boolean {
  const first = rows?.[0];
  return first === undefined || [...key, ...numbers].every((column) => Object.hasOwn(first, column));
}

function haveSameColumns(rows: readonly JsonObject[]): boolean {
  return rows.every((row) => columnsOf(row) === columnsOf(rows[0] ?? row));
}

function columnsOf(row: JsonObject): string {
  return JSON.stringify(Object.keys(row).toSorted());
}

function isExactJson(value: Json): boolean {
  if (typeof value !== "object" || value === null) return isExact(value);
  return Object.values(value).every(isExactJson);
}
