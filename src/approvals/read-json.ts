import type { Json } from "../gate/json.js";
import { namesFieldTwice } from "../gate/named-twice.js";

/** What was read of a text, or why it is nothing. */
export type ReadJson = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly reason: string };

/** Reads JSON that somebody sent or typed. Which of two fields of one name is meant nobody knows: it is neither. */
export function readJson(text: string): ReadJson {
  try {
    const value = JSON.parse(text) as Json;
    return namesFieldTwice(text, value)
      ? { ok: false, reason: "expected JSON that names each field once" }
      : { ok: true, value };
  } catch (error) {
    // Nested too deep is a RangeError, and no JSON for us either.
    if (error instanceof SyntaxError || error instanceof RangeError) return { ok: false, reason: "expected JSON" };
    throw error;
  }
}
