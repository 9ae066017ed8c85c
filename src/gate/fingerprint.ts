import { createHash } from "node:crypto";
import { describe } from "./describe.js";
import type { Gate } from "./gate.js";

/** The SHA-256, in hexadecimal, of a gate's description: equal for gates that ask the same. */
export function fingerprint(gate: Gate): string {
  return sha256(canonicalJson(describe(gate)));
}

/** The SHA-256 of a text, in hexadecimal. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** JSON whose object keys are sorted, so that equal values give equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) => {
    if (typeof field !== "object" || field === null || Array.isArray(field)) return field;
    return Object.fromEntries(Object.entries(field).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
