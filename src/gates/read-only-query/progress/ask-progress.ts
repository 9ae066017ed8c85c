import type { StepIo } from "../../../gate/gate-context.js";
import { GateError, isGateError, type GateErrorCode } from "../../../gate/gate-error.js";
import type { Json } from "../../../gate/json.js";
import { askRows } from "../ask-rows.js";
import { isDecimal } from "../decimal.js";
import { observeScalar, type ObservedScalar } from "../observe-scalar.js";
import { queryStep } from "../query-step.js";
import type { QueryContext } from "../read-only-query-evidence.js";
import { rowsOf } from "../rows-of.js";
import { shownWarnings } from "../shown-warnings.js";
import type { ReadingResult } from "./progress-state.js";

/** What a question came to, and what the database warned of. */
export interface AskedProgress {
  readonly result: ReadingResult;
  readonly warnings: readonly string[];
}

/**
 * Asks a job's number once, as a step of its gate.
 *
 * A question that fails is an answer. Throws where asking again cannot help: where the answer is no number, where the first
 * question is refused, and where the gate is no longer needed.
 */
export async function askProgress(context: QueryContext, name: string, isFirst: boolean): Promise<AskedProgress> {
  const { config } = context;
  const look = async ({ signal }: StepIo) => {
    const answer = await askRows(config, config, signal);
    return { observed: observeScalar(answer), warnings: shownWarnings(answer.warnings) };
  };
  const answer = await context.step(name, look, queryStep(config)).catch((error: unknown) => {
    if (!isPassing(error, isFirst)) throw error;
    return error instanceof Error ? error : new Error("a value that is no error was thrown");
  });
  const at = context.now();
  if (answer instanceof Error) return { result: { at, error: answer }, warnings: [] };
  return { result: readingOf(answer.observed, at, config.database.name), warnings: answer.warnings };
}

function readingOf({ count, columns, value }: ObservedScalar, at: number, source: string): ReadingResult {
  if (count === 0) return { at, nothing: "no rows" };
  if (count > 1 || columns !== 1) {
    throw unfit(source, `one row with one column, got ${rowsOf(count)} with ${columns} columns`);
  }
  if (value === null) return { at, nothing: "NULL" };
  if (!isDecimal(value)) throw unfit(source, `a number, got ${kindOf(value)}`);
  return { at, value };
}

function unfit(source: string, what: string): Error {
  return new GateError("SOURCE_FAILED", `A job's progress on ${source} cannot be told: expected ${what}.`, {
    source,
    isRetryable: false,
  });
}

function kindOf(value: Json): string {
  if (typeof value !== "object") return typeof value === "string" ? "a text" : `a ${typeof value}`;
  return Array.isArray(value) ? "a list" : "an object";
}

const faultsOfSources: ReadonlySet<GateErrorCode> = new Set(["SOURCE_FAILED", "STEP_TIMEOUT"]);

/** Whether the next question may be answered. What is refused the first time is no query that was ever right. */
function isPassing(error: unknown, isFirst: boolean): boolean {
  if (!isGateError(error)) return true;
  if (!faultsOfSources.has(error.code)) return false;
  if (!isFirst || !isGateError(error, "SOURCE_FAILED")) return true;
  return error.details.isRetryable || error.details.fault === "limit";
}
