import type { Json } from "../../gate/json.js";
import { parseExactJson } from "../exact-json.js";
import type { ColumnKind, ValueKind } from "../../gates/read-only-query/read-only-database.js";
import { parsePostgresArray } from "./postgres-array.js";

type Reader = (text: string) => Json;

const text: Reader = (value) => value;
const integer: Reader = (value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
const float: Reader = (value) => (Number.isFinite(Number(value)) ? Number(value) : value);
const instant: Reader = (value) =>
  /^\d{4,}-/.test(value) && !value.endsWith("BC") ? value.replace(" ", "T").replace(/\+00(?::?00)?$/, "Z") : value;

/** By the server's type ids (pg_type.oid), which never change. Whatever is not here stays the server's text. */
const readers: Readonly<Record<number, Reader>> = {
  16: (value) => value === "t",
  17: (value) => Buffer.from(value.slice("\\x".length), "hex").toString("base64"),
  20: integer,
  21: integer,
  23: integer,
  26: integer,
  114: parseExactJson,
  700: float,
  701: float,
  1114: instant,
  1184: instant,
  3802: parseExactJson,
};

/** What values of a type are, where they are no text as the server writes it. */
const kinds: Readonly<Record<number, ValueKind>> = {
  16: "boolean",
  17: "bytes",
  20: "number",
  21: "number",
  23: "number",
  26: "number",
  114: "json",
  700: "number",
  701: "number",
  1082: "date",
  1083: "time",
  1114: "datetime",
  1184: "instant",
  1700: "number",
  3802: "json",
};

/** The elements' types of arrays, in the same way: of what is above, and of what stays text. */
const elements: Readonly<Record<number, number>> = {
  199: 114,
  1000: 16,
  1001: 17,
  1002: 18,
  1003: 19,
  1005: 21,
  1007: 23,
  1009: 25,
  1014: 1042,
  1015: 1043,
  1016: 20,
  1021: 700,
  1022: 701,
  1028: 26,
  1115: 1114,
  1182: 1082,
  1183: 1083,
  1185: 1184,
  1187: 1186,
  1231: 1700,
  2951: 2950,
  3807: 3802,
};

/** The type parsers of a query: JSON that loses nothing, on a session whose time zone is UTC and whose dates are ISO. */
export const exactTypes = {
  getTypeParser: (oid: number): Reader => {
    const element = elements[oid];
    if (element === undefined) return readers[oid] ?? text;
    const readElement = readers[element] ?? text;
    return (value) => parsePostgresArray(value, readElement);
  },
};

/** What the values of a type are. */
export function kindOfType(oid: number): ColumnKind {
  const element = elements[oid];
  return element === undefined ? (kinds[oid] ?? "text") : `${kinds[element] ?? "text"}[]`;
}
