import { hashLine } from "./hash-line.js";
import { isOfConsumption } from "./is-of-consumption.js";
import type { RecordEvent } from "./record-event.js";

/**
 * What a store holds of a record.
 *
 * - `all`, `some`: of its lines, from the first on; behind a verdict, others may have tried to ship with it
 * - `refused`: of its lines those until a verdict, behind which somebody tried to ship with it, and was refused
 * - `shipped`: the same, and somebody has shipped with it
 * - `another`: another line where one of these should be
 */
export type Stored = "all" | "some" | "refused" | "shipped" | "another";

/** Compares the lines of a record with what a store holds of it. Pure. */
export function whatIsStored(lines: readonly string[], stored: readonly string[]): Stored {
  const other = stored.findIndex((line, index) => line !== lines[index]);
  if (other === -1) return stored.length < lines.length ? "some" : "all";
  // Somebody may have been refused to ship with it before, of which these lines know.
  const verdict = stored
    .slice(0, other)
    .map(eventOf)
    .findLast((event) => event && !isOfConsumption(event));
  const behind = stored.slice(other).map(eventOf);
  const isChained = behind.every((event, index) => event?.prev === hashLine(stored[other + index - 1] ?? ""));
  if (verdict?.type !== "run:decided" || !isChained || !behind.every((event) => event && isOfConsumption(event))) {
    return "another";
  }
  if (other === lines.length) return "all";
  return behind.some((event) => event?.type === "run:consumed") ? "shipped" : "refused";
}

function eventOf(line: string | undefined): RecordEvent | undefined {
  try {
    return (JSON.parse(line ?? "null") as RecordEvent | null) ?? undefined;
  } catch {
    return undefined;
  }
}
