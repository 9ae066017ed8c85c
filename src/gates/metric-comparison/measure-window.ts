import type { Sample } from "../../gate/gate-context.js";
import type { ArmMeasure } from "./arm.js";
import type { ComparisonSettings } from "./comparison-settings.js";
import type { Comparison, ComparisonState } from "./comparison-state.js";
import { formatDifference } from "./comparison-words.js";
import type { ReadWindow } from "./read-window.js";

/**
 * The measurements of one window: what each arm saw in it, and how much worse the canary is by all windows so far.
 *
 * Two pictures: the difference has a scale and a limit of its own. Where nothing was compared, the difference alone is missing.
 */
export function samplesOf(
  settings: ComparisonSettings,
  comparison: Comparison,
  { state, window, at }: { readonly state: ComparisonState; readonly window: ReadWindow; readonly at: number },
): readonly Sample[] {
  const { metric, alpha, beta, margin } = settings;
  const unit = settings.unit === undefined ? {} : { unit: settings.unit };
  const difference = {
    name: `${metric}: how much worse`,
    series: "difference",
    at,
    ...unit,
    bound: `margin ${formatDifference(margin.absolute, settings)}`,
    limits: [margin.absolute],
  };
  if (window.class !== "compared") {
    return [{ ...difference, value: null, status: "unknown", detail: `${window.cause}: ${window.detail}` }];
  }
  const reading = comparison.test.read(state.test);
  const { outcome } = state.judgement;
  const status = outcome === "harm" ? "bad" : outcome === "safety" ? "good" : "unknown";
  const arms = (["canary", "baseline"] as const).map((series): Sample => {
    const value = measuredIn(settings, window.arms[series]);
    return { name: metric, series, at, ...unit, value, status: "good" };
  });
  return [...arms, { ...difference, value: reading.difference, status, interval: reading.interval(alpha, beta) }];
}

function measuredIn({ kind, quantile = 0.5 }: ComparisonSettings, arm: ArmMeasure): number {
  if ("events" in arm) return arm.events / arm.total;
  if ("mean" in arm) return arm.mean;
  const { samples } = arm;
  if (kind === "mean") return samples.reduce((sum, value) => sum + value, 0) / samples.length;
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)] ?? Number.NaN;
}
