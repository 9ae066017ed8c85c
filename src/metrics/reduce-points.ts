import type { MetricReading } from "../gates/metric-threshold/metric-source.js";

/** What the points of a window can become. */
export const reductions = ["max", "min", "avg", "sum", "last"] as const;

/** What the points of a window become. */
export type Reduction = (typeof reductions)[number];

const sum = (points: readonly number[]) => points.reduce((total, point) => total + point, 0);

const reducers: Readonly<Record<Reduction, (points: readonly number[]) => number>> = {
  // Reduced, and not spread: a window may hold more points than a call takes arguments.
  max: (points) => points.reduce((most, point) => Math.max(most, point)),
  min: (points) => points.reduce((least, point) => Math.min(least, point)),
  avg: (points) => sum(points) / points.length,
  sum,
  last: (points) => points.at(-1) ?? Number.NaN,
};

/** Makes one number of points, of which there is at least one. NaN where one is, except for `last`. */
export function reducePoints(points: readonly number[], reduction: Reduction): number {
  return reducers[reduction](points);
}

/** Reads the points of a window as one value: null is a point without data. */
export function readPoints(points: readonly (number | null)[], reduction: Reduction): MetricReading {
  const known = points.filter((point) => point !== null);
  if (known.length === 0) return { kind: "no-data", detail: "the query has no points in the window" };
  const value = reducePoints(known, reduction);
  if (!Number.isNaN(value)) return { kind: "value", value };
  const nan = known.filter((point) => Number.isNaN(point)).length;
  return { kind: "nan", detail: `${nan} of ${known.length} points in the window are NaN` };
}
