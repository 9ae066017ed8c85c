import { GateError } from "../../../gate/gate-error.js";
import type { JsonObject } from "../../../gate/json.js";
import { kindsOf, type ValueKind } from "./comparable-value.js";

/** Rows, and how a person calls where they come from. */
export interface Side {
  readonly name: string;
  readonly rows: readonly JsonObject[];
}

/** Which columns are compared, and of which of them the values are numbers. */
export interface ComparedColumns {
  /** All that there are where it is undefined. */
  readonly only: readonly string[] | undefined;
  readonly key: readonly string[];
  readonly numbers: readonly string[];
}

/**
 * Refuses rows that cannot be compared, and returns the columns that are.
 *
 * Throws a `GateError` with code `SOURCE_FAILED` where the sides have other columns, or in one column values of other kinds: what
 * is a boolean here and a number there would differ in every row, and say nothing about the data.
 */
export function assertComparable(observed: Side, expected: Side, columns: ComparedColumns): readonly string[] {
  const refuse = (why: string) =>
    new GateError("SOURCE_FAILED", `The results cannot be compared: ${why}.`, {
      source: `${observed.name} and ${expected.name}`,
      isRetryable: false,
    });
  const sides = [observed, expected].filter(({ rows }) => rows.length > 0);
  for (const { name, rows } of sides) {
    const all = columnsOf(rows);
    if (rows.some((row) => !hasColumns(row, all))) {
      throw refuse(`not every row of ${name} has the same columns`);
    }
    const missing = [...(columns.only ?? []), ...columns.key, ...columns.numbers].find(
      (column) => !all.includes(column),
    );
    if (missing !== undefined) throw refuse(`${name} does not return the column "${missing}"`);
  }
  const compared = columns.only ?? columnsOf(sides[0]?.rows ?? []);
  if (sides.length < 2) return compared;
  if (columns.only === undefined) {
    const [here, there] = [columnsOf(observed.rows), columnsOf(expected.rows)];
    const alone = [aloneIn(observed.name, here, there), aloneIn(expected.name, there, here)].filter(Boolean);
    if (alone.length > 0) throw refuse(alone.join("; "));
  }
  for (const column of compared) {
    const isNumber = columns.numbers.includes(column);
    const [here, there] = [kindsIn(observed.rows, column, isNumber), kindsIn(expected.rows, column, isNumber)];
    if (here.size > 0 && there.size > 0 && ![...here].some((kind) => there.has(kind))) {
      throw refuse(
        `the column "${column}" holds ${wordsOf(here)} in ${observed.name}, and ${wordsOf(there)} in ${expected.name}; ` +
          adviceOn(here, there),
      );
    }
  }
  return compared;
}

function columnsOf(rows: readonly JsonObject[]): readonly string[] {
  return Object.keys(rows[0] ?? {}).toSorted();
}

function hasColumns(row: JsonObject, columns: readonly string[]): boolean {
  return Object.keys(row).length === columns.length && columns.every((column) => Object.hasOwn(row, column));
}

function aloneIn(name: string, here: readonly string[], there: readonly string[]): string {
  const alone = here.filter((column) => !there.includes(column)).map((column) => `"${column}"`);
  if (alone.length === 0) return "";
  return `only ${name} returns the column${alone.length === 1 ? "" : "s"} ${alone.join(", ")}`;
}

function kindsIn(rows: readonly JsonObject[], column: string, isNumber: boolean): ReadonlySet<ValueKind> {
  const kinds = new Set<ValueKind>();
  for (const row of rows) for (const kind of kindsOf(row[column] ?? null, isNumber)) kinds.add(kind);
  return kinds;
}

const words = { boolean: "booleans", number: "numbers", text: "texts", list: "lists", object: "objects" } as const;

function wordsOf(kinds: ReadonlySet<ValueKind>): string {
  return [...kinds].map((kind) => words[kind]).join(" and ");
}

function adviceOn(here: ReadonlySet<ValueKind>, there: ReadonlySet<ValueKind>): string {
  const isDecimals = (here.has("number") && there.has("text")) || (here.has("text") && there.has("number"));
  return isDecimals ? "name it in numbers where the texts are decimals, or cast one" : "cast one of them";
}
