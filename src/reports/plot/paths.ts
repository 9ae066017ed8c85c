import { area, line } from "d3-shape";
import { coordinate } from "./svg.js";
import type { Point } from "./thin-points.js";

/** Where an interval lies at one time, in pixels. */
export interface BandPoint {
  readonly x: number;
  readonly lower: number;
  readonly upper: number;
}

const drawLine = line<Point>()
  .x(({ x }) => x)
  .y(({ y }) => y)
  .digits(1);

const drawBand = area<BandPoint>()
  .x(({ x }) => x)
  .y0(({ lower }) => lower)
  .y1(({ upper }) => upper)
  .digits(1);

/** Lines, each through its own points. */
export function linesPath(stretches: readonly (readonly Point[])[]): string {
  return stretches.map((points) => drawLine(points) ?? "").join("");
}

/** Bands, each through its own points. */
export function bandsPath(stretches: readonly (readonly BandPoint[])[]): string {
  return stretches.map((points) => drawBand(points) ?? "").join("");
}

/** How a kind of sample is marked: told apart by shape, so that colour need not be seen. */
const marks = {
  good: "m-2.2 0a2.2 2.2 0 1 0 4.4 0a2.2 2.2 0 1 0-4.4 0z",
  unknown: "m-3.2 0a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0-6.4 0z",
  bad: "m0-5.5l5.5 5.5l-5.5 5.5l-5.5-5.5z",
  missing: "m0-4v8",
} as const;

/** The kinds of marks. */
export type Mark = keyof typeof marks;

/** The same mark at every point. */
export function marksPath(mark: Mark, points: readonly Point[]): string {
  return points.map(({ x, y }) => `M${coordinate(x)} ${coordinate(y)}${marks[mark]}`).join("");
}
