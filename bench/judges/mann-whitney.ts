import { brent } from "./brent.js";
import { normalQuantile } from "./normal-quantile.js";

/** The interval of a shift, as Kayenta computes it, and its estimate. */
export interface Shift {
  readonly lower: number;
  readonly upper: number;
  readonly estimate: number;
}

const tolerance = 1e-4;
const quantiles = new Map<number, number>();

function quantileOf(chance: number): number {
  const known = quantiles.get(chance) ?? normalQuantile(chance);
  quantiles.set(chance, known);
  return known;
}

/** The interval of the shift of x against y that the rank sum test does not exclude; throws where all ranks are tied. */
export function mannWhitney(x: readonly number[], y: readonly number[], confidence: number): Shift {
  const [sortedX, sortedY] = [Float64Array.from(x).toSorted(), Float64Array.from(y).toSorted()];
  const [low, high] = [Math.min(...x) - Math.max(...y), Math.max(...x) - Math.min(...y)];
  const z = quantileOf(1 - (1 - confidence) / 2);
  const solve = (quantile: number, isCorrected: boolean) => {
    const of = (shift: number) => rankSum(sortedX, sortedY, shift, isCorrected) - quantile;
    if (of(low) <= 0) return low;
    if (of(high) >= 0) return high;
    return brent(of, [low, high], tolerance);
  };
  return { lower: solve(z, true), upper: solve(-z, true), estimate: solve(0, false) };
}

/** The standardised rank sum of x − shift among y; both in ascending order. */
export function rankSum(x: Float64Array, y: Float64Array, shift: number, isCorrected: boolean): number {
  const [m, n] = [x.length, y.length];
  let [sum, ties, atX, atY] = [0, 0, 0, 0];
  // Walks the groups of equal values, which share the average of their ranks.
  while (atX < m || atY < n) {
    const fromX = atX;
    const from = atX + atY;
    const value = Math.min(atX < m ? (x[atX] as number) - shift : Infinity, atY < n ? (y[atY] as number) : Infinity);
    while (atX < m && (x[atX] as number) - shift === value) atX += 1;
    while (atY < n && y[atY] === value) atY += 1;
    const size = atX + atY - from;
    ties += size ** 3 - size;
    sum += ((atX - fromX) * (from + 1 + atX + atY)) / 2;
  }
  const beyond = sum - (m * (m + 1)) / 2 - (m * n) / 2;
  const deviation = Math.sqrt(((m * n) / 12) * (m + n + 1 - ties / ((m + n) * (m + n - 1))));
  if (deviation === 0) throw new Error("All values are tied.");
  return (beyond - (isCorrected ? Math.sign(beyond) / 2 : 0)) / deviation;
}
