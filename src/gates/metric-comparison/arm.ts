/** The two versions that are compared: the one that is released, and the one that was there before. */
export type Arm = "canary" | "baseline";

/** What one arm measured in a window. */
export type ArmMeasure = CountMeasure | MeanMeasure | SampleMeasure;

/** The bad ones among all requests. */
export interface CountMeasure {
  readonly events: number;
  readonly total: number;
}

/** A mean, and of how many requests it is, where that is known. */
export interface MeanMeasure {
  readonly mean: number;
  readonly total?: number;
}

/** A measurement of each request. */
export interface SampleMeasure {
  readonly samples: readonly number[];
}

/** What both arms measured in the same window. */
export interface ArmsMeasure {
  readonly canary: ArmMeasure;
  readonly baseline: ArmMeasure;
}

/** How many requests lie behind a measure; undefined where nobody knows. */
export function requestsOf(measure: ArmMeasure): number | undefined {
  return "samples" in measure ? measure.samples.length : measure.total;
}
