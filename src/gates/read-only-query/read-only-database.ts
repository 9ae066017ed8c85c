import type { JsonObject } from "../../gate/json.js";
import type { AnswerColumn } from "./column-kind.js";

export type { AnswerColumn, ColumnKind, ValueKind } from "./column-kind.js";

/** A value that can be bound to a query's parameter. Give decimals and large integers as strings. */
export type QueryParameter = null | boolean | number | string;

/** A query, and how much of the database it may use. */
export interface QueryRequest {
  /** One statement that reads. Values go into `params`, never into the text. */
  readonly text: string;
  /** Bound parameters, in order. */
  readonly params: readonly QueryParameter[];
  /** The statement ends after this long, on the server too. Milliseconds. */
  readonly timeoutMs: number;
  /** More rows than this is a fault, never a cut result. */
  readonly maxRows: number;
  /** More bytes of answer than this is a fault, never a cut result. */
  readonly maxBytes: number;
  /** What to do where the role could write, were it not for this session. */
  readonly role: RolePolicy;
  /** Aborted when the answer is no longer wanted. The statement must end then, and the connection with it. */
  readonly signal: AbortSignal;
}

/** `require-read-only`: a role that could write is refused before the statement is run. `warn`: the answer says so. */
export type RolePolicy = "require-read-only" | "warn";

/** What a database answered. */
export interface QueryAnswer {
  /**
   * Every row.
   *
   * As JSON that loses nothing: integers beyond 2^53 and decimals as strings, instants as ISO 8601 in UTC, NULL as null, bytes
   * as base64, what JSON has no word for (infinity) as the server's text.
   */
  readonly rows: readonly JsonObject[];
  /**
   * The columns, each name once, and what their values are, also where there is no row. Only these tell bytes from a text of the same
   * characters, and a decimal from a text. @default values are what their JSON tells
   */
  readonly columns?: readonly AnswerColumn[];
  /** What a person should know: a role that could write, for one. Nothing that makes the rows wrong: that is a fault. */
  readonly warnings: readonly string[];
}

/**
 * A database that can be asked, and not be changed.
 *
 * Rules:
 * - Each `query` runs alone, in a read-only session of its own that is rolled back and closed, whatever happened.
 * - A refusal, a timeout, too large an answer or a lost connection throws a `GateError` with code `SOURCE_FAILED`, whose
 *   `isRetryable` says whether asking again may help, and whose `fault` says what kind it is. It is never an empty result.
 * - `name`, `description` and errors hold no credential and no parameter.
 */
export interface ReadOnlyDatabase {
  /** How a person calls it: `postgres orders at db.internal`. */
  readonly name: string;
  /** What it is, for the plan's fingerprint and the reports: `{ type: "postgres", host: "…", database: "…" }`. */
  readonly description: JsonObject;
  query(request: QueryRequest): Promise<QueryAnswer>;
}
