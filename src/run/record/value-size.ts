import type { Json } from "../../gate/json.js";

/** How large a step's value, or a gate's evidence, may be: they are kept in every record of the run. Bytes of JSON. */
export const maxValueBytes = 262_144;

/** The size of a value in a record, in bytes; 0 for what is always small. */
export function sizeOf(value: Json): number {
  const isSmall = typeof value === "number" || typeof value === "boolean" || value === null;
  return isSmall ? 0 : Buffer.byteLength(JSON.stringify(value));
}
