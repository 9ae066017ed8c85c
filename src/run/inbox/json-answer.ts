import type { Json } from "../../gate/json.js";
import { messageOf } from "../host/step-error.js";
import { maxValueBytes } from "../record/value-size.js";

// What is nested deeper asks more of a stack than of a reader.
const maxDepth = 100;

/** Why a value is too large to be an answer, if it is. */
export function whyTooLarge(value: Json): string | undefined {
  if (isDeeperThan(maxDepth, value)) return `expected an answer nested at most ${maxDepth} levels deep`;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  return bytes > maxValueBytes ? `expected an answer of at most ${maxValueBytes} bytes, got ${bytes}` : undefined;
}

function isDeeperThan(levels: number, value: Json): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner: Json) => isDeeperThan(levels - 1, inner));
}

/** What is wrong with an answer that does not survive JSON. */
export function whyNoJson(error: unknown): string {
  return `cannot be given this answer, which is no JSON: ${messageOf(error)}`;
}
