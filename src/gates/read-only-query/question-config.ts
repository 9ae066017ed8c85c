import * as z from "zod";
import { isExact } from "./decimal.js";
import type { ReadOnlyDatabase } from "./read-only-database.js";

const parameter = z
  .union([z.null(), z.boolean(), z.number(), z.string()])
  .refine(isExact, { error: "expected an integer beyond 2^53 as a string: as a number it was rounded" });

/** The fields of what is asked of a database: which one, the statement, its parameters. */
export const questionFields = {
  database: z.custom<ReadOnlyDatabase>(isDatabase, {
    error: "expected a read-only database, such as postgres({ … })",
  }),
  query: z.string().trim().min(1),
  params: z.array(parameter),
} as const;

function isDatabase(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { name, description, query } = value as Partial<ReadOnlyDatabase>;
  return typeof name === "string" && typeof description === "object" && typeof query === "function";
}
