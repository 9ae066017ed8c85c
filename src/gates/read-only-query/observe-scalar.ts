import * as z from "zod";
import type { Json } from "../../gate/json.js";
import { columnKinds, type ColumnKind } from "./column-kind.js";
import type { QueryAnswer } from "./read-only-database.js";

/** What is kept of an answer that should be one value. */
export interface ObservedScalar {
  readonly kind: "scalar";
  /** How many rows there are. */
  readonly count: number;
  /** How many columns the first row has. */
  readonly columns: number;
  /** The first value of the first row. */
  readonly value: Json;
  /** What that value is; not there where only its JSON tells. */
  readonly type?: ColumnKind;
}

/** The schema of {@link ObservedScalar}. */
export const observedScalarSchema = z.strictObject({
  kind: z.literal("scalar"),
  count: z.int(),
  columns: z.int(),
  value: z.json(),
  type: z.enum(columnKinds).exactOptional(),
});

/** The part of an answer that is looked at. */
export type AnsweredRows = Pick<QueryAnswer, "rows"> & { readonly columns?: QueryAnswer["columns"] | undefined };

/** Looks at an answer that should be one value. */
export function observeScalar({ rows, columns }: AnsweredRows): ObservedScalar {
  const [first] = Object.entries(rows[0] ?? {});
  const type = columns?.find(({ name }) => name === first?.[0])?.kind;
  return {
    kind: "scalar",
    count: rows.length,
    columns: Object.keys(rows[0] ?? {}).length,
    value: first?.[1] ?? null,
    ...(type === undefined || type === null ? {} : { type }),
  };
}
