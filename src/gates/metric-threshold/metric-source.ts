import type { JsonObject } from "../../gate/json.js";

/** What a source is asked for at one tick. */
export interface MetricRequest {
  /** Aborted when the answer is no longer wanted. A source must stop its I/O then. */
  readonly signal: AbortSignal;
  /** The instant the sample is for, in milliseconds since the epoch. A source that can look back answers for this instant. */
  readonly at: number;
}

/**
 * What a source saw. Faults are thrown, never returned: `no-data` means that the source answered, and has no value.
 */
export type MetricReading = {
  /** What the source wants a person to know, such as Prometheus' warnings. */
  readonly warnings?: readonly string[];
} & (
  | {
      readonly kind: "value";
      /** The measurement. Never NaN; ±Infinity is possible. */
      readonly value: number;
      /** When it was measured, in milliseconds since the epoch, where the source says so. */
      readonly measuredAt?: number;
      /** How many observations (requests, jobs) lie behind the value, where the source knows. */
      readonly traffic?: number;
    }
  /** The source answered without a value: an empty vector, a null. `detail` says what was empty. */
  | { readonly kind: "no-data"; readonly detail: string }
  /** The source answered NaN, for example 0 / 0. Its own thing: never below, above or between anything. */
  | { readonly kind: "nan"; readonly detail: string }
);

/**
 * Where a measurement comes from. A source fetches and never judges.
 *
 * Rules:
 * - `read` may be called concurrently, and must honour `signal`.
 * - A fault (unreachable, refused, malformed, several series where one was expected) throws a `GateError` with code
 *   `SOURCE_FAILED`, whose `isRetryable` says whether asking again may help.
 * - Nothing secret in `name`, `description` or an error: no header, URL credential or query parameter that holds a key.
 */
export interface MetricSource {
  /** How a person calls it: `prometheus prom.internal:9090`, `orders /metrics`. */
  readonly name: string;
  /** What is asked, for the plan's fingerprint and the reports: `{ type: "prometheus", query: "…" }`. */
  readonly description: JsonObject;
  read(request: MetricRequest): Promise<MetricReading>;
}
