import * as z from "zod";
import type { MetricComparisonConfig } from "./metric-comparison-config.js";
import { dropCauses, openCauses, type DropCause, type OpenCause } from "./window-faults.js";

/** What a metric comparison saw. */
export interface MetricComparisonEvidence {
  readonly kind: MetricComparisonConfig["kind"];
  readonly metric: string;
  /** The names of the sources: each once. */
  readonly sources: readonly string[];
  /** The margin in words: `at most 0.25 points more`. */
  readonly expected: string;
  readonly canary: ArmEvidence;
  readonly baseline: ArmEvidence;
  /**
   * How much worse the canary is, as estimated: canary − relative · baseline, the other way round where lower is worse. Null where
   * nothing was compared.
   */
  readonly difference: number | null;
  /** Between which two values the truth lies, each end at its own error rate; null where an end is open. */
  readonly interval: readonly [lower: number | null, upper: number | null];
  readonly margin: { readonly relative: number; readonly absolute: number };
  /** How strongly it speaks for "worse than the margin": shown where `value` is at least `bound`, 1 / alpha. */
  readonly harm: EvidenceValue;
  /** How strongly it speaks for "better than the margin": shown where `value` is at least `bound`, 1 / beta. */
  readonly safety: EvidenceValue;
  /** How many comparisons share the error rate of `harm`, this one included. */
  readonly sharedBy: number;
  /** When the first window began, after the warm-up, and the last one ended. ISO 8601, UTC. */
  readonly from: string;
  readonly until: string;
  /** How many windows there would have been at the most, have ended, and were compared. */
  readonly planned: number;
  readonly taken: number;
  readonly compared: number;
  /** Windows without a comparison, by why; only those that there were. */
  readonly faults: Readonly<Partial<Record<OpenCause | DropCause, number>>>;
  /** The last 20 windows without a comparison. */
  readonly faultyWindows: readonly FaultyWindow[];
  readonly split?: { readonly declared: number; readonly observed: number | null };
  /** What would be needed for a decision, if things went on as they are; null where that is beyond all bounds. */
  readonly forecast?: ComparisonForecast | null;
  /** What the sources warned of: each text once, at most 10. */
  readonly warnings: readonly string[];
}

/** What was seen of one arm. */
export interface ArmEvidence {
  /** Requests (samples) that were compared; null where nobody counts them. */
  readonly requests: number | null;
  /** The share, mean or quantile; null where nothing was compared. */
  readonly estimate: number | null;
}

/** An e-value, and where it shows something. At most 1e300. */
export interface EvidenceValue {
  readonly value: number;
  readonly bound: number;
}

/** A window without a comparison. */
export interface FaultyWindow {
  readonly from: string;
  readonly to: string;
  readonly cause: OpenCause | DropCause;
  readonly detail: string;
}

/** How much more is needed. */
export interface ComparisonForecast {
  /** Which verdict would come. */
  readonly side: "harm" | "safety";
  /** How many more requests, of both arms together; null where nobody counts them. */
  readonly requests: number | null;
  /** How much more time, at this traffic. Milliseconds. */
  readonly ms: number;
}

const arm = z.strictObject({ requests: z.number().nullable(), estimate: z.number().nullable() });
const evidenceValue = z.strictObject({ value: z.number(), bound: z.number() });
const end = z.number().nullable();

/** The schema of {@link MetricComparisonEvidence}. */
export const metricComparisonEvidence = z.strictObject({
  kind: z.enum(["proportion", "latency", "mean", "quantile"]),
  metric: z.string(),
  sources: z.array(z.string()).readonly(),
  expected: z.string(),
  canary: arm,
  baseline: arm,
  difference: end,
  interval: z.tuple([end, end]).readonly(),
  margin: z.strictObject({ relative: z.number(), absolute: z.number() }),
  harm: evidenceValue,
  safety: evidenceValue,
  sharedBy: z.int(),
  from: z.iso.datetime(),
  until: z.iso.datetime(),
  planned: z.int(),
  taken: z.int(),
  compared: z.int(),
  faults: z.partialRecord(z.enum([...openCauses, ...dropCauses]), z.int()),
  faultyWindows: z
    .array(
      z.strictObject({
        from: z.iso.datetime(),
        to: z.iso.datetime(),
        cause: z.enum([...openCauses, ...dropCauses]),
        detail: z.string(),
      }),
    )
    .readonly(),
  split: z.strictObject({ declared: z.number(), observed: end }).exactOptional(),
  forecast: z
    .strictObject({ side: z.enum(["harm", "safety"]), requests: end, ms: z.number() })
    .nullable()
    .exactOptional(),
  warnings: z.array(z.string()).readonly(),
});
