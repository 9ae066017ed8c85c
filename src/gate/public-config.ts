import type { Json, JsonObject } from "./json.js";
import { redactJson } from "./redact.js";

const maxDepth = 8;

/** What of a config may be shown: all of it that is JSON, credentials removed; functions by their names. */
export function publicConfig(config: unknown): JsonObject {
  const shown = show(config, 0);
  return isObject(shown) ? shown : { value: shown };
}

function show(value: unknown, depth: number): Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return redactJson(value ?? null);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "function") return `function ${value.name || "(anonymous)"}`;
  if (value instanceof RegExp || value instanceof Date) return value.toString();
  if (typeof value !== "object") return typeof value;
  if (depth >= maxDepth) return "…";
  if (Array.isArray(value)) return value.map((item) => show(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return value.constructor.name;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return redactJson(Object.fromEntries(fields.map(([key, field]) => [key, show(field, depth + 1)])));
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
