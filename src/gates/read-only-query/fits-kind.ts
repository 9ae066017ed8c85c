import type { Json } from "../../gate/json.js";
import { isListKind, type ColumnKind, type ValueKind } from "./column-kind.js";
import { isDecimal } from "./decimal.js";

const day = String.raw`\d{4,}-\d\d-\d\d`;
const clock = String.raw`\d\d:\d\d(?::\d\d(?:\.\d+)?)?`;
const zone = String.raw`(?:Z|UTC|[+-]\d\d(?::?\d\d){0,2})`;
const era = "(?: BC)?";

// Shapes alone: whether there is such a day is for the database to say, and MySQL has a day 0000-00-00.
const patterns = {
  bytes: /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/,
  instant: new RegExp(`^(?:${day}[T ]${clock}${zone}${era}|-?infinity)$`),
  datetime: new RegExp(`^(?:${day}[T ]${clock}${era}|-?infinity)$`),
  date: new RegExp(`^(?:${day}${era}|-?infinity)$`),
  time: new RegExp(`^-?\\d?${clock}$`),
} as const;

/** Whether a value can be read as one of this kind. Of what comes as text, its shape tells. */
export function fitsKind(value: Json, kind: ColumnKind): boolean {
  if (isListKind(kind)) return Array.isArray(value);
  if (kind === "json" || kind === "mixed") return true;
  if (kind === "boolean") return typeof value === "boolean";
  if (kind === "number") return isDecimal(value) || isNumberWord(value);
  if (typeof value !== "string") return false;
  return kind === "text" || patterns[kind].test(value);
}

/** Whether it is what databases say for a number that JSON has no word for. */
export function isNumberWord(value: Json): boolean {
  return value === "NaN" || value === "Infinity" || value === "-Infinity";
}

/** Whether values of this kind are written as texts that say the same everywhere. */
export function isTemporal(kind: ValueKind): boolean {
  return kind === "instant" || kind === "datetime" || kind === "date" || kind === "time";
}
