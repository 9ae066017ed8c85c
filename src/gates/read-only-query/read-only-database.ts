import type { Json, JsonObject } from "../../gate/json.js";

/** A query, and how much of the database it may use. */
export interface QueryRequest {
  /** One statement. Values go into `params`, never into the text. */
  readonly text: string;
  /** Bound parameters, in order. */
  readonly params: readonly Json[];
  /** The statement ends on the server after this long. Milliseconds. */
  readonly timeoutMs: number;
  /** More rows than this is a fault (`SOURCE_FAILED`), never a cut result. */
  readonly maxRows: number;
  /** More bytes of row data than this is a fault, never a cut result. */
  readonly maxBytes: number;
  /** Aborted when the answer is no longer wanted. The statement must end then, and the connection with it. */
  readonly signal: AbortSignal;
}

/** Every row that the query returned. */
export interface QueryResult {
  /** Column names in order. Two columns of one name are a fault. */
  readonly columns: readonly string[];
  /**
   * Rows as JSON that loses nothing: integers beyond 2^53 and decimals as strings, instants as ISO 8601 strings in UTC,
   * NULL as null, bytes as base64 strings.
   */
  readonly rows: readonly JsonObject[];
}

/**
 * A database that can be asked, and not be changed.
 *
 * Rules:
 * - Each `query` runs alone, in a read-only session of its own that is rolled back and closed, whatever happened.
 * - A refusal, a timeout, a cut result or a lost connection throws a `GateError` with code `SOURCE_FAILED`.
 *   It is never an empty result.
 * - `name`, `description` and errors hold no credential and no parameter value.
 */
export interface ReadOnlyDatabase {
  /** How a person calls it: `postgres orders@db.internal`. */
  readonly name: string;
  /** What it is, for the plan's fingerprint and the reports: `{ type: "postgres", host: "…", database: "…" }`. */
  readonly description: JsonObject;
  query(request: QueryRequest): Promise<QueryResult>;
}
