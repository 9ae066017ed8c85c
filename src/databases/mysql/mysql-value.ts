import type { Json } from "../../gate/json.js";
import type { ColumnKind } from "../../gates/read-only-query/read-only-database.js";
import { parseExactJson } from "../exact-json.js";
import type { MysqlField, MysqlRawValue } from "./mysql-client.js";
import { shortestSingle } from "./shortest-single.js";

/** By the protocol's type numbers, which never change. */
const float = 4;
const nothing = 6;
const timestamp = 7;
const datetime = 12;
const bit = 16;
const json = 245;
/** DECIMAL (new and old), TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT, FLOAT, DOUBLE, YEAR and BIT. */
const numbers: ReadonlySet<number> = new Set([246, 0, 1, 2, 9, 3, 8, float, 5, 13, bit]);
const times: ReadonlyMap<number, ColumnKind> = new Map([
  [timestamp, "instant"],
  [datetime, "datetime"],
  [10, "date"],
  [11, "time"],
]);
/** What the protocol calls the character set of bytes. */
const binary = 63;

/** Types that `mysql2` would take apart; their bytes are what is exact. */
const ofBytes = new Set(["GEOMETRY", "VECTOR"]);

/** Reads a value as `mysql2` does, but for what it would take apart. */
export function readValue(field: MysqlRawValue, next: () => unknown): unknown {
  return ofBytes.has(field.type) ? field.buffer() : next();
}

/**
 * Turns a value into JSON that loses nothing, on a session whose time zone is UTC.
 *
 * DECIMAL and integers beyond 2^53 are strings, DATETIME is local (without a zone), TIMESTAMP an instant, TIME and dates that no
 * calendar has (`0000-00-00`) the server's text, BIT a number, bytes and geometry (SRID and WKB) base64, JSON its value.
 */
export function jsonValue(value: unknown, { columnType, extendedFormat }: MysqlField): Json {
  if (value === null || value === undefined) return null;
  if (Buffer.isBuffer(value)) return columnType === bit ? bitsOf(value) : value.toString("base64");
  if (typeof value === "string") {
    if (columnType === json || extendedFormat === "json") return parseJsonText(value);
    if (columnType === datetime) return instantOf(value, "");
    if (columnType === timestamp) return instantOf(value, "Z");
    return value;
  }
  if (typeof value !== "number") throw new TypeError(`a value of type ${columnType} came as a ${typeof value}`);
  return columnType === float ? shortestSingle(value) : value;
}

const ofBinary = 0x80;

/**
 * Whether a column holds bits that nobody can read: of what was computed MariaDB gives them as bytes, or as the digits of the number,
 * and does not say which. In a column of a table they are bytes.
 */
export function isUnclear({ columnType, flags }: MysqlField): boolean {
  return columnType === bit && (flags & ofBinary) !== 0;
}

/** What the values of a column are; null where it has none, as `NULL` itself. */
export function kindOfField({ columnType, characterSet, extendedFormat }: MysqlField): ColumnKind | null {
  if (columnType === nothing) return null;
  if (numbers.has(columnType)) return "number";
  if (columnType === json || extendedFormat === "json") return "json";
  return times.get(columnType) ?? (characterSet === binary ? "bytes" : "text");
}

function bitsOf(bytes: Buffer): number | string {
  const value = BigInt(`0x${bytes.toString("hex") || "0"}`);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
}

function instantOf(text: string, zone: string): string {
  const [whole = "", fraction = ""] = text.split(".");
  const digits = fraction.replace(/0+$/, "");
  const time = digits === "" ? whole : `${whole}.${digits}`;
  return whole.includes("-00") ? time : `${time.replace(" ", "T")}${zone}`;
}

// MariaDB keeps JSON as text, and a column may hold what is none.
function parseJsonText(text: string): Json {
  try {
    return parseExactJson(text);
  } catch {
    return text;
  }
}
