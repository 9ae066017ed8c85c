import { formatMs, toMs, type Duration } from "../../../gate/duration.js";

/** The times in a column are not older than they may be. */
export interface Freshness {
  readonly freshness: FreshnessBounds;
}

/** How old times may be, and how they are read. At least one of `newest` and `oldest`. */
export interface FreshnessBounds {
  /** The column of the times. @default the only one that the query returns */
  readonly column?: string;
  /** How old the newest time may be: something was loaded lately. */
  readonly newest?: Duration;
  /** How old the oldest time may be: nothing is overdue. */
  readonly oldest?: Duration;
  /** How far ahead of the clock a time may be. Beyond that two clocks disagree, and no age is known. @default "1m" */
  readonly ahead?: Duration;
  /**
   * The zone of times that name none: `UTC`, or an offset such as `+02:00`. A time without a zone is never guessed.
   * @default none: such a time is an error
   */
  readonly zone?: "UTC" | `+${string}` | `-${string}`;
  /** A column that holds the database's own time, such as `now() AS asked_at`. @default none: the run's clock is asked */
  readonly now?: string;
}

/** How far ahead a time may be where nothing is said. */
export const defaultAhead = "1m";

/** Says what a freshness expects. */
export function describeFreshness({ newest, oldest }: FreshnessBounds): string {
  const parts = [
    newest === undefined ? "" : `the newest at most ${formatMs(toMs(newest))} old`,
    oldest === undefined ? "" : `every one at most ${formatMs(toMs(oldest))} old`,
  ];
  return parts.filter((part) => part !== "").join(" and ");
}
