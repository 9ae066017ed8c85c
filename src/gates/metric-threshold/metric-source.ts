import type { JsonObject } from "../../gate/json.js";

/** What a source is asked for at one tick. */
export interface MetricRequest {
  /** Aborted when the answer is no longer wanted. A source must stop its I/O then. */
  readonly signal: AbortSignal;
  /** The instant the sample is for, in milliseconds since the epoch. A source that can look back answers for this instant. */
  readonly at: number;
  /**
   * The beginning of the window, in milliseconds since the epoch, where a gate asks for what happened in [from, at).
   *
   * A source that counts over a window counts over this one; a source that looks at an instant does not need it. A gate that
   * watches a value leaves a source that has a {@link MetricSource.windowMs} to that.
   */
  readonly from?: number;
}

/**
 * What a source saw. Faults are thrown, never returned: `no-data` means that the source answered, and has no value.
 */
export type MetricReading = ReadingNotes & (ValueReading | NoDataReading | NanReading | TotalsReading | SamplesReading);

/** What any reading may say beside its value. */
export interface ReadingNotes {
  /** How many observations (requests, jobs) lie behind the reading, where the source knows. From 0. */
  readonly traffic?: number;
  /** What the source wants a person to know, such as Prometheus' warnings. */
  readonly warnings?: readonly string[];
  /** What was measured over: [from, to), where the source knows. A gate that counts refuses windows that overlap. */
  readonly window?: MeasuredWindow;
  /** How many counters began again or went away within the window, so that some of what they counted is lost. @default 0 */
  readonly resets?: number;
}

/** A span of time, without its end. Milliseconds since the epoch. */
export interface MeasuredWindow {
  readonly from: number;
  readonly to: number;
}

/** A measurement. */
export interface ValueReading {
  readonly kind: "value";
  /** Never NaN; ±Infinity is possible, and never good. */
  readonly value: number;
}

/** The source answered without a value: an empty vector, a null. */
export interface NoDataReading {
  readonly kind: "no-data";
  /** What was empty. */
  readonly detail: string;
}

/** The source answered NaN, for example 0 / 0. Its own thing: never below, above or between anything. */
export interface NanReading {
  readonly kind: "nan";
  readonly detail: string;
}

/** Counters as they stand. They say something only next to an earlier reading: see {@link MetricSource.between}. */
export interface TotalsReading {
  readonly kind: "totals";
  readonly totals: JsonObject;
}

/** Single observations, such as the durations of requests. For gates that compare distributions; no single value to judge. */
export interface SamplesReading {
  readonly kind: "samples";
  /** Finite numbers, at most 10,000. */
  readonly values: readonly number[];
}

/**
 * Where a measurement comes from. A source fetches and never judges.
 *
 * Rules:
 * - `read` may be called concurrently, must honour `signal`, and keeps nothing: what it returns is recorded, and a run that
 *   is resumed or replayed goes on from the record.
 * - A fault (unreachable, refused, malformed, several series where one was expected) throws a `GateError` with code
 *   `SOURCE_FAILED`, whose `isRetryable` says whether asking again may help.
 * - Nothing secret in `name`, `description` or an error: no header, URL credential or query parameter that holds a key.
 */
export interface MetricSource {
  /** How a person calls it: `prometheus prom.internal:9090`, `orders /metrics`. */
  readonly name: string;
  /** What is asked, for the plan's fingerprint and the reports: `{ type: "prometheus", query: "…" }`. */
  readonly description: JsonObject;
  /** `false` where the source can never say how much traffic lies behind a value: `minTraffic` is refused then. */
  readonly reportsTraffic?: boolean;
  /**
   * `true` where the source can answer about a moment in the past. Of any other it is never asked what was: a sample that was not
   * taken in its time is missed.
   *
   * @default false
   */
  readonly looksBack?: boolean;
  /** `false` where a value is about an instant, whatever window is asked for. A gate that counts refuses such a source. */
  readonly isOverWindow?: boolean;
  /** The window that ends at the sample and that the source counts over, unless a gate demands another. Milliseconds. */
  readonly windowMs?: number;
  read(request: MetricRequest): Promise<MetricReading>;
  /**
   * Says what happened between two readings of totals. A source that reads totals must have it.
   *
   * Pure: the totals come from the record, and a replay calls it again. Throws as `read` does.
   */
  between?(earlier: JsonObject, later: JsonObject): MetricReading;
}
