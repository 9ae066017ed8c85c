import type { Json } from "./json.js";

const name = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g;

/** Whether an object in a JSON text names a field twice, so that each reader takes another one. `value` is what was parsed of it. Pure. */
export function namesFieldTwice(text: string, value: Json): boolean {
  return fieldsOf(value) !== namesIn(text);
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
