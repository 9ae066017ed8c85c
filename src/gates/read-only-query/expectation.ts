import * as z from "zod";
import type { StandardSchemaV1 } from "../../gate/standard-schema.js";
import { compareDecimals, isDecimal } from "./decimal.js";

/** What the rows must be: exactly one of these. */
export type Expectation = NoRows | RowCount | Scalar | EachRow;

/** The query returns nothing. */
export interface NoRows {
  readonly none: true;
}

/** The query returns so many rows. */
export interface RowCount {
  readonly count: { readonly exactly?: number; readonly atLeast?: number; readonly atMost?: number };
}

/** The query returns one row with one column, whose value is inside the bounds. Numbers compare exactly, never as floats. */
export interface Scalar {
  readonly scalar: ScalarBounds;
}

/** Bounds of a value. Give decimals and integers beyond 2^53 as strings. */
export interface ScalarBounds {
  readonly equals?: number | string | boolean;
  readonly above?: number | string;
  readonly atLeast?: number | string;
  readonly below?: number | string;
  readonly atMost?: number | string;
  /** From and to, both included. */
  readonly between?: readonly [number | string, number | string];
}

/** Every row fits a schema. */
export interface EachRow {
  /** Any Standard Schema. */
  readonly rows: StandardSchemaV1;
  /** Whether no row at all is good, too. @default false: then it is inconclusive, as nothing was checked */
  readonly allowEmpty?: boolean;
}

const numberError = 'expected a number, or the digits of one such as "12.50"';
const number = z.union([z.number(), z.string()]).refine(isDecimal, { error: numberError });
const size = z.int().min(0);

const countSchema = z
  .strictObject({ exactly: size.optional(), atLeast: size.optional(), atMost: size.optional() })
  .refine((count) => Object.keys(count).length > 0, { error: "expected exactly, atLeast or atMost" })
  .refine(({ exactly, ...others }) => exactly === undefined || Object.keys(others).length === 0, {
    error: "expected exactly alone, or bounds",
  })
  .refine(({ atLeast = 0, atMost = Infinity }) => atLeast <= atMost, {
    error: "expected atLeast to be at most atMost: nothing else can pass",
  })
  .refine(({ exactly, atLeast, atMost }) => exactly !== undefined || atMost !== undefined || atLeast !== 0, {
    error: "expected atLeast of 1 or more: at least 0 can never fail",
  });

const scalarSchema = z
  .strictObject({
    equals: z.union([z.number(), z.string(), z.boolean()]).optional(),
    above: number.optional(),
    atLeast: number.optional(),
    below: number.optional(),
    atMost: number.optional(),
    between: z.tuple([number, number]).optional(),
  })
  .refine((bounds) => Object.keys(bounds).length > 0, { error: "expected at least one bound" })
  .refine(({ between }) => !between || compareDecimals(between[0], between[1]) <= 0, {
    path: ["between"],
    error: "expected the lower bound first",
  });

const rowSchema = z.custom<StandardSchemaV1>(
  (value) => (typeof value === "object" || typeof value === "function") && value !== null && "~standard" in value,
  { error: "expected a schema for each row" },
);

/** The schema of an {@link Expectation}. */
export const expectationSchema = z.union(
  [
    z.strictObject({ none: z.literal(true) }),
    z.strictObject({ count: countSchema }),
    z.strictObject({ scalar: scalarSchema }),
    z.strictObject({ rows: rowSchema, allowEmpty: z.boolean().optional() }),
  ],
  { error: "expected exactly one of none, count, scalar and rows, as docs/gates/read-only-query.md shows them" },
);

/** Says an expectation in words. */
export function describeExpectation(expectation: Expectation): string {
  if ("none" in expectation) return "no rows";
  if ("count" in expectation) {
    const { exactly, atLeast, atMost } = expectation.count;
    if (exactly !== undefined) return `exactly ${rowsOf(exactly)}`;
    return [
      atLeast === undefined ? "" : `at least ${rowsOf(atLeast)}`,
      atMost === undefined ? "" : `at most ${rowsOf(atMost)}`,
    ]
      .filter((part) => part !== "")
      .join(" and ");
  }
  if ("scalar" in expectation) return describeBounds(expectation.scalar);
  return `every row to fit its schema${expectation.allowEmpty === true ? ", or no rows" : ""}`;
}

/** Says a number of rows. */
export function rowsOf(count: number): string {
  return count === 1 ? "1 row" : `${count} rows`;
}

function describeBounds({ equals, above, atLeast, below, atMost, between }: ScalarBounds): string {
  const parts = [
    equals === undefined ? "" : `${equals}`,
    above === undefined ? "" : `above ${above}`,
    atLeast === undefined ? "" : `at least ${atLeast}`,
    below === undefined ? "" : `below ${below}`,
    atMost === undefined ? "" : `at most ${atMost}`,
    between === undefined ? "" : `between ${between[0]} and ${between[1]}`,
  ];
  return parts.filter((part) => part !== "").join(" and ");
}
