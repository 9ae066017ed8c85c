import type { Json } from "./json.js";
import type { Finding } from "./finding.js";

// Evidence is its gate's own. Two of its fields, where it has them, mean the same whatever the gate.

/** Whom a gate's evidence says to call: its field `call`, a list of texts. */
export function callOf(evidence: Json | undefined): readonly string[] {
  const call = fieldOf(evidence, "call");
  return Array.isArray(call) ? call.filter((text): text is string => typeof text === "string") : [];
}

/**
 * How old a finding may be when a run says promote, in milliseconds; `undefined` for as old as it likes.
 *
 * As old as the gate's options say; and where its evidence has a field `freshUntil`, an instant in ISO 8601, no older than that.
 */
export function freshForOf(finding: Finding | undefined, freshForMs: number | undefined): number | undefined {
  const freshUntil = freshUntilOf(finding?.evidence);
  if (finding === undefined || freshUntil === undefined) return freshForMs;
  const ownMs = Math.max(0, freshUntil - Date.parse(finding.observedAt));
  return Math.min(ownMs, freshForMs ?? ownMs);
}

/** Until when a finding may be relied on, in milliseconds since the epoch, where its evidence says so. */
export function freshUntilOf(evidence: Json | undefined): number | undefined {
  const until = fieldOf(evidence, "freshUntil");
  const ms = typeof until === "string" ? Date.parse(until) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function fieldOf(evidence: Json | undefined, name: string): Json | undefined {
  if (typeof evidence !== "object" || evidence === null || Array.isArray(evidence)) return undefined;
  return (evidence as { readonly [key: string]: Json })[name];
}
