import type { SchemaIssue } from "./standard-schema.js";

const longestShown = 60;

/** Says what a refused value was: `nothing`, `3`, `"0s"`, `a function`. Not for values that may be secret. */
export function shownAt(value: unknown, path: SchemaIssue["path"] = []): string {
  let here: unknown = value;
  for (const segment of path) {
    const key = typeof segment === "object" ? segment.key : segment;
    here = typeof here === "object" && here !== null ? (here as Record<PropertyKey, unknown>)[key] : undefined;
  }
  return shown(here);
}

function shown(value: unknown): string {
  switch (typeof value) {
    case "undefined":
      return "nothing";
    case "boolean":
    case "number":
      return String(value);
    case "string":
      return value.length > longestShown ? `${value.length} characters` : JSON.stringify(value);
    case "object":
      return shownObject(value);
    case "bigint":
    case "function":
    case "symbol":
      return `a ${typeof value}`;
  }
}

function shownObject(value: object | null): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  return "an object";
}
