import * as z from "zod";
import type { Duration } from "../../gate/duration.js";
import { durationSchema, positiveDurationSchema } from "../../gate/gate-config.js";
import type { StandardSchemaV1 } from "../../gate/standard-schema.js";
import { boundFields, boundOf, type BoundConfig } from "./bound-config.js";
import type { Bound } from "./bound.js";
import type { MetricSource } from "./metric-source.js";
import {
  vacuousPolicyIssues,
  windowPolicy,
  windowPolicyFields,
  type WindowPolicyConfig,
} from "./window-policy-config.js";
import type { WindowPolicy } from "./window-policy.js";

/** What is measured, what is expected, for how long it is watched, and when that passes or fails. */
export type MetricThresholdConfig = MeasurementConfig & BoundConfig & LengthConfig & WindowPolicyConfig;

/** What is measured, and when. */
interface MeasurementConfig {
  /** Where the measurements come from. */
  readonly source: MetricSource;
  /** What is measured, in the words of the reason: `error ratio`. Up to 100 characters. @default "the value" */
  readonly metric?: string;
  /** The unit of the value: `ratio` (0 to 1, shown as percent), or any other, such as `ms`. @default none */
  readonly unit?: string;
  /** From one sample to the next. The first is taken one `every` after the warm-up. @default "30s" */
  readonly every?: Duration;
  /** How long to wait before the window begins. @default 0 */
  readonly warmup?: Duration;
  /** A sample with less traffic (requests, jobs) behind it is neither good nor bad. Above 0. @default any traffic will do */
  readonly minTraffic?: number;
}

/** How long the window is: exactly one of `for` and `samples`. */
type LengthConfig =
  | {
      /** How long to watch; a sample is taken at the end of every `every` in it. */
      readonly for: Duration;
      readonly samples?: never;
    }
  | {
      /** How many samples to take. From 1 to 100,000. */
      readonly samples: number;
      readonly for?: never;
    };

/** {@link MetricThresholdConfig}, as its schema returns it. */
export interface MetricThresholdSettings {
  readonly source: MetricSource;
  readonly metric: string;
  readonly unit?: string;
  readonly bound: Bound;
  readonly everyMs: number;
  readonly warmupMs: number;
  readonly minTraffic?: number;
  readonly policy: WindowPolicy;
}

const maxSamples = 100_000;

/** The fields of {@link MetricThresholdConfig}, before they are compared with one another. */
export const metricThresholdFields = z.strictObject({
  source: z.custom<MetricSource>(
    isSource,
    "expected a metric source: such as prometheus({ … }), or fromFunction(name, read) for a function of yours",
  ),
  metric: z.string().min(1).max(100).default("the value"),
  unit: z.string().min(1).max(20).optional(),
  every: positiveDurationSchema.default(30_000),
  warmup: durationSchema.default(0),
  minTraffic: z.number().positive().optional(),
  for: positiveDurationSchema.optional(),
  samples: z.int().min(1).max(maxSamples).optional(),
  ...boundFields,
  ...windowPolicyFields,
});

/** The schema of {@link MetricThresholdConfig}. */
export const metricThresholdConfig: StandardSchemaV1<MetricThresholdConfig, MetricThresholdSettings> = z
  .custom<MetricThresholdConfig>()
  // The type above is written for people; what holds is said by the fields.
  .transform((config): unknown => config)
  .pipe(metricThresholdFields)
  .transform((config, context): MetricThresholdSettings => {
    const { source, metric, unit, every, warmup, minTraffic } = config;
    const addIssue = (message: string, path: readonly string[] = []) =>
      context.addIssue({ code: "custom", path: [...path], message });

    const bound = boundOf(config, addIssue);
    const planned = plannedSamples(config, addIssue);
    if (minTraffic !== undefined && source.reportsTraffic === false) {
      addIssue(`${source.name} does not say how much traffic lies behind a value; give it a traffic query`, [
        "minTraffic",
      ]);
    }
    if (bound === undefined || planned === undefined) return z.NEVER;
    const policy = windowPolicy(config, planned);
    for (const { message, path } of vacuousPolicyIssues(policy)) addIssue(message, path);
    return {
      source,
      metric,
      ...(unit === undefined ? {} : { unit }),
      bound,
      everyMs: every,
      warmupMs: warmup,
      ...(minTraffic === undefined ? {} : { minTraffic }),
      policy,
    };
  });

function plannedSamples(
  { for: forMs, samples, every }: z.output<typeof metricThresholdFields>,
  addIssue: (message: string, path?: readonly string[]) => void,
): number | undefined {
  if ((forMs === undefined) === (samples === undefined)) {
    addIssue(`expected exactly one of for and samples; got ${forMs === undefined ? "none" : "both"}`);
    return undefined;
  }
  const planned = samples ?? Math.floor((forMs ?? 0) / every);
  if (planned < 1) addIssue(`expected at least one every (${every} ms): a shorter window has no sample`, ["for"]);
  if (planned > maxSamples) addIssue(`expected at most ${maxSamples} samples; got ${planned}`, ["for"]);
  return planned < 1 || planned > maxSamples ? undefined : planned;
}

function isSource(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { name, description, read } = value as Partial<MetricSource>;
  return typeof name === "string" && typeof description === "object" && typeof read === "function";
}
