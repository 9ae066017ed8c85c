import type { Duration } from "../../gate/duration.js";
import type { EventSources, LatencySources, MeanSources, SampleSources } from "./arm-config.js";

/** What is compared, how much worse is accepted, and how sure the gate must be. */
export type MetricComparisonConfig =
  ProportionComparisonConfig | LatencyComparisonConfig | MeanComparisonConfig | QuantileComparisonConfig;

/** Compares which share of all requests are events: errors, say. Exact, from counters. */
export interface ProportionComparisonConfig extends CommonConfig, CountConfig {
  readonly kind: "proportion";
  readonly canary: EventSources;
  readonly baseline: EventSources;
  /** Which way is worse. A share that must not fall takes an absolute margin only. @default "higherIsWorse" */
  readonly direction?: Direction;
}

/** Compares which share of all requests took longer than a bound: exact, from a histogram's buckets. */
export interface LatencyComparisonConfig extends CommonConfig, CountConfig {
  readonly kind: "latency";
  readonly canary: LatencySources;
  readonly baseline: LatencySources;
}

/** Compares means, costs, lengths of queues, window by window. Approximate; says nothing before ten windows. */
export interface MeanComparisonConfig extends CommonConfig {
  readonly kind: "mean";
  readonly canary: MeanSources;
  readonly baseline: MeanSources;
  /** The unit of the mean, such as `ms`. @default none */
  readonly unit?: string;
  /** Which way is worse. @default "higherIsWorse" */
  readonly direction?: Direction;
}

/** Compares one quantile of samples: at most 5,000 of each arm. With more, compare a share of slow requests. */
export interface QuantileComparisonConfig extends CommonConfig {
  readonly kind: "quantile";
  readonly canary: SampleSources;
  readonly baseline: SampleSources;
  /** Which quantile, between 0 and 1: 0.99. */
  readonly quantile: number;
  /** The unit of the samples, such as `ms`. @default none */
  readonly unit?: string;
}

/** Whether a higher value is the worse one, or a lower one. */
export type Direction = "higherIsWorse" | "lowerIsWorse";

/** What every kind of comparison is told. */
interface CommonConfig {
  /** What is compared, in the words of the reason: `error ratio`. Up to 100 characters. @default "the value" */
  readonly metric?: string;
  /**
   * How much worse than the baseline is accepted: at most `relative` times as much, plus `absolute`.
   *
   * Without a margin a canary that is just as good is exactly on the line, and never promoted.
   */
  readonly margin?: MarginConfig;
  /** How long a window is, and how often is judged. @default "1m" */
  readonly every?: Duration;
  /** How long to wait before the first window begins. @default 0 */
  readonly warmup?: Duration;
  /** How long after its end a window is asked for: logs arrive late. Only for sources that look back. @default 0 */
  readonly lag?: Duration;
  /** How long to go on at most. What is not decided then is inconclusive. At most 100,000 windows. */
  readonly for: Duration;
  /**
   * How often, at most, a canary within the margin may fail the gate, however often it is judged. Above 0, at most 0.5.
   *
   * Comparisons in one composite share it. @default 0.05
   */
  readonly alpha?: number;
  /** How often, at most, a canary beyond the margin may pass. Above 0, at most 0.5. @default 0.05 */
  readonly beta?: number;
  /** How many requests of each arm must have been seen before anything is decided. Above 0. @default any number */
  readonly minTraffic?: number;
  /**
   * The canary's share of all requests, as it was declared, above 0 and below 1; or with how far it may be from that.
   *
   * Where the traffic is split otherwise, nothing is decided. @default the split is not looked at
   */
  readonly split?: number | SplitConfig;
  /** What a pass may contain. */
  readonly tolerate?: {
    /** Windows whose answers were of no use, as of counters that began again. With one more the gate cannot pass. @default 0 */
    readonly dropped?: number;
  };
}

/** What comparisons of counts are told beside that. */
interface CountConfig {
  /** Whether events come in bursts, many in one bad minute. Slower, says nothing before eight windows. @default false */
  readonly bursty?: boolean;
  /** The worsening worth catching fast: how many times the accepted share, more than 1. @default any */
  readonly detect?: number;
}

/** How much worse is accepted: the canary's value is at most `relative` · baseline + `absolute`. */
export interface MarginConfig {
  /** At least 1: 1.1 accepts a tenth more (or, where lower is worse, so much less). @default 1 */
  readonly relative?: number;
  /** At least 0, in the unit of what is compared. Of shares 0.0025 is a quarter of a percentage point. @default 0 */
  readonly absolute?: number;
}

/** How the traffic is split. */
export interface SplitConfig {
  /** The canary's share of all requests, above 0 and below 1: 0.05. */
  readonly share: number;
  /** How far the true share may be from it, as a part of the smaller arm's. At least 0, below 1. @default 0.1 */
  readonly tolerance?: number;
}
