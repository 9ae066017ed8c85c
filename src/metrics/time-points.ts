import type { MeasuredWindow, MetricReading } from "../gates/metric-threshold/metric-source.js";
import { readPoints, type Reduction } from "./reduce-points.js";

/** A point of a series: its beginning in milliseconds since the epoch, and its value, or null where there is none. */
export type TimePoint = readonly [at: number, value: number | null];

/** Reads the points that begin in [from, to) as one value: backends add points at both ends. */
export function readTimePoints(
  points: readonly TimePoint[],
  window: MeasuredWindow,
  reduction: Reduction,
): MetricReading {
  const inside = points.filter(([at]) => at >= window.from && at < window.to);
  return {
    ...readPoints(
      inside.map(([, value]) => value),
      reduction,
    ),
    window,
  };
}
