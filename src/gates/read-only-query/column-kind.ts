const valueKinds = [
  "boolean",
  "number",
  "text",
  "bytes",
  "instant",
  "datetime",
  "date",
  "time",
  "json",
  "mixed",
] as const;

/**
 * What a value is, whatever its database calls the type.
 *
 * `number` is any, of any size and scale; `instant` a point in time, `datetime` a date and a time of no zone; `text` also whatever
 * has no kind of its own, as the server writes it. `mixed` are values of several kinds in one column, as SQLite may have.
 */
export type ValueKind = (typeof valueKinds)[number];

/** What the values of a column are. With `[]`: lists of such values. */
export type ColumnKind = ValueKind | `${ValueKind}[]`;

/** All kinds there are. */
export const columnKinds: readonly ColumnKind[] = valueKinds.flatMap((kind): ColumnKind[] => [kind, `${kind}[]`]);

/** A column of an answer. */
export interface AnswerColumn {
  readonly name: string;
  /** Null where it is not known, as of a column that holds NULL alone. */
  readonly kind: ColumnKind | null;
}

/** Of lists, what their elements are. */
export function elementKind(kind: ColumnKind): ValueKind {
  return (isListKind(kind) ? kind.slice(0, -"[]".length) : kind) as ValueKind;
}

/** Whether values of this kind are lists. */
export function isListKind(kind: ColumnKind): kind is `${ValueKind}[]` {
  return kind.endsWith("[]");
}

const words: Readonly<Record<ValueKind, string>> = {
  boolean: "booleans",
  number: "numbers",
  text: "texts",
  bytes: "bytes",
  instant: "points in time",
  datetime: "times without a zone",
  date: "dates",
  time: "times of day",
  json: "JSON",
  mixed: "values of several kinds",
};

/** How a person calls values of a kind. */
export function wordsOfKind(kind: ColumnKind): string {
  return `${isListKind(kind) ? "lists of " : ""}${words[elementKind(kind)]}`;
}
