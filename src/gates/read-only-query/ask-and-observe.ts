import { askRows } from "./ask-rows.js";
import { nameOfResult, type ExpectedResult } from "./compare/comparison.js";
import { observeComparison } from "./compare/observe-comparison.js";
import type { OneLook } from "./expectation.js";
import { observeFreshness } from "./freshness/observe-freshness.js";
import { observe, type Observation } from "./observation.js";
import type { QueryAnswer } from "./read-only-database.js";
import type { ReadOnlyQuerySettings } from "./read-only-query-config.js";
import { shownWarnings } from "./shown-warnings.js";

/** What is recorded of an answer. */
export interface Answered {
  readonly observed: Observation;
  /** Each text once. */
  readonly warnings: readonly string[];
}

/** Asks what the gate asks at a time, in milliseconds since the epoch, and keeps what its expectation needs. */
export async function askAndObserve(
  config: ReadOnlyQuerySettings,
  expect: OneLook,
  at: number,
  signal: AbortSignal,
): Promise<Answered> {
  const { database } = config;
  if ("sameResult" in expect || "sameKeys" in expect) {
    const other: ExpectedResult = "sameResult" in expect ? expect.sameResult : expect.sameKeys;
    const [here, there] = await askBoth(config, other, signal);
    const observed = { name: `the query on ${database.name}`, rows: here.rows, columns: here.columns };
    const expected = { name: nameOfResult(other), rows: there.rows, columns: there.columns };
    const warnings = shownWarnings([...here.warnings, ...there.warnings]);
    return { observed: observeComparison(expect, observed, expected, config), warnings };
  }
  const { rows, columns, warnings } = await askRows(config, config, signal);
  if ("freshness" in expect) {
    const observed = observeFreshness(expect.freshness, { rows, columns }, { source: database.name, at }, config);
    return { observed, warnings: shownWarnings(warnings) };
  }
  return { observed: await observe(expect, { rows, columns }, config), warnings: shownWarnings(warnings) };
}

/**
 * Asks two queries side by side, so that both see the same moment as nearly as two sessions can.
 *
 * Both are one step: what is recorded is how they differ, and a restart between them would compare two times. Where one fails, the
 * other is ended before the step is.
 */
async function askBoth(
  config: ReadOnlyQuerySettings,
  other: ExpectedResult,
  signal: AbortSignal,
): Promise<readonly [QueryAnswer, QueryAnswer]> {
  if (other.rows !== undefined) return [await askRows(config, config, signal), { rows: other.rows, warnings: [] }];
  const oneFailed = new AbortController();
  const ask = async (question: Parameters<typeof askRows>[0]) => {
    try {
      return await askRows(question, config, AbortSignal.any([signal, oneFailed.signal]));
    } catch (error) {
      oneFailed.abort(error);
      throw error;
    }
  };
  const { database = config.database, query, params = [] } = other;
  const answers = await Promise.allSettled([ask(config), ask({ database, query, params })]);
  // Why the first one failed; the other one was ended for it.
  oneFailed.signal.throwIfAborted();
  return answers.map((answer) => (answer as PromiseFulfilledResult<QueryAnswer>).value) as [QueryAnswer, QueryAnswer];
}
