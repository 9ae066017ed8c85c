import { defineGate, type GateFactory } from "../../gate/define-gate.js";
import type { CheckResult } from "../../gate/finding.js";
import type { GateContext, Sample } from "../../gate/gate-context.js";
import { GateError } from "../../gate/gate-error.js";
import { publicConfig } from "../../gate/public-config.js";
import type { SourceAnswer } from "./ask-source.js";
import { askWhenDue, type DueAnswer } from "./ask-when-due.js";
import type { Bound } from "./bound.js";
import { baselineOf, compareReadings, type Baseline } from "./compare-readings.js";
import { judgeSample, valueOf } from "./judge-sample.js";
import {
  metricThresholdConfig,
  type MetricThresholdConfig,
  type MetricThresholdSettings,
} from "./metric-threshold-config.js";
import {
  metricThresholdEvidence,
  type JudgedSample,
  type MetricThresholdEvidence,
} from "./metric-threshold-evidence.js";
import { nothingSeen, rememberSample } from "./seen-samples.js";
import { errorReason, failReason, inconclusiveReason, passReason } from "./threshold-reason.js";
import { evidenceOf, type WatchedWindow } from "./watched-window.js";
import { addSample, emptyWindow } from "./window-policy.js";

/**
 * Makes a gate that watches a measurement for a while, and asks that it stays inside a bound.
 *
 * Fails after `failAfter` bad samples, which rolls the release back by default; passes with `passAfter` good ones. NaN, no
 * data, too little traffic and errors are neither good nor bad. Decides as soon as the samples to come cannot change it.
 *
 * @example
 * ```ts
 * import { metricThreshold } from "release-gates";
 * import { prometheus } from "release-gates/metrics";
 *
 * export const errorRatio = metricThreshold("error ratio", {
 *   source: prometheus({
 *     url: "http://prometheus.internal:9090",
 *     query: 'sum(rate(http_requests_total{app="orders",code=~"5.."}[1m])) / sum(rate(http_requests_total{app="orders"}[1m]))',
 *     traffic: 'sum(increase(http_requests_total{app="orders"}[1m]))',
 *   }),
 *   metric: "error ratio",
 *   unit: "ratio",
 *   below: 0.01,
 *   every: "30s",
 *   for: "5m",
 *   minTraffic: 50,
 *   tolerate: { errors: 1 },
 * });
 * ```
 */
export const metricThreshold: GateFactory<"metric-threshold", MetricThresholdConfig, MetricThresholdEvidence> =
  defineGate({
    kind: "metric-threshold",
    config: metricThresholdConfig,
    evidence: metricThresholdEvidence,
    defaults: {
      onFail: "rollback",
      timeout: ({ warmupMs, everyMs, policy }) => warmupMs + everyMs * policy.planned + slackMs,
    },
    describe: ({ source, bound, ...rest }) =>
      publicConfig({ ...rest, source: { name: source.name, ...source.description }, expected: bound.text }),
    check,
  });

type ThresholdContext = GateContext<MetricThresholdSettings, MetricThresholdEvidence>;

/** What the retries of the last sample may need, and the run itself. */
const slackMs = 120_000;

async function check(context: ThresholdContext): Promise<CheckResult<MetricThresholdEvidence>> {
  const { source, bound, everyMs, warmupMs, policy, metric, unit } = context.config;
  const common = { name: metric, ...(unit === undefined ? {} : { unit }), ...shownBound(bound) };
  const from = context.now() + warmupMs;
  let baseline: Baseline | undefined;
  // Counters say nothing before there is something to compare them with.
  if (source.between !== undefined)
    baseline = baselineOf(await askAt(context, { what: "baseline", from, offsetMs: 0 }));
  let window = emptyWindow;
  let seen = nothingSeen;
  let until = from;
  let isCatchingUp = false;
  while (window.judgement.outcome === "undecided") {
    const offsetMs = everyMs * (window.taken + 1);
    until = from + offsetMs;
    const answer = await askAt(context, { what: "sample", from, offsetMs, isCatchingUp });
    isCatchingUp = answer.isMissed === true;
    const compared = compareReadings(source, baseline, answer);
    baseline = compared.baseline;
    const sample = judgeSample(context.config, until, compared.answer);
    context.measure({ ...common, at: until, ...measured(sample) });
    window = addSample(policy, window, sample.class);
    seen = rememberSample(seen, bound, sample, warningsOf(compared.answer));
  }
  return conclude(context, { config: context.config, window, seen, from, until });
}

interface Tick {
  readonly what: "baseline" | "sample";
  /** When the window began. */
  readonly from: number;
  readonly offsetMs: number;
  readonly isCatchingUp?: boolean;
}

async function askAt(
  context: ThresholdContext,
  { what, from, offsetMs, isCatchingUp = false }: Tick,
): Promise<DueAnswer> {
  const { source, everyMs, warmupMs } = context.config;
  const at = from + offsetMs;
  const name = `${what}@${(warmupMs + offsetMs) / 1_000}s`;
  // A sample stands for the `every` before it, unless its source says otherwise.
  const window = what === "sample" && source.windowMs === undefined ? { from: at - everyMs } : {};
  const [answer] = await askWhenDue(context, { at, everyMs, isCatchingUp }, [{ source, name, ...window }]);
  return answer;
}

function measured(sample: JudgedSample): Pick<Sample, "value" | "status" | "detail"> {
  const { class: kind, detail } = sample;
  const status = kind === "good" || kind === "bad" ? kind : "unknown";
  return { value: valueOf(sample), status, ...(detail === undefined ? {} : { detail: `${kind}: ${detail}` }) };
}

function shownBound({ text, limits }: Bound): Pick<Sample, "bound" | "limits"> {
  return { bound: text, ...(limits.length === 0 ? {} : { limits }) };
}

function warningsOf(answer: SourceAnswer): readonly string[] {
  return "reading" in answer ? (answer.reading.warnings ?? []) : [];
}

function conclude(context: ThresholdContext, watched: WatchedWindow): CheckResult<MetricThresholdEvidence> {
  const { judgement } = watched.window;
  const evidence = evidenceOf(watched);
  if (judgement.outcome === "passed") return context.pass(passReason(watched), evidence);
  if (judgement.outcome === "failed") return context.fail(failReason(watched, judgement), evidence);
  if (judgement.outcome === "inconclusive") {
    return context.inconclusive(inconclusiveReason(watched, judgement), evidence);
  }
  if (judgement.outcome === "undecided") throw new Error("unreachable: a whole window is decided");
  const { name } = watched.config.source;
  throw new GateError("SOURCE_FAILED", errorReason(watched, judgement), { source: name, isRetryable: true });
}
