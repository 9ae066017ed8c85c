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
