import type { MetricThresholdSettings } from "./metric-threshold-config.js";
import type { MetricThresholdEvidence } from "./metric-threshold-evidence.js";
import type { SeenSamples } from "./seen-samples.js";
import type { WindowState } from "./window-policy.js";

/** A window that was watched to its decision: what the answer and its reason are made of. */
export interface WatchedWindow {
  readonly config: MetricThresholdSettings;
  readonly window: WindowState;
  readonly seen: SeenSamples;
  /** When the window began, in milliseconds since the epoch. */
  readonly from: number;
  /** When its last sample was due. */
  readonly until: number;
}

/** What is reported of a window. */
export function evidenceOf({ config, window, seen, from, until }: WatchedWindow): MetricThresholdEvidence {
  const { source, metric, bound, policy } = config;
  const { counts, taken } = window;
  return {
    source: source.name,
    metric,
    expected: bound.text,
    from: new Date(from).toISOString(),
    until: new Date(until).toISOString(),
    planned: policy.planned,
    taken,
    good: counts.good,
    bad: counts.bad,
    lowTraffic: counts["low-traffic"],
    noData: counts["no-data"],
    nan: counts.nan,
    errors: counts.error,
    ...(seen.last ? { last: seen.last } : {}),
    ...(seen.worst ? { worst: seen.worst } : {}),
    samples: seen.kept,
    warnings: seen.warnings,
  };
}
