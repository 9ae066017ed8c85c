import type { Json, JsonObject } from "../../gate/json.js";

/** What is kept of an answer that should be one value. */
export interface ObservedScalar {
  readonly kind: "scalar";
  /** How many rows there are. */
  readonly count: number;
  /** How many columns the first row has. */
  readonly columns: number;
  /** The first value of the first row. */
  readonly value: Json;
}

/** Looks at an answer that should be one value. */
export function observeScalar(rows: readonly JsonObject[]): ObservedScalar {
  const values = Object.values(rows[0] ?? {});
  return { kind: "scalar", count: rows.length, columns: values.length, value: values[0] ?? null };
}
