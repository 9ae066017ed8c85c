import { formatMs } from "../../gate/duration.js";
import { droppedIn, type ComparisonState } from "./comparison-state.js";
import { expectedText, formatEstimate, worseText } from "./comparison-words.js";
import type { MetricComparisonEvidence } from "./metric-comparison-evidence.js";
import type { WatchedComparison } from "./watched-comparison.js";

/** Why the canary is worse than is accepted, in one sentence. */
export function harmReason(watched: WatchedComparison, evidence: MetricComparisonEvidence): string {
  return sentence(watched, evidence, worseText([evidence.interval[0], null], watched.settings));
}

/** Why it is not, in one sentence. */
export function safetyReason(watched: WatchedComparison, evidence: MetricComparisonEvidence): string {
  return sentence(watched, evidence, worseText([null, evidence.interval[1]], watched.settings));
}

/** Why that cannot be said, and what is missing, in one sentence. */
export function inconclusiveReason(watched: WatchedComparison, evidence: MetricComparisonEvidence): string {
  const { settings, state, faulty } = watched;
  if (state.judgement.outcome === "drift") {
    const { observed, declared } = evidence.split ?? { observed: null, declared: Number.NaN };
    const ratio = { unit: "ratio" };
    const split = `the canary has ${formatEstimate(observed, ratio)} of the requests, declared are ${formatEstimate(declared, ratio)}`;
    return `${start(watched)} cannot be compared: ${split}${where(evidence)}`;
  }
  if (state.judgement.outcome === "full") {
    return `${start(watched)} cannot be compared any further: ${state.judgement.detail}${where(evidence)}`;
  }
  if (state.compared === 0) {
    const last = faulty.at(-1)?.detail ?? "no window has ended";
    return `${start(watched)} cannot be compared: ${faultsText(state)} (${last})${where(evidence)}`;
  }
  const seen = worseText(evidence.interval, settings);
  return sentence(watched, evidence, `undecided, ${seen}`, `: ${missing(watched, evidence)}`);
}

/** Why nothing could be measured, in one sentence. */
export function errorReason(watched: WatchedComparison, evidence: MetricComparisonEvidence): string {
  const last = watched.faulty.at(-1)?.detail ?? "";
  return `${start(watched)} could not be compared: ${faultsText(watched.state)} (${last})${where(evidence)}`;
}

function sentence(watched: WatchedComparison, evidence: MetricComparisonEvidence, seen: string, rest = ""): string {
  const { settings } = watched;
  const [canary, baseline] = [evidence.canary.estimate, evidence.baseline.estimate];
  const estimates = `${formatEstimate(canary, settings)}, baseline ${formatEstimate(baseline, settings)}`;
  const end = `${seen}, expected ${expectedText(settings)}${where(evidence)}${rest}`;
  return `${settings.metric} ${estimates}, over ${lengthOf(watched)}: ${end}`;
}

function start(watched: WatchedComparison): string {
  return `${watched.settings.metric} over ${lengthOf(watched)}`;
}

function lengthOf({ from, until }: WatchedComparison): string {
  return formatMs(until - from);
}

function where({ sources, canary, baseline }: MetricComparisonEvidence): string {
  const names = sources.join(", ");
  if (canary.requests === null || baseline.requests === null) return ` (${names})`;
  return ` (${names}; ${count(canary.requests)} and ${count(baseline.requests)} requests)`;
}

/** What a decision lacks. */
function missing({ settings, state }: WatchedComparison, { forecast }: MetricComparisonEvidence): string {
  const dropped = droppedIn(state);
  if (dropped > settings.toleratedDrops) {
    return `${faultsText(state)}, ${settings.toleratedDrops} dropped tolerated`;
  }
  if (forecast === null || forecast === undefined) {
    const { relative, absolute } = settings.margin;
    if (relative > 1 || absolute > 0) return "there is no end in sight at this traffic";
    return "without a margin, a canary that is just as good is never shown to be";
  }
  const time = `about ${formatMs(forecast.ms)} at this traffic`;
  return forecast.requests === null
    ? `needs ${time}`
    : `needs about ${count(roughly(forecast.requests))} more requests, ${time}`;
}

/** Windows without a comparison, and why: `2 of 10 windows without comparison (1 reset, 1 no data)`. */
function faultsText({ faults, taken }: ComparisonState): string {
  const seen = Object.entries(faults).filter(([, times]) => times > 0);
  const all = seen.reduce((sum, [, times]) => sum + times, 0);
  const words = seen.map(([cause, times]) => `${times} ${cause.replace("-", " ")}`);
  return `${all} of ${taken} ${taken === 1 ? "window" : "windows"} without a comparison: ${words.join(", ")}`;
}

/** Two digits: a forecast is no promise. */
function roughly(requests: number): number {
  return Number(requests.toPrecision(2));
}

function count(requests: number): string {
  return Math.round(requests).toLocaleString("en-US");
}
