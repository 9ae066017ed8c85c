import type { Json } from "../gate/json.js";
import { namesFieldTwice } from "../gate/named-twice.js";

const mayLose = /[\d.]{16}|\d[eE][+-]?\d{3}/;
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Parses JSON that loses nothing: a number that floats would round becomes a string of its digits.
 *
 * A document with an object that names a field twice stays the text that it is. Which of the two counts is for each reader to choose,
 * so that it is equal to no object, and to nothing but the same text.
 */
export function parseExactJson(text: string): Json {
  const exact = mayLose.test(text) ? text.replace(token, (part) => (isKept(part) ? part : `"${part}"`)) : text;
  const value = JSON.parse(exact) as Json;
  return namesFieldTwice(exact, value) ? text : value;
}

function isKept(part: string): boolean {
  if (part.startsWith('"')) return true;
  const value = Number(part);
  if (Number.isInteger(value) && !/[.eE]/.test(part)) return Number.isSafeInteger(value);
  const digits = part.replace(/[eE].*/, "").replace(/^-?[0.]*|\./g, "");
  // 15 digits come back from a float as they were, at any scale that is not at its edges.
  return digits === "" || (digits.length <= 15 && Math.abs(value) > 1e-300 && Math.abs(value) < 1e300);
}
