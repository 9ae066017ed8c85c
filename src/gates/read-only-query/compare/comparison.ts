import type { JsonObject } from "../../../gate/json.js";
import type { QueryParameter, ReadOnlyDatabase } from "../read-only-database.js";

/** The query returns the rows of another result: all of them, each as often, and no other. */
export interface SameResult {
  readonly sameResult: ExpectedResult &
    ComparisonOptions & {
      /** Whether the rows must come in the same order. Not with `key`. @default false */
      readonly ordered?: boolean;
    };
}

/** The query returns the keys of another result, however often. */
export interface SameKeys {
  readonly sameKeys: ExpectedResult &
    ComparisonOptions & {
      /** What is no fault: keys that are `missing`, or keys that are `unexpected`. @default neither */
      readonly allow?: "missing" | "unexpected";
    };
}

/** What rows are compared with: the result of another query, or rows that are known when the gate is built. */
export type ExpectedResult = OtherQuery | KnownRows;

/** The result of another query, asked at the same time and within the same limits. */
export interface OtherQuery {
  /** One statement that reads. */
  readonly query: string;
  /** Bound parameters, in order. Shown nowhere. @default none */
  readonly params?: readonly QueryParameter[];
  /** The database that is asked. @default the gate's own */
  readonly database?: ReadOnlyDatabase;
  readonly rows?: never;
}

/** Rows that are known when the gate is built, for example what there was before a migration. */
export interface KnownRows {
  /** As the database answers them. At least one, at most 100,000. */
  readonly rows: readonly JsonObject[];
  readonly query?: never;
}

/** How rows are compared. */
export interface ComparisonOptions {
  /**
   * Columns that say which row is which. `sameResult` shows by them what differs in a row, and judges as it would without;
   * `sameKeys` looks at nothing else. @default all columns
   */
  readonly key?: readonly string[];
  /** Columns of texts that hold numbers, in which `1.50` is `1.5`. Of columns of numbers the database says it. @default none */
  readonly numbers?: readonly string[];
  /** Whether no row on both sides is good, too. @default false: then it is inconclusive, as nothing was compared */
  readonly allowEmpty?: boolean;
}

/** What an expectation compares with, and how, where it compares. */
export function comparisonIn(expectation: object): (ExpectedResult & ComparisonOptions) | undefined {
  if ("sameResult" in expectation) return (expectation as SameResult).sameResult;
  return "sameKeys" in expectation ? (expectation as SameKeys).sameKeys : undefined;
}

/** Says what a comparison expects. */
export function describeComparison(expectation: SameResult | SameKeys): string {
  const settings = "sameResult" in expectation ? expectation.sameResult : expectation.sameKeys;
  const empty = settings.allowEmpty === true ? ", or none on both sides" : "";
  return `${relationOf(expectation)} ${nameOfResult(settings)}${empty}`;
}

function relationOf(expectation: SameResult | SameKeys): string {
  if ("sameResult" in expectation) {
    return expectation.sameResult.ordered === true ? "the same rows, in the same order, as" : "the same rows as";
  }
  const { allow } = expectation.sameKeys;
  if (allow === undefined) return "the same keys as";
  return allow === "missing" ? "no other keys than" : "at least the keys of";
}

/** How a person calls the result that rows are compared with. */
export function nameOfResult(result: ExpectedResult): string {
  if (result.rows !== undefined) return result.rows.length === 1 ? "1 known row" : `${result.rows.length} known rows`;
  return result.database === undefined ? "the other query" : `the query on ${result.database.name}`;
}
