import type { Json } from "../../../gate/json.js";
import { decimalText, isDecimal } from "../decimal.js";

/** What a value is, as far as JSON tells. */
export type ValueKind = "boolean" | "number" | "text" | "list" | "object";

/**
 * The one text that equal values have, and no others: of numbers by what they are, of texts by every character.
 *
 * Where `isNumber`, the digits of a number are that number. Throws for what is no JSON: a database may be written in JavaScript.
 */
export function comparableText(value: Json, isNumber: boolean): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (isDecimal(value) && (isNumber || typeof value === "number")) return decimalText(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => comparableText(item, isNumber)).join()}]`;
  if (!isPlainObject(value)) throw new TypeError("a value is no JSON");
  const fields = Object.keys(value)
    .toSorted()
    .map((name) => `${JSON.stringify(name)}:${comparableText(value[name] as Json, isNumber)}`);
  return `{${fields.join()}}`;
}

/** What a value may be. Numbers that JSON has no word for come as texts, and may be either; NULL is of every kind. */
export function kindsOf(value: Json, isNumber: boolean): readonly ValueKind[] {
  if (value === null) return [];
  if (typeof value === "boolean" || typeof value === "number") return [typeof value as "boolean" | "number"];
  if (Array.isArray(value)) return ["list"];
  if (typeof value !== "string") return ["object"];
  if (isNumber && isDecimal(value)) return ["number"];
  return isNumberWithoutWord(value) ? ["number", "text"] : ["text"];
}

function isNumberWithoutWord(text: string): boolean {
  if (/^-?\d{16,}$/.test(text)) return !Number.isSafeInteger(Number(text));
  return text === "NaN" || text === "Infinity" || text === "-Infinity";
}

function isPlainObject(value: unknown): value is { readonly [key: string]: Json } {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
