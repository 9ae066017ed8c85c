import type { JsonObject } from "../../gate/json.js";
import type { MetricReading } from "../../gates/metric-threshold/metric-source.js";
import type { Exposition } from "./parse-exposition.js";

/** A scrape, and when it was made. */
export interface Scrape extends Exposition {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What is made of a scrape, or of two. Made by `current`, `increase`, `rate`, `ratio`, `quantile` and `slowerThan`. */
export interface ExpositionValue {
  /** What is asked, for reports and the plan's fingerprint. */
  readonly description: JsonObject;
  readonly reportsTraffic: boolean;
  /** @internal Reads a value, or the totals that `between` compares. May throw an `AnswerFault`. */
  read(scrape: Scrape): MetricReading;
  /** @internal */
  between?(earlier: JsonObject, later: JsonObject): MetricReading;
}

/** When the process began, in seconds since the epoch, where the scrape says it. */
export function startOf({ samples }: Scrape): number | undefined {
  return samples.find(({ name }) => name === "process_start_time_seconds")?.value;
}
