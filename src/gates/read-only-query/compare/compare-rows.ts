import type { JsonObject } from "../../../gate/json.js";
import type { ColumnKind } from "../column-kind.js";
import { comparableText } from "./comparable-value.js";

/** What of rows is compared. */
export interface RowComparisonOptions {
  /** The columns whose values are compared. */
  readonly columns: readonly string[];
  /** The columns that say which row is which. */
  readonly key: readonly string[];
  /** As what the values of a column are compared, where more than their JSON tells. */
  readonly kinds: ReadonlyMap<string, ColumnKind | null>;
}

/** What makes two results differ. They are the same where there is nothing of it. */
export interface RowDifferences {
  /** Rows that only the expected result has. */
  readonly missing: readonly JsonObject[];
  /** Rows that only the observed result has. */
  readonly unexpected: readonly JsonObject[];
  /** Rows that both have, with other values. */
  readonly different: readonly RowPair[];
  /** Whether the rows are the same, in another order. */
  readonly isReordered: boolean;
}

/** A row of each side, and the columns in which they differ. */
export interface RowPair {
  readonly observed: JsonObject;
  readonly expected: JsonObject;
  readonly columns: readonly string[];
  /** Which row it is where the order says it, from 1. */
  readonly at?: number;
}

/**
 * Compares rows in any order: each must be there as often on both sides.
 *
 * The key changes what is said of rows that differ, never whether they do: rows of one key that are left over on both sides are
 * paired in their order, and the others are missing or unexpected.
 */
export function compareRows(
  observed: readonly JsonObject[],
  expected: readonly JsonObject[],
  options: RowComparisonOptions,
): RowDifferences {
  const groups = new Map<string, RowGroup>();
  const addTo = (side: keyof RowGroup, row: JsonObject) => {
    const key = textOf(row, options.key, options);
    const group = groups.get(key) ?? { observed: [], expected: [] };
    group[side].push({ row, text: options.key === options.columns ? key : textOf(row, options.columns, options) });
    groups.set(key, group);
  };
  for (const row of observed) addTo("observed", row);
  for (const row of expected) addTo("expected", row);
  const missing: JsonObject[] = [];
  const unexpected: JsonObject[] = [];
  const different: RowPair[] = [];
  for (const group of groups.values()) {
    const here = leftOver(group.observed, group.expected);
    const there = leftOver(group.expected, group.observed);
    const pairs = Math.min(here.length, there.length);
    different.push(...here.slice(0, pairs).map((row, index) => pairOf(row, there[index] ?? row, options)));
    unexpected.push(...here.slice(pairs));
    missing.push(...there.slice(pairs));
  }
  return { missing, unexpected, different, isReordered: false };
}

/** The rows of one key. */
interface RowGroup {
  readonly observed: RowWithText[];
  readonly expected: RowWithText[];
}

/** A row, and the one text that equal rows have. */
interface RowWithText {
  readonly row: JsonObject;
  readonly text: string;
}

/** Compares rows one by one: the first with the first. */
export function compareRowsInOrder(
  observed: readonly JsonObject[],
  expected: readonly JsonObject[],
  options: RowComparisonOptions,
): RowDifferences {
  const length = Math.min(observed.length, expected.length);
  const different: RowPair[] = [];
  for (const [index, row] of observed.slice(0, length).entries()) {
    const pair = pairOf(row, expected[index] ?? row, options);
    if (pair.columns.length > 0) different.push({ ...pair, at: index + 1 });
  }
  const isSame = ({ missing, unexpected }: RowDifferences) => missing.length + unexpected.length === 0;
  return {
    missing: expected.slice(length),
    unexpected: observed.slice(length),
    different,
    isReordered: different.length > 0 && isSame(compareRows(observed, expected, { ...options, key: options.columns })),
  };
}

/** The keys of both sides, each once, as far as the other side lacks them. */
export function compareKeys(
  observed: readonly JsonObject[],
  expected: readonly JsonObject[],
  options: RowComparisonOptions,
): Pick<RowDifferences, "missing" | "unexpected"> {
  const [here, there] = [keysOf(observed, options), keysOf(expected, options)];
  return { missing: lacking(there, here), unexpected: lacking(here, there) };
}

type Keys = ReadonlyMap<string, JsonObject>;

function keysOf(rows: readonly JsonObject[], options: RowComparisonOptions): Keys {
  return new Map(rows.map((row) => [textOf(row, options.key, options), pick(row, options.key)]));
}

function lacking(keys: Keys, others: Keys): readonly JsonObject[] {
  return [...keys].filter(([text]) => !others.has(text)).map(([, key]) => key);
}

/** Some columns of a row. */
export function pick(row: JsonObject, columns: readonly string[]): JsonObject {
  return Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
}

/** The rows that are there more often than on the other side. */
function leftOver(rows: readonly RowWithText[], others: readonly RowWithText[]): readonly JsonObject[] {
  const counts = new Map<string, number>();
  for (const { text } of others) counts.set(text, (counts.get(text) ?? 0) + 1);
  return rows
    .filter(({ text }) => {
      const count = counts.get(text) ?? 0;
      counts.set(text, count - 1);
      return count <= 0;
    })
    .map(({ row }) => row);
}

function pairOf(observed: JsonObject, expected: JsonObject, options: RowComparisonOptions): RowPair {
  const columns = options.columns.filter(
    (column) => textOf(observed, [column], options) !== textOf(expected, [column], options),
  );
  return { observed, expected, columns };
}

function textOf(row: JsonObject, columns: readonly string[], { kinds }: RowComparisonOptions): string {
  return columns.map((column) => comparableText(row[column] ?? null, kinds.get(column) ?? null)).join();
}
