import { defineGate, type GateFactory } from "../../gate/define-gate.js";
import type { CheckResult } from "../../gate/finding.js";
import type { GateContext } from "../../gate/gate-context.js";
import { GateError } from "../../gate/gate-error.js";
import { publicConfig } from "../../gate/public-config.js";
import type { ArmSources } from "./arm-config.js";
import { askArms, isBeginning, windowAnswers, type ArmsAnswers } from "./ask-arms.js";
import { errorReason, harmReason, inconclusiveReason, safetyReason } from "./comparison-reason.js";
import { comparisonSettings, type ComparisonSettings } from "./comparison-settings.js";
import { comparisonOf } from "./comparison-state.js";
import { expectedText } from "./comparison-words.js";
import { samplesOf } from "./measure-window.js";
import type { MetricComparisonConfig } from "./metric-comparison-config.js";
import {
  metricComparisonEvidence,
  type FaultyWindow,
  type MetricComparisonEvidence,
} from "./metric-comparison-evidence.js";
import { readWindow } from "./read-window.js";
import { evidenceOf, type WatchedComparison } from "./watched-comparison.js";

/**
 * Makes a gate that compares the canary with the baseline, again and again, with bounds on both kinds of mistakes.
 *
 * Fails as soon as it is shown that the canary is worse than the margin accepts, which rolls the release back by default; passes as
 * soon as it is shown that it is not; goes on in between, and is inconclusive at the end. However often it looks, at most `alpha` of
 * the releases within the margin fail, and at most `beta` of those beyond it pass. A window that cannot be compared is neither.
 *
 * @example
 * ```ts
 * import { metricComparison } from "release-gates";
 * import { prometheusCounter } from "release-gates/metrics";
 *
 * const requests = (labels: string) =>
 *   prometheusCounter({ url: "http://prometheus.internal:9090", counter: `http_requests_total{app="orders",${labels}}`, absent: "zero" });
 *
 * export const errors = metricComparison("errors", {
 *   kind: "proportion",
 *   metric: "error ratio",
 *   canary: { events: requests('track="canary",code=~"5.."'), total: requests('track="canary"') },
 *   baseline: { events: requests('track="stable",code=~"5.."'), total: requests('track="stable"') },
 *   margin: { absolute: 0.0025 },
 *   every: "1m",
 *   for: "1h",
 * });
 * ```
 */
export const metricComparison: GateFactory<"metric-comparison", MetricComparisonConfig, MetricComparisonEvidence> =
  defineGate({
    kind: "metric-comparison",
    config: comparisonSettings,
    evidence: metricComparisonEvidence,
    defaults: {
      onFail: "rollback",
      timeout: ({ warmupMs, lagMs, everyMs, planned }) => warmupMs + everyMs * planned + lagMs + slackMs,
    },
    among: (settings, count) => ({ ...settings, alpha: settings.alpha / count, sharedBy: count }),
    describe: ({ canary, baseline, ...rest }) =>
      publicConfig({ ...rest, canary: shown(canary), baseline: shown(baseline), expected: expectedText(rest) }),
    check,
  });

/** What the retries of the last window may need, and the run itself. */
const slackMs = 120_000;
const mostFaulty = 20;
const mostWarnings = 10;
const longestText = 500;

type ComparisonContext = GateContext<ComparisonSettings, MetricComparisonEvidence>;

async function check(context: ComparisonContext): Promise<CheckResult<MetricComparisonEvidence>> {
  const { config: settings } = context;
  const { everyMs, planned, warmupMs } = settings;
  const comparison = comparisonOf(settings);
  const start = context.now() + warmupMs;
  let [from, until] = [start, start];
  let before = await askArms(context, { start, at: start, isCatchingUp: false });
  let isCatchingUp = wasMissed(before);
  let state = comparison.empty;
  let faulty: readonly FaultyWindow[] = [];
  let warnings: readonly string[] = [];
  while (state.judgement.outcome === "undecided" && state.taken < planned) {
    until = start + everyMs * (state.taken + 1);
    const after = await askArms(context, { start, from, at: until, isCatchingUp });
    isCatchingUp = wasMissed(after);
    const window = readWindow(settings, windowAnswers(settings, before, after), { from, to: until });
    state = comparison.add(state, window, until - from);
    for (const sample of samplesOf(settings, comparison, { state, window, at: until })) context.measure(sample);
    warnings = addWarnings(warnings, after);
    if (window.class !== "compared") {
      faulty = [...faulty, faultyWindow(from, until, window)].slice(-mostFaulty);
    }
    // What is open goes on until the next look; where its beginning is not known, that is lost.
    if (window.class === "open" && isBeginning(settings, before)) continue;
    [from, before] = [until, after];
  }
  return conclude(context, { settings, comparison, state, faulty, warnings, from: start, until });
}

function conclude(context: ComparisonContext, watched: WatchedComparison): CheckResult<MetricComparisonEvidence> {
  const { state } = watched;
  const evidence = evidenceOf(watched);
  if (state.judgement.outcome === "harm") return context.fail(harmReason(watched, evidence), evidence);
  if (state.judgement.outcome === "safety") return context.pass(safetyReason(watched, evidence), evidence);
  // Where nothing was seen at all, and a source could not be asked, it is the monitoring that is in question.
  if (state.compared === 0 && state.faults.error + state.faults.missed > 0) {
    const source = evidence.sources.join(", ");
    throw new GateError("SOURCE_FAILED", errorReason(watched, evidence), { source, isRetryable: true });
  }
  return context.inconclusive(inconclusiveReason(watched, evidence), evidence);
}

function shown(sources: ArmSources): object {
  return Object.fromEntries(
    Object.entries(sources).map(([role, { name, description }]) => [role, { name, ...description }]),
  );
}

function faultyWindow(from: number, to: number, { cause, detail }: Omit<FaultyWindow, "from" | "to">): FaultyWindow {
  const text = detail.slice(0, longestText);
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), cause, detail: text };
}

function wasMissed(answers: ArmsAnswers): boolean {
  return [...answers.values()].some((answer) => answer.isMissed === true);
}

function addWarnings(known: readonly string[], answers: ArmsAnswers): readonly string[] {
  const said = [...answers.values()].flatMap((answer) => ("reading" in answer ? (answer.reading.warnings ?? []) : []));
  return [...new Set([...known, ...said.map((text) => text.slice(0, longestText))])].slice(0, mostWarnings);
}
