import * as z from "zod";
import { isExact } from "./decimal.js";
import { expectedGot } from "./expected-got.js";
import type { ReadOnlyDatabase } from "./read-only-database.js";

const parameter = z
  .union(
    [z.null(), z.boolean(), z.number(), z.string()],
    expectedGot("expected null, a boolean, a number or a text: a time as its ISO text, a bigint as its digits"),
  )
  .refine(isExact, { error: "expected an integer beyond 2^53 as a string: as a number it was rounded" });

const oneStatement = "expected one statement that reads";

/** The fields of what is asked of a database: which one, the statement, its parameters. */
export const questionFields = {
  database: z.custom<ReadOnlyDatabase>(
    isDatabase,
    expectedGot("expected a read-only database, such as postgres({ … })"),
  ),
  query: z.string(expectedGot(oneStatement)).trim().min(1, expectedGot(oneStatement)),
  params: z.array(parameter),
} as const;

function isDatabase(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { name, description, query } = value as Partial<ReadOnlyDatabase>;
  return typeof name === "string" && typeof description === "object" && typeof query === "function";
}
