import { formatMs } from "../../gate/duration.js";
import { formatValue } from "./format-value.js";
import { valueOf } from "./judge-sample.js";
import type { MetricThresholdSettings } from "./metric-threshold-config.js";
import type { JudgedSample } from "./metric-threshold-evidence.js";
import type { WatchedWindow } from "./watched-window.js";
import type { WindowJudgement, WindowState } from "./window-policy.js";

type Judgement<Outcome> = Extract<WindowJudgement, { readonly outcome: Outcome }>;

/** Why the samples are as expected, in one sentence. */
export function passReason({ config, window, seen, from, until }: WatchedWindow): string {
  const { worstWord } = config.bound;
  const value =
    worstWord && seen.worst
      ? `${worstWord} ${write(config, seen.worst)}`
      : `${seen.last ? write(config, seen.last) : ""} last`;
  const good = `${window.counts.good} of ${window.taken} ${plural(window.taken)} ${were(window.counts.good)} good`;
  return `${config.metric} ${value} over ${formatMs(until - from)}, ${expected(config)}: ${good}${rest(window)}`;
}

/** Why the samples are not as expected, in one sentence. */
export function failReason({ config, seen, from, until }: WatchedWindow, { bad, of }: Judgement<"failed">): string {
  const value = seen.last ? `${write(config, seen.last)} ` : "";
  const samples = `${bad} of the last ${of} ${plural(of)} ${were(bad)} ${config.bound.miss}`;
  return `${config.metric} ${value}over ${formatMs(until - from)}, ${expected(config)}: ${samples}`;
}

/** Why the samples are not enough to say, in one sentence. */
export function inconclusiveReason(answer: WatchedWindow, judgement: Judgement<"inconclusive">): string {
  const { config, window, from, until } = answer;
  const start = `${config.metric} cannot be judged over ${formatMs(until - from)}, ${expected(config)}`;
  if (judgement.cause === "too-few-good") {
    const row = config.policy.pass.inARow ? " in a row" : "";
    const { good, needed } = judgement;
    const samples = `${good} of ${window.taken} ${plural(window.taken)} ${were(good)} good${row}, ${needed} needed`;
    return `${start}: ${samples}${rest(window)}`;
  }
  const what = judgement.cause === "nan" ? "not a number" : "without data";
  return `${start}: ${share(window, judgement.seen, what, judgement.tolerated)}${because(lastDetail(answer, judgement.cause))}`;
}

/** Why the samples could not be taken, in one sentence. */
export function errorReason(answer: WatchedWindow, { seen, tolerated }: Judgement<"errored">): string {
  const { config, window, from, until } = answer;
  const start = `${config.metric} could not be measured over ${formatMs(until - from)}, ${expected(config)}`;
  return `${start}: ${share(window, seen, "errors", tolerated)}${because(answer.seen.lastError)}`;
}

function share({ taken }: WindowState, seen: number, what: string, tolerated: number): string {
  return `${seen} of ${taken} ${plural(taken)} ${were(seen)} ${what}, ${tolerated} tolerated`;
}

function lastDetail({ seen }: WatchedWindow, cause: JudgedSample["class"]): string | undefined {
  return seen.kept.findLast((sample) => sample.class === cause)?.detail;
}

function because(detail: string | undefined): string {
  return detail ? ` (${detail.replace(/\.$/, "")})` : "";
}

function expected({ bound, source }: MetricThresholdSettings): string {
  return `expected ${bound.text} (${source.name})`;
}

function write({ unit, bound }: MetricThresholdSettings, sample: JudgedSample): string {
  return formatValue(valueOf(sample) ?? Number.NaN, unit, bound.limits);
}

/** What became of the samples that are not good. */
function rest({ counts }: WindowState): string {
  const words: readonly [number, string][] = [
    [counts.bad, "bad"],
    [counts["low-traffic"], "with too little traffic"],
    [counts["no-data"], "without data"],
    [counts.nan, "not a number"],
    [counts.error, counts.error === 1 ? "error" : "errors"],
  ];
  const seen = words.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return seen.length === 0 ? "" : `, ${seen.join(", ")}`;
}

function plural(count: number): string {
  return count === 1 ? "sample" : "samples";
}

function were(count: number): string {
  return count === 1 ? "was" : "were";
}
