import type { StandardSchemaV1 } from "../../gate/standard-schema.js";
import { describeComparison, type SameKeys, type SameResult } from "./compare/comparison.js";
import { describeFreshness, type Freshness } from "./freshness/freshness.js";
import { describeProgress, type Progress } from "./progress/progress.js";
import { rowsOf } from "./rows-of.js";

/** What the rows must be: exactly one of these. */
export type Expectation = OneLook | Progress;

/** What one answer can tell. */
export type OneLook = NoRows | RowCount | Scalar | EachRow | SameResult | SameKeys | Freshness;

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

/**
 * Bounds of a value. A number is the decimal that JavaScript writes for it: `0.1` is 0.1. Give integers beyond 2^53 as strings, and
 * decimals of more than 15 digits, which JavaScript rounds.
 */
export interface ScalarBounds {
  /** A number compares as a number. A string is taken for what the value is: with a text it compares by every character. */
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

/** Whether so many rows are as expected. */
export function isExpectedCount(expectation: NoRows | RowCount, count: number): boolean {
  if ("none" in expectation) return count === 0;
  const { exactly, atLeast = 0, atMost = Number.POSITIVE_INFINITY } = expectation.count;
  return exactly === undefined ? count >= atLeast && count <= atMost : count === exactly;
}

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
  if ("sameResult" in expectation || "sameKeys" in expectation) return describeComparison(expectation);
  if ("progress" in expectation) return describeProgress(expectation.progress);
  if ("freshness" in expectation) return describeFreshness(expectation.freshness);
  return `every row to fit its schema${expectation.allowEmpty === true ? ", or no rows" : ""}`;
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
