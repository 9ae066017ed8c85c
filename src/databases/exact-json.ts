import type { Json } from "../gate/json.js";

const mayLose = /[\d.]{16}|\d[eE][+-]?\d{3}/;
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const name = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g;

/**
 * Parses JSON that loses nothing: a number that floats would round becomes a string of its digits.
 *
 * A document with an object that names a field twice stays the text that it is. Which of the two counts is for each reader to choose,
 * so that it is equal to no object, and to nothing but the same text.
 */
export function parseExactJson(text: string): Json {
  const exact = mayLose.test(text) ? text.replace(token, (part) => (isKept(part) ? part : `"${part}"`)) : text;
  const value = JSON.parse(exact) as Json;
  return fieldsOf(value) === namesIn(exact) ? value : text;
}

function isKept(part: string): boolean {
  if (part.startsWith('"')) return true;
  const value = Number(part);
  if (Number.isInteger(value) && !/[.eE]/.test(part)) return Number.isSafeInteger(value);
  const digits = part.replace(/[eE].*/, "").replace(/^-?[0.]*|\./g, "");
  // 15 digits come back from a float as they were, at any scale that is not at its edges.
  return digits === "" || (digits.length <= 15 && Math.abs(value) > 1e-300 && Math.abs(value) < 1e300);
}

/** How many fields all objects of a text name: a string before a colon is a name, and every name is one. */
function namesIn(text: string): number {
  return [...text.matchAll(name)].filter(([, colon]) => colon !== undefined).length;
}

/** How many fields all objects of a value have. */
function fieldsOf(root: Json): number {
  let fields = 0;
  const rest: Json[] = [root];
  for (let value = rest.pop(); value !== undefined; value = rest.pop()) {
    if (typeof value !== "object" || value === null) continue;
    const inner = Object.values(value) as readonly Json[];
    if (!Array.isArray(value)) fields += inner.length;
    for (const each of inner) rest.push(each);
  }
  return fields;
}
