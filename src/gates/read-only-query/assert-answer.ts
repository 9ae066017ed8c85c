import { GateError } from "../../gate/gate-error.js";
import type { Json } from "../../gate/json.js";
import { columnKinds, type AnswerColumn } from "./column-kind.js";
import type { QueryAnswer } from "./read-only-database.js";

/**
 * Refuses an answer that cannot be judged, or not be shown: a database may be written in JavaScript.
 *
 * Throws a `GateError` with code `SOURCE_FAILED` where it holds no list of rows, other columns than those of its rows, or lacks a
 * column that must be hidden: under another spelling it would show.
 */
export function assertAnswer(
  answer: unknown,
  source: string,
  redact: readonly string[],
): asserts answer is QueryAnswer {
  const refuse = (why: string) =>
    new GateError("SOURCE_FAILED", `What ${source} answered cannot be judged: ${why}.`, { source, isRetryable: false });
  const { rows, warnings, columns } = (typeof answer === "object" && answer !== null ? answer : {}) as Partial<
    Record<keyof QueryAnswer, unknown>
  >;
  if (!Array.isArray(rows) || !rows.every((row) => typeof row === "object" && row !== null)) {
    throw refuse("it holds no list of rows");
  }
  if (!Array.isArray(warnings) || !warnings.every((text) => typeof text === "string")) {
    throw refuse("it holds no list of warnings");
  }
  if (columns !== undefined && !isColumns(columns)) throw refuse("it holds no list of columns and their kinds");
  const names = columns?.map(({ name }) => name);
  if (names !== undefined && !rows.every((row: object) => hasColumns(row, names))) {
    throw refuse("its rows have other columns than it says");
  }
  const missing = redact.find((column) => !(names?.includes(column) ?? isInSome(rows as readonly object[], column)));
  if (missing !== undefined) {
    throw refuse(`redact names the column "${missing}", which the query does not return`);
  }
}

function isColumns(given: unknown): given is readonly AnswerColumn[] {
  if (!Array.isArray(given)) return false;
  const names = new Set<unknown>();
  return given.every((column: unknown) => {
    const { name, kind } = (typeof column === "object" && column !== null ? column : {}) as Record<string, Json>;
    const isNew = typeof name === "string" && !names.has(name);
    names.add(name);
    return isNew && (kind === null || columnKinds.some((known) => known === kind));
  });
}

function hasColumns(row: object, names: readonly string[]): boolean {
  return Object.keys(row).length === names.length && names.every((name) => Object.hasOwn(row, name));
}

/** Of no row nobody knows which columns it would have. */
function isInSome(rows: readonly object[], column: string): boolean {
  return rows.length === 0 || rows.some((row) => Object.hasOwn(row, column));
}
