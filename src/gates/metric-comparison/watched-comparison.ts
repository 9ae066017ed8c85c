import { forecast } from "../../statistics/forecast.js";
import { splitTest } from "../../statistics/split-test.js";
import type { ComparisonSettings } from "./comparison-settings.js";
import type { Comparison, ComparisonState } from "./comparison-state.js";
import { expectedText } from "./comparison-words.js";
import type {
  ComparisonForecast,
  EvidenceValue,
  FaultyWindow,
  MetricComparisonEvidence,
} from "./metric-comparison-evidence.js";

/** A comparison that was watched to its decision: what the answer and its reason are made of. */
export interface WatchedComparison {
  readonly settings: ComparisonSettings;
  readonly comparison: Comparison;
  readonly state: ComparisonState;
  readonly faulty: readonly FaultyWindow[];
  readonly warnings: readonly string[];
  /** When the first window began, in milliseconds since the epoch. */
  readonly from: number;
  /** When the last one ended. */
  readonly until: number;
}

/** What is reported of a comparison. */
export function evidenceOf(watched: WatchedComparison): MetricComparisonEvidence {
  const { settings, comparison, state, faulty, warnings, from, until } = watched;
  const { kind, metric, margin, alpha, beta, sharedBy, planned, split } = settings;
  const reading = comparison.test.read(state.test);
  const { canary, baseline, difference, logHarm, logSafety } = reading;
  const { requests, taken, compared, judgement } = state;
  const isSettled = judgement.outcome === "harm" || judgement.outcome === "safety";
  return {
    kind,
    metric,
    sources: sourceNames(settings),
    expected: expectedText(settings),
    canary: { requests: requests && requests.canary, estimate: canary },
    baseline: { requests: requests && requests.baseline, estimate: baseline },
    difference,
    interval: compared === 0 ? [null, null] : reading.interval(alpha, beta),
    margin,
    harm: evidenceValue(logHarm, alpha),
    safety: evidenceValue(logSafety, beta),
    sharedBy,
    from: new Date(from).toISOString(),
    until: new Date(until).toISOString(),
    planned,
    taken,
    compared,
    faults: Object.fromEntries(Object.entries(state.faults).filter(([, count]) => count > 0)),
    faultyWindows: faulty,
    ...(split ? { split: { declared: split.share, observed: splitTest(split).read(state.split).share } } : {}),
    ...(isSettled ? {} : { forecast: forecastOf(watched) }),
    warnings,
  };
}

/** The sources' names, each once. */
export function sourceNames({ canary, baseline }: ComparisonSettings): readonly string[] {
  return [...new Set([...Object.values(canary), ...Object.values(baseline)].map(({ name }) => name))];
}

function forecastOf({ settings, comparison, state }: WatchedComparison): ComparisonForecast | null {
  if (state.compared === 0) return null;
  const found = forecast(comparison.test, state.test, settings);
  if (!found) return null;
  const { canary, baseline } = state.requests ?? { canary: null, baseline: null };
  // A comparison that waits for traffic alone needs as much more as is lacking.
  const least = canary === null ? 1 : (settings.minTraffic ?? 0) / Math.min(canary, baseline);
  const more = Math.max(found.factor, least) - 1;
  return {
    side: found.side,
    requests: canary === null ? null : Math.ceil(more * (canary + baseline)),
    ms: Math.ceil(more * state.comparedMs),
  };
}

// JSON has no infinity, and more than this convinces nobody further.
const most = 1e300;

function evidenceValue(log: number, rate: number): EvidenceValue {
  return { value: Math.min(most, Math.exp(log)), bound: 1 / rate };
}
