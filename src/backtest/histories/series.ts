import type { HistoricReading } from "../history.js";
import { readInstant, type Instant } from "../instant.js";

/** One value of a series. */
export interface SeriesPoint {
  readonly at: Instant;
  /** The value; null where the source had none. NaN is kept apart from both. */
  readonly value: number | null;
  /** How many observations (requests, jobs) lie behind the value, for `minTraffic`. From 0. */
  readonly traffic?: number;
}

/** A series, checked and in order. */
export interface Series {
  /** Milliseconds since the epoch, rising. */
  readonly times: readonly number[];
  readonly points: readonly Omit<SeriesPoint, "at">[];
}

/** Checks a series, and puts it in order. Says what is wrong with which point by `refuse`, which throws. */
export function parseSeries(points: unknown, refuse: (why: string) => never): Series {
  if (!Array.isArray(points)) return refuse("expected a list of points");
  if (points.length === 0) return refuse("expected at least one point, got none");
  const sorted = points
    .map((point: unknown, index) => parsePoint(point, (why) => refuse(`point ${index + 1}: ${why}`)))
    .toSorted((a, b) => a.at - b.at);
  const distinct = sorted.filter((point, index) => {
    const before = sorted[index - 1];
    if (before?.at !== point.at) return true;
    // Exports that overlap hold the same point twice; two values at one time are a clock that was set back, or two series.
    if (Object.is(before.value, point.value) && before.traffic === point.traffic) return false;
    return refuse(`two values at ${new Date(point.at).toISOString()}: ${before.value} and ${point.value}`);
  });
  return { times: distinct.map(({ at }) => at), points: distinct };
}

interface ParsedPoint extends Omit<SeriesPoint, "at"> {
  readonly at: number;
}

function parsePoint(point: unknown, refuse: (why: string) => never): ParsedPoint {
  if (typeof point !== "object" || point === null) return refuse("expected { at, value }");
  const { at, value, traffic } = point as { readonly [Key in keyof SeriesPoint]?: unknown };
  const instant = readInstant(at);
  if (typeof instant !== "number") return refuse(`at: ${instant.issue}`);
  // A point that lacks its value is a mistake in the export, and not the same as one that says null.
  if (value !== null && typeof value !== "number")
    return refuse(`value: expected a number or null, got ${typeof value}`);
  if (traffic === undefined) return { at: instant, value };
  if (typeof traffic !== "number" || !(traffic >= 0) || !Number.isFinite(traffic)) {
    return refuse("traffic: expected a number from 0");
  }
  return { at: instant, value, traffic };
}

/** How a series is read between its points. */
export interface SeriesRule {
  /** For how long a point holds. */
  readonly maxAgeMs: number;
  /** What a longer way from one point to the next means. */
  readonly gaps: "unknown" | "no-data";
}

/** What a series says at an instant: its latest point, while that holds. Before the first, and after the last, it does not know. */
export function readSeries({ times, points }: Series, at: number, { maxAgeMs, gaps }: SeriesRule): HistoricReading {
  const index = lastAtOrBefore(times, at);
  const point = points[index];
  const pointAt = times[index];
  if (!point || pointAt === undefined) return unknown(`the series begins later, at ${iso(times[0])}`);
  const ageMs = at - pointAt;
  if (ageMs > maxAgeMs) {
    if (index === times.length - 1) return unknown(`the series ends before, at ${iso(pointAt)}`);
    return { kind: gaps, detail: `no point since ${iso(pointAt)}` };
  }
  const traffic = point.traffic === undefined ? {} : { traffic: point.traffic };
  if (point.value === null) return { kind: "no-data", detail: `the point of ${iso(pointAt)} is null`, ...traffic };
  if (Number.isNaN(point.value)) return { kind: "nan", detail: `the point of ${iso(pointAt)} is NaN`, ...traffic };
  return { kind: "value", value: point.value, ...traffic };
}

function unknown(detail: string): HistoricReading {
  return { kind: "unknown", detail };
}

function iso(at: number | undefined): string {
  return new Date(at ?? Number.NaN).toISOString();
}

/** The place of the last time that is not after `at`; -1 where all are. By halves: a month has many points. */
function lastAtOrBefore(times: readonly number[], at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
