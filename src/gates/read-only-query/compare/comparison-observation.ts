import * as z from "zod";
import type { Json, JsonObject } from "../../../gate/json.js";

/** How many there are, and the first of them as they may be shown. */
export interface Sampled<Item> {
  readonly total: number;
  readonly sample: readonly Item[];
}

/** What a comparison of rows saw. */
export interface ObservedRows {
  readonly kind: "same-result";
  /** How many rows the gate's query returned. */
  readonly count: number;
  /** How many rows the other result has. */
  readonly expectedCount: number;
  /** Rows that only the other result has. */
  readonly missing: Sampled<JsonObject>;
  /** Rows that only the gate's query returned. */
  readonly unexpected: Sampled<JsonObject>;
  /** Rows of both, of the same key or in the same place, whose values differ. */
  readonly different: Sampled<DifferentRow>;
  /** Whether the rows are the same, in another order than was asked for. */
  readonly isReordered: boolean;
}

/** A row whose values differ. */
export interface DifferentRow {
  /** Which row it is: its key. */
  readonly key?: JsonObject;
  /** Which row it is: its place, from 1, where rows are compared in order. */
  readonly at?: number;
  /** The columns that differ. */
  readonly columns: { readonly [column: string]: { readonly observed: Json; readonly expected: Json } };
}

/** What a comparison of keys saw. */
export interface ObservedKeys {
  readonly kind: "same-keys";
  /** How many rows the gate's query returned. */
  readonly count: number;
  /** How many rows the other result has. */
  readonly expectedCount: number;
  /** Keys that only the other result has. */
  readonly missing: Sampled<JsonObject>;
  /** Keys that only the gate's query returned. */
  readonly unexpected: Sampled<JsonObject>;
}

const json: z.ZodType<Json> = z.json();
const row = z.record(z.string(), json);
const sampled = <Item extends z.ZodType>(item: Item) => z.strictObject({ total: z.int(), sample: z.array(item) });

/** The schema of {@link ObservedRows}. */
export const observedRowsSchema = z.strictObject({
  kind: z.literal("same-result"),
  count: z.int(),
  expectedCount: z.int(),
  missing: sampled(row),
  unexpected: sampled(row),
  different: sampled(
    z.strictObject({
      key: row.exactOptional(),
      at: z.int().exactOptional(),
      columns: z.record(z.string(), z.strictObject({ observed: json, expected: json })),
    }),
  ),
  isReordered: z.boolean(),
});

/** The schema of {@link ObservedKeys}. */
export const observedKeysSchema = z.strictObject({
  kind: z.literal("same-keys"),
  count: z.int(),
  expectedCount: z.int(),
  missing: sampled(row),
  unexpected: sampled(row),
});
