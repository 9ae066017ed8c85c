import type { Json } from "../../../gate/json.js";
import { elementKind, type ColumnKind } from "../column-kind.js";
import { decimalText, isDecimal } from "../decimal.js";
import { fitsKind, isNumberWord } from "../fits-kind.js";
import { parseInstant } from "../freshness/instant.js";

/**
 * The one text that equal values of a kind have, and no others: of numbers and instants by what they are, of texts by every character.
 *
 * Where the kind is null, the value's JSON tells what it is. Throws for what is no JSON: a database may be written in JavaScript.
 */
export function comparableText(value: Json, kind: ColumnKind | null): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (isDecimal(value) && (kind === "number" || typeof value === "number")) return decimalText(value);
  if (typeof value === "string") return textOf(value, kind);
  const inner = kind === null ? null : elementKind(kind);
  if (Array.isArray(value)) return `[${value.map((item: Json) => comparableText(item, inner)).join()}]`;
  if (!isPlainObject(value)) throw new TypeError("a value is no JSON");
  const fields = Object.keys(value)
    .toSorted()
    .map((name) => `${JSON.stringify(name)}:${comparableText(value[name] as Json, inner)}`);
  return `{${fields.join()}}`;
}

/** Of the ways in which databases write the same time, one. Nothing but an instant is unquoted and begins with `@`. */
function textOf(text: string, kind: ColumnKind | null): string {
  const quoted = JSON.stringify(text);
  if (kind === null || !fitsKind(text, kind)) return quoted;
  if (kind === "time") return JSON.stringify(timeText(text));
  if (kind !== "instant" && kind !== "datetime") return quoted;
  const instant = kind === "instant" ? parseInstant(text) : parseInstant(text, "UTC");
  // What no calendar of ours has, such as infinity, is equal to the same text.
  return typeof instant === "bigint" ? `@${instant}` : quoted;
}

/** A time of day with its seconds, and without zeros behind them: `10:00`, `10:00:00` and `10:00:00.0` are one. */
function timeText(time: string): string {
  const [whole = "", fraction = ""] = time.split(".");
  let end = fraction.length;
  while (fraction[end - 1] === "0") end -= 1;
  const seconds = /^-?\d+:\d\d$/.test(whole) ? `${whole}:00` : whole;
  return end === 0 ? seconds : `${seconds}.${fraction.slice(0, end)}`;
}

/** What a value is where only its JSON tells. */
export type JsonKind = "boolean" | "number" | "text" | "list" | "object";

/** What a value may be by its JSON. Numbers that JSON has no word for come as texts, and may be either; NULL is of every kind. */
export function jsonKindsOf(value: Json): readonly JsonKind[] {
  if (value === null) return [];
  if (typeof value === "boolean" || typeof value === "number") return [typeof value as "boolean" | "number"];
  if (Array.isArray(value)) return ["list"];
  if (typeof value !== "string") return ["object"];
  return isNumberWithoutWord(value) ? ["number", "text"] : ["text"];
}

function isNumberWithoutWord(text: string): boolean {
  if (/^-?\d{16,}$/.test(text)) return !Number.isSafeInteger(Number(text));
  return isNumberWord(text);
}

function isPlainObject(value: unknown): value is { readonly [key: string]: Json } {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
