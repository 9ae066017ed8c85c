import type { PlottedSample } from "./plotted-sample.js";

/** The values that are good: from the one to the other. */
export type AllowedRange = readonly [from: number, to: number];

/**
 * Which side of its limits is good, where the samples leave only one possibility.
 *
 * A bound is recorded in words and numbers; the words are for people, in whatever language a gate speaks.
 */
export function allowedRange(
  limits: readonly number[],
  samples: readonly Pick<PlottedSample, "value" | "status">[],
): AllowedRange | undefined {
  const fitting = possibleRanges(limits).filter(([from, to]) =>
    samples.every(({ value, status }) => {
      if (value === null || status === "unknown") return true;
      return status === "good" ? value >= from && value <= to : value <= from || value >= to;
    }),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

function possibleRanges(limits: readonly number[]): readonly AllowedRange[] {
  const [first, second] = limits;
  if (first === undefined || limits.length > 2) return [];
  if (second !== undefined) return [[Math.min(first, second), Math.max(first, second)]];
  return [
    [Number.NEGATIVE_INFINITY, first],
    [first, Number.POSITIVE_INFINITY],
  ];
}
