import { GateError } from "../../gate/gate-error.js";
import type { QueryAnswer } from "./read-only-database.js";

/**
 * Refuses an answer that cannot be judged, or not be shown: a database may be written in JavaScript.
 *
 * Throws a `GateError` with code `SOURCE_FAILED` where it holds no list of rows, or a column that must be hidden is in none of
 * them: under another spelling it would show.
 */
export function assertAnswer(
  answer: unknown,
  source: string,
  redact: readonly string[],
): asserts answer is QueryAnswer {
  const refuse = (why: string) =>
    new GateError("SOURCE_FAILED", `What ${source} answered cannot be judged: ${why}.`, { source, isRetryable: false });
  const { rows, warnings } = (typeof answer === "object" && answer !== null ? answer : {}) as Partial<
    Record<keyof QueryAnswer, unknown>
  >;
  if (!Array.isArray(rows) || !rows.every((row) => typeof row === "object" && row !== null)) {
    throw refuse("it holds no list of rows");
  }
  if (!Array.isArray(warnings) || !warnings.every((text) => typeof text === "string")) {
    throw refuse("it holds no list of warnings");
  }
  const missing = redact.find((column) => rows.length > 0 && !rows.some((row) => Object.hasOwn(row as object, column)));
  if (missing !== undefined) {
    throw refuse(`redact names the column "${missing}", which the query does not return`);
  }
}
