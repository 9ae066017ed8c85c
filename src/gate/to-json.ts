import type { Json } from "./json.js";

/**
 * Copies a value as JSON, and refuses what JSON would lose or change.
 *
 * `undefined` becomes null at the top, and disappears as an object's field; -0 becomes 0. Throws a `TypeError` that names the place of a
 * bigint, symbol, function, Date, Map, Set, NaN, ±Infinity, any other class instance, or a cycle.
 */
export function toJson(value: unknown): Json {
  return copy(value, "value", []);
}

function copy(value: unknown, place: string, above: readonly object[]): Json {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "undefined":
      return null;
    case "number":
      // JSON writes -0 as 0: what is read back must be what was there.
      if (Number.isFinite(value)) return value === 0 ? 0 : value;
      throw new TypeError(`${place} is ${value}, which JSON has no word for`);
    case "object":
      return value === null ? null : copyObject(value, place, above);
    case "bigint":
    case "function":
    case "symbol":
      throw new TypeError(`${place} is a ${typeof value}, which does not survive JSON`);
  }
}

function copyObject(value: object, place: string, above: readonly object[]): Json {
  if (above.includes(value)) throw new TypeError(`${place} refers to itself`);
  const path = [...above, value];
  // `map` would leave holes as they are, which are no JSON.
  if (Array.isArray(value)) return Array.from(value, (item, index) => copy(item, `${place}[${index}]`, path));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new TypeError(`${place} is a ${value.constructor?.name ?? "class instance"}, which does not survive JSON`);
  }
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([key, field]) => [key, copy(field, `${place}.${key}`, path)]));
}
