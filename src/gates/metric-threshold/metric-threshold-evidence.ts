import * as z from "zod";
import type { SampleClass } from "./window-policy.js";

/** What a metric threshold saw. */
export interface MetricThresholdEvidence {
  /** The source's name. */
  readonly source: string;
  readonly metric: string;
  /** The bound in words: `below 1 %`. */
  readonly expected: string;
  /** When the window began: after the warm-up. ISO 8601, UTC. */
  readonly from: string;
  /** When the last sample was due. ISO 8601, UTC. */
  readonly until: string;
  /** How many samples would have been taken at the most. */
  readonly planned: number;
  /** How many samples were taken, and what they came to. */
  readonly taken: number;
  readonly good: number;
  readonly bad: number;
  readonly lowTraffic: number;
  readonly noData: number;
  readonly nan: number;
  readonly errors: number;
  /** The last good or bad sample. */
  readonly last?: JudgedSample;
  /** The good or bad sample with the worst value, where values have an order. */
  readonly worst?: JudgedSample;
  /** At most 20 samples, in order: bad ones stay longest, good ones go first. */
  readonly samples: readonly JudgedSample[];
  /** What the source warned of: each text once, at most 10. */
  readonly warnings: readonly string[];
}

/** One sample, judged. */
export interface JudgedSample {
  /** The instant the sample is for. ISO 8601, UTC. */
  readonly at: string;
  readonly class: SampleClass;
  /** The value; null where there was none. */
  readonly value: number | "+Inf" | "-Inf" | null;
  /** How many observations lie behind it. */
  readonly traffic?: number;
  /** Why it is neither good nor bad. */
  readonly detail?: string;
}

const sample = z.strictObject({
  at: z.iso.datetime(),
  class: z.enum(["good", "bad", "low-traffic", "no-data", "nan", "error"]),
  value: z.union([z.number(), z.literal(["+Inf", "-Inf"]), z.null()]),
  traffic: z.number().exactOptional(),
  detail: z.string().exactOptional(),
});

/** The schema of {@link MetricThresholdEvidence}. */
export const metricThresholdEvidence = z.strictObject({
  source: z.string(),
  metric: z.string(),
  expected: z.string(),
  from: z.iso.datetime(),
  until: z.iso.datetime(),
  planned: z.int(),
  taken: z.int(),
  good: z.int(),
  bad: z.int(),
  lowTraffic: z.int(),
  noData: z.int(),
  nan: z.int(),
  errors: z.int(),
  last: sample.exactOptional(),
  worst: sample.exactOptional(),
  samples: z.array(sample).readonly(),
  warnings: z.array(z.string()).readonly(),
});
