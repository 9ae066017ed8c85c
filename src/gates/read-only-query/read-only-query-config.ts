import * as z from "zod";
import type { Duration } from "../../gate/duration.js";
import { positiveDurationSchema } from "../../gate/gate-config.js";
import type { JsonObject } from "../../gate/json.js";
import type { StandardSchemaV1 } from "../../gate/standard-schema.js";
import { comparisonIn } from "./compare/comparison.js";
import { expectationSchema } from "./expectation-config.js";
import type { Expectation } from "./expectation.js";
import type { FreshnessBounds } from "./freshness/freshness.js";
import { questionFields } from "./question-config.js";
import type { QueryParameter, ReadOnlyDatabase, RolePolicy } from "./read-only-database.js";

/** What is asked of which database, and what the answer must be. */
export interface ReadOnlyQueryConfig {
  /** The database, for example `postgres({ … })` of `release-gates/databases`. */
  readonly database: ReadOnlyDatabase;
  /** One statement that reads. Values go into `params`, never into the text. */
  readonly query: string;
  /** Bound parameters, in order. Shown nowhere. @default none */
  readonly params?: readonly QueryParameter[];
  /** What the rows must be. */
  readonly expect: Expectation;
  /** How long the statement may take, on the server too. Up to an hour. @default "10s" */
  readonly timeout?: Duration;
  /** How many rows the answer may have; more is an error, not a cut result. From 1 to 100,000. @default 1000 */
  readonly maxRows?: number;
  /** How many bytes the answer may have; more is an error. From 1 to 64 MiB. @default 1048576 */
  readonly maxBytes?: number;
  /** How many rows the evidence shows. From 0 to 100. @default 5 */
  readonly maxShown?: number;
  /**
   * What to do where the role that asks could write, were it not for the read-only session: `require-read-only` refuses to ask,
   * `warn` puts it into the evidence. @default "warn"
   */
  readonly role?: RolePolicy;
  /** Columns whose values the evidence does not show. One that the rows do not have is an error. @default none */
  readonly redact?: readonly string[];
}

/** {@link ReadOnlyQueryConfig}, as its schema returns it. */
export interface ReadOnlyQuerySettings {
  readonly database: ReadOnlyDatabase;
  readonly query: string;
  readonly params: readonly QueryParameter[];
  readonly expect: Expectation;
  readonly timeout: number;
  readonly maxRows: number;
  readonly maxBytes: number;
  readonly maxShown: number;
  readonly role: RolePolicy;
  readonly redact: readonly string[];
}

const maxTimeoutMs = 3_600_000;

/** The fields of {@link ReadOnlyQueryConfig}. */
export const readOnlyQueryFields = z
  .strictObject({
    ...questionFields,
    params: questionFields.params.default([]),
    expect: expectationSchema,
    timeout: positiveDurationSchema
      .refine((ms) => ms <= maxTimeoutMs, { error: "expected at most an hour" })
      .default(10_000),
    maxRows: z.int().min(1).max(100_000).default(1_000),
    maxBytes: z.int().min(1).max(67_108_864).default(1_048_576),
    maxShown: z.int().min(0).max(100).default(5),
    role: z.enum(["require-read-only", "warn"]).default("warn"),
    redact: z.array(z.string().min(1)).default([]),
  })
  .refine(({ expect, maxRows }) => leastRows(expect) <= maxRows, {
    path: ["maxRows"],
    error: ({ input }) => {
      const { expect, maxRows } = input as { readonly expect: Expectation; readonly maxRows: number };
      const least = leastRows(expect);
      return `expected at least ${least}, as fewer than ${least} rows can never pass, got ${maxRows}`;
    },
  })
  .refine(({ expect, redact }) => !("scalar" in expect || "progress" in expect) || redact.length === 0, {
    path: ["redact"],
    error: "expected none with a scalar, and none with a progress: the value is the evidence, and shown",
  })
  .refine(({ expect, redact }) => isHiddenIn(comparisonIn(expect)?.rows?.[0], redact), {
    path: ["redact"],
    error: "expected columns of the rows that are known: under another spelling they would show",
  })
  .refine(({ expect, redact }) => !("freshness" in expect) || !showsOneOf(expect.freshness, redact), {
    path: ["redact"],
    error:
      "expected other columns than those of times, which are the evidence, and shown; name the column of the times",
  });

/** The schema of {@link ReadOnlyQueryConfig}. */
export const readOnlyQueryConfig: StandardSchemaV1<ReadOnlyQueryConfig, ReadOnlyQuerySettings> = z
  .custom<ReadOnlyQueryConfig>()
  // The type above is written for people; what holds is said by the fields.
  .transform((config): unknown => config)
  .pipe(readOnlyQueryFields)
  .transform((config): ReadOnlyQuerySettings => config as ReadOnlyQuerySettings);

/** How many rows must be there, where that is known: of an answer with more than `maxRows` nothing is. */
function leastRows(expect: Expectation): number {
  if ("count" in expect) return expect.count.exactly ?? expect.count.atLeast ?? 0;
  return "sameResult" in expect ? (expect.sameResult.rows?.length ?? 0) : 0;
}

function showsOneOf({ column, now }: FreshnessBounds, redact: readonly string[]): boolean {
  return redact.some((name) => column === undefined || name === column || name === now);
}

function isHiddenIn(row: JsonObject | undefined, redact: readonly string[]): boolean {
  return row === undefined || redact.every((column) => Object.hasOwn(row, column));
}
