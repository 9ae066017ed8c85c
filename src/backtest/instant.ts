import * as z from "zod";

/** A point in time: milliseconds since the epoch, a `Date`, or ISO 8601 with its zone, such as `2026-10-05T14:00:00Z`. */
export type Instant = number | string | Date;

// Seconds since the epoch are below this until the year 5138, milliseconds are above since 1973.
const leastMs = 1e11;

const isoText = z.iso.datetime({ offset: true });

/**
 * Reads a point in time as milliseconds since the epoch, or says what is wrong with it.
 *
 * What could be read in two ways is refused: seconds as milliseconds, a time without a zone.
 */
export function readInstant(value: unknown): number | { readonly issue: string } {
  if (value instanceof Date) return readInstant(value.getTime());
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return { issue: `expected a time, got ${value}` };
    if (value >= leastMs && value <= 8.64e15) return value;
    return { issue: `expected milliseconds since the epoch, got ${value}: seconds, perhaps?` };
  }
  if (typeof value !== "string") return { issue: `expected a time, got ${value === null ? "null" : typeof value}` };
  if (isoText.safeParse(value).success) return Date.parse(value);
  const isZoneless = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$/.test(value.trim());
  const why = isZoneless ? ": it has no time zone, and so could be any of 38 hours" : "";
  return { issue: `expected ISO 8601 with a zone, such as 2026-10-05T14:00:00Z, got ${JSON.stringify(value)}${why}` };
}

/** The schema of an {@link Instant}: milliseconds since the epoch. */
export const instantSchema = z.unknown().transform((value, context): number => {
  const instant = readInstant(value);
  if (typeof instant === "number") return instant;
  context.addIssue({ code: "custom", message: instant.issue });
  return z.NEVER;
});
