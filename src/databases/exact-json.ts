import type { Json } from "../gate/json.js";
import { namesFieldTwice } from "../gate/named-twice.js";

const mayLose = /[\d.]{16}|\d[eE]/;
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const number = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,15}))?$/;

/**
 * Parses JSON that loses nothing: a number that floats would round becomes a string of its digits, the same however it was written.
 *
 * A document with an object that names a field twice stays the text that it is. Which of the two counts is for each reader to choose,
 * so that it is equal to no object, and to nothing but the same text.
 */
export function parseExactJson(text: string): Json {
  const exact = mayLose.test(text) ? text.replace(token, exactly) : text;
  const value = JSON.parse(exact) as Json;
  return namesFieldTwice(exact, value) ? text : value;
}

/** More zeros than this are written by an exponent. */
const maxZeros = 100;

/** Leaves a number as it is, or writes it as a string: digits where they are not many, and else `15e-400`. */
function exactly(part: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = number.exec(part) ?? [];
  // A string, or an exponent that nobody counts with.
  if (whole === "") return part.startsWith('"') ? part : `"${part}"`;
  const written = `${whole}${fraction}`;
  const [from, to] = [written.search(/[1-9]/), lastDigit(written)];
  if (from === -1) return "0";
  const digits = written.slice(from, to + 1);
  const scale = Number(exponent) + whole.length - (to + 1);
  const value = Number(part);
  // 15 digits come back from a float as they were, at any scale that is not at its edges.
  const isFraction = digits.length <= 15 && Math.abs(value) > 1e-300;
  if (scale < 0 ? isFraction : Number.isSafeInteger(value)) return String(value);
  return `"${sign}${decimalOf(digits, scale)}"`;
}

function lastDigit(digits: string): number {
  let at = digits.length - 1;
  while (digits[at] === "0") at -= 1;
  return at;
}

/** Writes `digits` × 10^`scale`. */
function decimalOf(digits: string, scale: number): string {
  const point = digits.length + scale;
  if (scale > maxZeros || point < -maxZeros) return `${digits}e${scale}`;
  if (scale >= 0) return `${digits}${"0".repeat(scale)}`;
  return point > 0 ? `${digits.slice(0, point)}.${digits.slice(point)}` : `0.${"0".repeat(-point)}${digits}`;
}
