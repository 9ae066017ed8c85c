import * as z from "zod";
import type { MetricSource } from "../metric-threshold/metric-source.js";

/** Where the events of an arm are counted. */
export interface EventSources {
  /** How many requests were events: errors, say. A counter, or a count over the window that is asked for. */
  readonly events: MetricSource;
  /** How many requests there were in all. */
  readonly total: MetricSource;
}

/** Where the slow requests of an arm are counted, by one of `slow` and `within`. */
export type LatencySources = (
  | {
      /** How many requests took longer than the bound. */
      readonly slow: MetricSource;
      readonly within?: never;
    }
  | {
      /** How many did not: a bucket of a histogram. */
      readonly within: MetricSource;
      readonly slow?: never;
    }
) & {
  /** How many requests there were in all: the bucket `+Inf`, or the histogram's count. */
  readonly total: MetricSource;
};

/** Where the mean of an arm comes from: as it is, as a sum and a count, or from samples. */
export type MeanSources =
  | {
      /** The mean of the window, or a gauge at its end. */
      readonly mean: MetricSource;
      /** How many requests it is of. */
      readonly total?: MetricSource;
      readonly sum?: never;
      readonly samples?: never;
    }
  | {
      /** The sum over all requests of the window: the `_sum` of a histogram. */
      readonly sum: MetricSource;
      /** Its number: the `_count`. */
      readonly total: MetricSource;
      readonly mean?: never;
      readonly samples?: never;
    }
  | SampleSources;

/** Where the samples of an arm come from. */
export interface SampleSources {
  /** Gives a measurement of each request of the window: a reading of kind `samples`. */
  readonly samples: MetricSource;
  readonly mean?: never;
  readonly sum?: never;
  readonly total?: never;
}

/** What a source of an arm is asked for. */
export type Role = "events" | "slow" | "within" | "sum" | "mean" | "samples" | "total";

/** The sources of an arm, one for each of its roles. */
export type ArmSources = { readonly [Name in Role]?: MetricSource };

const source = z.custom<MetricSource>(
  (value) => {
    if (typeof value !== "object" || value === null) return false;
    const { name, description, read } = value as Partial<MetricSource>;
    return typeof name === "string" && typeof description === "object" && typeof read === "function";
  },
  { error: "expected a metric source: such as prometheus({ … }), or fromFunction(name, read) for a function of yours" },
);

/** A source that counts: what it says must be about the window that it is asked for, or else requests count twice. */
const counter = source.refine(
  (value) => value === undefined || value.between !== undefined || value.isOverWindow !== false,
  {
    error:
      "expected a counter, or a count over the window that is asked for (in PromQL by $window); a value at an instant counts requests twice, or never",
  },
);

const counted = { total: counter };

/** The sources of one arm, by the kind of comparison. */
export const armSchemas = {
  proportion: z.strictObject({ events: counter, ...counted }),
  latency: z
    .strictObject({ slow: counter.optional(), within: counter.optional(), ...counted })
    .refine(({ slow, within }) => (slow === undefined) !== (within === undefined), {
      error: "expected one of slow and within",
    }),
  mean: z
    .strictObject({
      mean: source.optional(),
      sum: counter.optional(),
      samples: source.optional(),
      total: counter.optional(),
    })
    .refine(({ mean, sum, samples }) => [mean, sum, samples].filter((one) => one !== undefined).length === 1, {
      error: "expected one of mean, sum (with total) and samples",
    })
    .refine(({ sum, total }) => sum === undefined || total !== undefined, {
      path: ["total"],
      error: "expected the number of requests that the sum is of",
    })
    .refine(({ samples, total }) => samples === undefined || total === undefined, {
      path: ["total"],
      error: "expected no total next to samples, which are counted",
    }),
  quantile: z.strictObject({ samples: source }),
} as const;
