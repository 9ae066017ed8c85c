import type { JsonObject } from "../../../gate/json.js";
import { sampleRows, shownRow, type SampleOptions } from "../sample-rows.js";
import { assertComparable, type ComparedColumn, type Side } from "./assert-comparable.js";
import {
  compareKeys,
  compareRows,
  compareRowsInOrder,
  pick,
  type RowComparisonOptions,
  type RowPair,
} from "./compare-rows.js";
import type { SameKeys, SameResult } from "./comparison.js";
import type { DifferentRow, ObservedKeys, ObservedRows, Sampled } from "./comparison-observation.js";

/** Compares two results, and keeps what makes them differ. Throws where they cannot be compared. */
export function observeComparison(
  expectation: SameResult | SameKeys,
  observed: Side,
  expected: Side,
  options: SampleOptions,
): ObservedRows | ObservedKeys {
  const counts = { count: observed.rows.length, expectedCount: expected.rows.length };
  const show = (row: JsonObject) => shownRow(row, options);
  const sampled = (rows: readonly JsonObject[]) => ({ total: rows.length, sample: sampleRows(rows, options, show) });
  if ("sameKeys" in expectation) {
    const { key: only, numbers = [] } = expectation.sameKeys;
    const { columns, kinds } = compared(assertComparable(observed, expected, { only, key: [], numbers }));
    const differences = compareKeys(observed.rows, expected.rows, { columns, key: columns, kinds });
    const { missing, unexpected } = differences;
    return { kind: "same-keys", ...counts, missing: sampled(missing), unexpected: sampled(unexpected) };
  }
  const { key = [], numbers = [], ordered = false } = expectation.sameResult;
  const { columns, kinds } = compared(assertComparable(observed, expected, { only: undefined, key, numbers }));
  const compare = ordered ? compareRowsInOrder : compareRows;
  const how = { columns, key: key.length === 0 ? columns : key, kinds };
  const { missing, unexpected, different, isReordered } = compare(observed.rows, expected.rows, how);
  return {
    kind: "same-result",
    ...counts,
    missing: sampled(missing),
    unexpected: sampled(unexpected),
    different: sampledPairs(different, key, options),
    isReordered,
  };
}

function compared(columns: readonly ComparedColumn[]): Pick<RowComparisonOptions, "columns" | "kinds"> {
  return {
    columns: columns.map(({ name }) => name),
    kinds: new Map(columns.map(({ name, kind }) => [name, kind])),
  };
}

function sampledPairs(
  pairs: readonly RowPair[],
  key: readonly string[],
  options: SampleOptions,
): Sampled<DifferentRow> {
  const show = ({ observed, expected, columns, at }: RowPair): DifferentRow => {
    const [here, there] = [shownRow(observed, options), shownRow(expected, options)];
    const differing = columns.map((column) => [
      column,
      { observed: here[column] ?? null, expected: there[column] ?? null },
    ]);
    return {
      ...(at === undefined ? { key: pick(here, key) } : { at }),
      columns: Object.fromEntries(differing) as DifferentRow["columns"],
    };
  };
  return { total: pairs.length, sample: sampleRows(pairs, options, show) };
}
