import * as z from "zod";

/** The schema of an instant after which an override is not taken any more. */
export const notAfterSchema = z.iso
  .datetime({
    offset: true,
    error: 'expected until when it may be taken, with a time zone, such as "2030-01-31T18:00:00Z"',
  })
  .transform((instant) => new Date(instant).toISOString());

/** Why an override is not taken any more at a time (milliseconds since the epoch), if it is not. */
export function overdueFault(notAfter: string | undefined, now: number): string | undefined {
  const isOverdue = notAfter !== undefined && now > Date.parse(notAfter);
  return isOverdue ? `it was to be taken until ${notAfter}, which is over` : undefined;
}
