import { GateError } from "../../../gate/gate-error.js";
import type { JsonObject } from "../../../gate/json.js";
import { wordsOfKind, type AnswerColumn, type ColumnKind } from "../column-kind.js";
import { fitsKind } from "../fits-kind.js";
import { adviceOn } from "./advice-on.js";
import { commonKind } from "./common-kind.js";
import { jsonKindsOf, type JsonKind } from "./comparable-value.js";

/** Rows, and how a person calls where they come from. */
export interface Side {
  readonly name: string;
  readonly rows: readonly JsonObject[];
  /** What is known of the columns; undefined where nothing is. */
  readonly columns?: readonly AnswerColumn[] | undefined;
}

/** Which columns are compared, and of which of them the values are numbers. */
export interface ComparedColumns {
  /** All that there are where it is undefined. */
  readonly only: readonly string[] | undefined;
  readonly key: readonly string[];
  readonly numbers: readonly string[];
}

/** A column, and as what its values are compared; null where only their JSON tells. */
export interface ComparedColumn {
  readonly name: string;
  readonly kind: ColumnKind | null;
}

/**
 * Refuses rows that cannot be compared, and returns the columns that are.
 *
 * Throws a `GateError` with code `SOURCE_FAILED` where the sides have other columns, or in one column values of other kinds: what
 * is a boolean here and a number there would differ in every row, and say nothing about the data.
 */
export function assertComparable(observed: Side, expected: Side, columns: ComparedColumns): readonly ComparedColumn[] {
  const refuse = (why: string) =>
    new GateError("SOURCE_FAILED", `The results cannot be compared: ${why}.`, {
      source: `${observed.name} and ${expected.name}`,
      isRetryable: false,
    });
  const known = [observed, expected].flatMap((side) => {
    const names = columnsOf(side);
    return names === undefined ? [] : [{ ...side, names }];
  });
  for (const { name, rows, names } of known) {
    if (rows.some((row) => !hasColumns(row, names))) {
      throw refuse(`not every row of ${name} has the same columns`);
    }
    if (names.length === 0) throw refuse(`${name} returns no column`);
    const missing = [...(columns.only ?? []), ...columns.key, ...columns.numbers].find(
      (column) => !names.includes(column),
    );
    if (missing !== undefined) throw refuse(`${name} does not return the column "${missing}"`);
  }
  const [one, other] = known;
  if (columns.only === undefined && one !== undefined && other !== undefined) {
    const alone = [aloneIn(one.name, one.names, other.names), aloneIn(other.name, other.names, one.names)];
    if (alone.some((text) => text !== "")) throw refuse(alone.filter((text) => text !== "").join("; "));
  }
  return (columns.only ?? one?.names ?? []).map((name) => {
    const kind = commonKind(kindOf(observed, name), kindOf(expected, name), columns.numbers.includes(name));
    const [here, there] = [kindsIn(observed, name, kind), kindsIn(expected, name, kind)];
    const isComparable = kind !== undefined && [...here].some((each) => there.has(each));
    if (here.size > 0 && there.size > 0 && !isComparable) {
      throw refuse(
        `the column "${name}" holds ${wordsOf(here)} in ${observed.name}, and ${wordsOf(there)} in ${expected.name}; ` +
          adviceOn(here, there),
      );
    }
    return { name, kind: kind ?? null };
  });
}

/** Undefined where nobody knows: there is no row, and nothing is said of the columns. */
function columnsOf({ columns, rows }: Side): readonly string[] | undefined {
  if (columns !== undefined) return columns.map(({ name }) => name).toSorted();
  return rows[0] === undefined ? undefined : Object.keys(rows[0]).toSorted();
}

function kindOf({ columns }: Side, column: string): ColumnKind | null {
  return columns?.find(({ name }) => name === column)?.kind ?? null;
}

function hasColumns(row: JsonObject, columns: readonly string[]): boolean {
  return Object.keys(row).length === columns.length && columns.every((column) => Object.hasOwn(row, column));
}

function aloneIn(name: string, here: readonly string[], there: readonly string[]): string {
  const alone = here.filter((column) => !there.includes(column)).map((column) => `"${column}"`);
  if (alone.length === 0) return "";
  return `only ${name} returns the column${alone.length === 1 ? "" : "s"} ${alone.join(", ")}`;
}

type AnyKind = ColumnKind | JsonKind;

/** What a column's values are, for what they are compared as. Nothing where all are NULL. */
function kindsIn(side: Side, column: string, common: ColumnKind | null | undefined): ReadonlySet<AnyKind> {
  const own = kindOf(side, column);
  const kinds = new Set<AnyKind>();
  for (const row of side.rows) {
    const value = row[column] ?? null;
    if (value === null) continue;
    // What the database says of the column is so of every value.
    if (own !== null && (own === common || common === undefined)) return new Set([own]);
    if (common !== null && common !== undefined && fitsKind(value, common)) kinds.add(common);
    else for (const kind of jsonKindsOf(value)) kinds.add(kind);
  }
  return kinds;
}

function wordsOf(kinds: ReadonlySet<AnyKind>): string {
  return [...kinds]
    .map((kind) => (kind === "list" || kind === "object" ? `${kind}s` : wordsOfKind(kind)))
    .join(" and ");
}
