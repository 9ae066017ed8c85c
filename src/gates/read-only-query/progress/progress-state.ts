import { toMs } from "../../../gate/duration.js";
import { compareDecimals } from "../decimal.js";
import type { ProgressBounds } from "./progress.js";

/** A number that was read, and when: milliseconds since the epoch. */
export interface Reading {
  readonly at: number;
  readonly value: number | string;
}

/** What one question came to. An error says nothing about the job; neither does NULL. */
export type ReadingResult =
  | Reading
  | { readonly at: number; readonly error: Error }
  | { readonly at: number; readonly nothing: "NULL" | "no rows" };

/** What is known of a job. Bounded, however long it runs. */
export interface ProgressState {
  readonly startedAt: number;
  readonly reads: number;
  readonly errors: number;
  readonly withoutValue: number;
  readonly first?: Reading;
  readonly last?: Reading;
  /** When the number was read that is the best so far, and not before. */
  readonly best?: Reading;
  /** What the last question came to. */
  readonly latest?: ReadingResult;
  /** What the number was before, where it went back. */
  readonly before?: Reading | undefined;
  /** The readings by which the speed is told, the oldest first. */
  readonly recent: readonly Reading[];
}

/** How a watch ends. */
export type ProgressOutcome = "done" | "stalled" | "backwards" | "unreadable" | "no value" | "not done";

/** Nothing is known yet. */
export function noReadings(startedAt: number): ProgressState {
  return { startedAt, reads: 0, errors: 0, withoutValue: 0, recent: [] };
}

/** Takes in what one more question came to. */
export function addReading(bounds: ProgressBounds, state: ProgressState, latest: ReadingResult): ProgressState {
  const rest = { ...state, reads: state.reads + 1, latest, before: undefined };
  if ("error" in latest) return { ...rest, errors: state.errors + 1 };
  if ("nothing" in latest) return { ...rest, withoutValue: state.withoutValue + 1 };
  const { best, last } = state;
  const wentBack = last !== undefined && advance(bounds, last, latest) < 0;
  return {
    ...rest,
    first: state.first ?? latest,
    last: latest,
    best: best === undefined || advance(bounds, best, latest) > 0 ? latest : best,
    recent: recentOf(bounds, [...state.recent, latest]),
    ...(wentBack ? { before: last } : {}),
  };
}

/** Judges what is known; undefined asks for one more reading. `isOver` where there will be none. */
export function judgeProgress(
  bounds: ProgressBounds,
  { startedAt, last, best, before, latest }: ProgressState,
  isOver: boolean,
): ProgressOutcome | undefined {
  const stallMs = toMs(bounds.stalledFor);
  if (latest === undefined) return undefined;
  if ("value" in latest) {
    if (isDone(bounds, latest)) return "done";
    if (before !== undefined && bounds.mayGoBack !== true) return "backwards";
    // Both ends were read: what is the same now did not move in between, whatever could not be read there.
    if (best !== undefined && latest.at - best.at >= stallMs) return "stalled";
    return isOver ? "not done" : undefined;
  }
  const isLost = latest.at - (last?.at ?? startedAt) >= stallMs;
  if (isLost || (isOver && last === undefined)) return "error" in latest ? "unreadable" : "no value";
  return isOver ? "not done" : undefined;
}

/** Which way it went from one reading to another: above 0 where that is nearer to the target. */
function advance({ until }: ProgressBounds, from: Reading, to: Reading): number {
  const order = compareDecimals(to.value, from.value);
  return until.atLeast === undefined ? -order : order;
}

function isDone({ until }: ProgressBounds, { value }: Reading): boolean {
  return until.atLeast === undefined
    ? compareDecimals(value, until.atMost) <= 0
    : compareDecimals(value, until.atLeast) >= 0;
}

/** Long enough to even out what is not steady, and short enough to follow a job that becomes slower. */
function recentOf({ every, stalledFor }: ProgressBounds, readings: readonly Reading[]): readonly Reading[] {
  const since = (readings.at(-1)?.at ?? 0) - Math.max(toMs(stalledFor), 10 * toMs(every));
  // One from before the window, so that the window is always whole.
  const from = readings.findLastIndex(({ at }) => at <= since);
  return from <= 0 ? readings : readings.slice(from);
}
