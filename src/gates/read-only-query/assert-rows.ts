import { GateError } from "../../gate/gate-error.js";
import type { JsonObject } from "../../gate/json.js";

/**
 * Refuses an answer that cannot be judged, or not be shown.
 *
 * Throws a `GateError` with code `SOURCE_FAILED` where it is no list of rows, or a column that must be hidden is in none of them:
 * under another spelling it would show.
 */
export function assertRows(
  rows: unknown,
  source: string,
  redact: readonly string[],
): asserts rows is readonly JsonObject[] {
  const refuse = (why: string) =>
    new GateError("SOURCE_FAILED", `What ${source} answered cannot be judged: ${why}.`, { source, isRetryable: false });
  if (!Array.isArray(rows) || !rows.every((row) => typeof row === "object" && row !== null)) {
    throw refuse("it is no list of rows");
  }
  const missing = redact.find((column) => rows.length > 0 && !rows.some((row) => Object.hasOwn(row, column)));
  if (missing !== undefined) {
    throw refuse(`redact names the column "${missing}", which the query does not return`);
  }
}
