import * as z from "zod";
import { estimateEnd } from "./estimate.js";
import type { ProgressBounds } from "./progress.js";
import type { ProgressState, Reading } from "./progress-state.js";

/** What a watch over a job saw. */
export interface ObservedProgress {
  readonly kind: "progress";
  /** How often it was asked. */
  readonly reads: number;
  /** How often that had no answer. */
  readonly errors: number;
  /** How often the answer was NULL, or no row. */
  readonly withoutValue: number;
  readonly first: ReadingShown | null;
  readonly last: ReadingShown | null;
  /** When the number was read for the first time that is the best: how long it has stalled since. */
  readonly advancedAt: string | null;
  /** How much nearer to the target a minute brought it of late; null where that is not known. */
  readonly perMinute: number | null;
  /** When it may be done at that speed, ISO 8601 in UTC; null where that is not known. */
  readonly endsAt: string | null;
  /** Why the last question had no answer; null where it had one. */
  readonly lastError: string | null;
  /** The last readings, the oldest first. */
  readonly sample: readonly ReadingShown[];
}

/** A number that was read, and when: ISO 8601 in UTC. */
export interface ReadingShown {
  readonly at: string;
  readonly value: number | string;
}

const reading = z.strictObject({ at: z.string(), value: z.union([z.number(), z.string()]) });

/** The schema of {@link ObservedProgress}. */
export const observedProgressSchema = z.strictObject({
  kind: z.literal("progress"),
  reads: z.int(),
  errors: z.int(),
  withoutValue: z.int(),
  first: reading.nullable(),
  last: reading.nullable(),
  advancedAt: z.string().nullable(),
  perMinute: z.number().nullable(),
  endsAt: z.string().nullable(),
  lastError: z.string().nullable(),
  sample: z.array(reading),
});

/** What is shown of what is known of a job. */
export function observedProgress(bounds: ProgressBounds, state: ProgressState, maxShown: number): ObservedProgress {
  const { reads, errors, withoutValue, first, last, best, latest, recent } = state;
  const estimate = estimateEnd(bounds, state);
  return {
    kind: "progress",
    reads,
    errors,
    withoutValue,
    first: first === undefined ? null : shown(first),
    last: last === undefined ? null : shown(last),
    advancedAt: best === undefined ? null : isoOf(best.at),
    perMinute: estimate?.perMinute ?? null,
    endsAt: estimate === undefined || last === undefined ? null : isoOf(last.at + estimate.leftMs),
    lastError: latest !== undefined && "error" in latest ? latest.error.message : null,
    sample: maxShown === 0 ? [] : recent.slice(-maxShown).map(shown),
  };
}

function shown({ at, value }: Reading): ReadingShown {
  return { at: isoOf(at), value };
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
