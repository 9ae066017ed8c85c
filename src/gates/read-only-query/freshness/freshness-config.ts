import * as z from "zod";
import { durationSchema, positiveDurationSchema } from "../../../gate/gate-config.js";
import { parseInstant } from "./instant.js";

const column = z.string().min(1);

/** The schema of what `freshness` holds. */
export const freshnessSchema = z
  .strictObject({
    column: column.optional(),
    newest: positiveDurationSchema.optional(),
    oldest: positiveDurationSchema.optional(),
    ahead: durationSchema.optional(),
    zone: z
      .string()
      .refine(isZone, {
        error: 'expected "UTC", or an offset such as "+02:00"; where a zone has a summer time, convert in the query',
      })
      .optional(),
    now: column.optional(),
  })
  .refine(({ newest, oldest }) => newest !== undefined || oldest !== undefined, {
    error: "expected newest or oldest: how old the times may be",
  })
  .refine(({ newest = 0, oldest = Infinity }) => newest < oldest, {
    error: "expected newest below oldest: else oldest alone says it",
  })
  .refine(({ column: time, now }) => now === undefined || now !== time, {
    error: "expected the database's own time in another column than the times",
  });

function isZone(zone: string): boolean {
  return typeof parseInstant("2026-01-01T00:00:00", zone) === "bigint";
}
