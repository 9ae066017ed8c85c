/**
 * What one sample came to. Only `good` and `bad` say something about the release.
 *
 * `low-traffic`: too few observations behind it; `no-data`: the source had no value; `nan`: its value is no number that can be
 * judged; `error`: it could not be taken.
 */
export type SampleClass = "good" | "bad" | "low-traffic" | "no-data" | "nan" | "error";

/** When a window of samples passes and fails. */
export interface WindowPolicy {
  /** How many samples will be taken at the most. */
  readonly planned: number;
  /** Fails as soon as `bad` of the last `inLast` judged samples are bad. */
  readonly fail: { readonly bad: number; readonly inLast: number };
  /** Passes at the end with `good` good samples; or at once, as soon as so many are good in a row. */
  readonly pass: { readonly good: number; readonly inARow: boolean };
  /** How many samples of each of these classes a pass may contain. */
  readonly tolerate: { readonly errors: number; readonly noData: number; readonly nan: number };
}

/** What the samples so far come to, with the numbers behind it. */
export type WindowJudgement =
  | { readonly outcome: "undecided" }
  | { readonly outcome: "passed" }
  | { readonly outcome: "failed"; readonly bad: number; readonly of: number }
  | {
      readonly outcome: "inconclusive";
      readonly cause: "no-data" | "nan";
      readonly seen: number;
      readonly tolerated: number;
    }
  | { readonly outcome: "inconclusive"; readonly cause: "too-few-good"; readonly good: number; readonly needed: number }
  | { readonly outcome: "errored"; readonly seen: number; readonly tolerated: number };

/** Samples so far. */
export interface WindowState {
  readonly taken: number;
  readonly counts: Readonly<Record<SampleClass, number>>;
  /** The last judged samples, the latest at the end. */
  readonly recent: readonly ("good" | "bad")[];
  /** Good samples since the last bad one. */
  readonly goodInARow: number;
  readonly judgement: WindowJudgement;
}

/** No sample yet. */
export const emptyWindow: WindowState = {
  taken: 0,
  counts: { good: 0, bad: 0, "low-traffic": 0, "no-data": 0, nan: 0, error: 0 },
  recent: [],
  goodInARow: 0,
  judgement: { outcome: "undecided" },
};

/**
 * Counts one more sample, and judges. A decided window stays as it is.
 *
 * Samples that are neither good nor bad are thrown away by `fail` and by rows: a monitor that flaps neither hides a bad
 * release nor makes one. A failure stands above an error, so samples are taken as long as they can still show one.
 */
export function addSample(policy: WindowPolicy, window: WindowState, sample: SampleClass): WindowState {
  if (window.judgement.outcome !== "undecided") return window;
  const next = {
    taken: window.taken + 1,
    counts: { ...window.counts, [sample]: window.counts[sample] + 1 },
    recent: isJudged(sample) ? [...window.recent, sample].slice(-policy.fail.inLast) : window.recent,
    goodInARow: sample === "good" ? window.goodInARow + 1 : sample === "bad" ? 0 : window.goodInARow,
  };
  return { ...next, judgement: judge(policy, next) };
}

type Samples = Omit<WindowState, "judgement">;

// Each test asks for the best case of one outcome among all completions. An outcome is out when no other is reachable.
function judge(policy: WindowPolicy, samples: Samples): WindowJudgement {
  const { tolerate, pass, fail } = policy;
  const { counts, recent, goodInARow } = samples;
  const rest = policy.planned - samples.taken;

  const bad = countBad(recent);
  if (bad >= fail.bad) return { outcome: "failed", bad, of: recent.length };

  const isTolerable =
    counts.error <= tolerate.errors && counts["no-data"] <= tolerate.noData && counts.nan <= tolerate.nan;
  const good = pass.inARow ? goodInARow : counts.good;
  if (pass.inARow && isTolerable && good >= pass.good) return { outcome: "passed" };

  if (canFail(policy, recent, rest)) return { outcome: "undecided" };
  const canPass = isTolerable && good + rest >= pass.good;
  const canErr = counts.error + rest > tolerate.errors;
  if (counts.error > tolerate.errors) return { outcome: "errored", seen: counts.error, tolerated: tolerate.errors };
  if (!canPass) return canErr ? { outcome: "undecided" } : inconclusive(policy, counts, good);
  const isSure = good >= pass.good && counts["no-data"] + rest <= tolerate.noData && counts.nan + rest <= tolerate.nan;
  return isSure && !canErr ? { outcome: "passed" } : { outcome: "undecided" };
}

/** Whether the window fails when every sample to come is bad. */
function canFail({ fail }: WindowPolicy, recent: WindowState["recent"], rest: number): boolean {
  const stay = Math.max(0, fail.inLast - rest);
  return (stay === 0 ? 0 : countBad(recent.slice(-stay))) + Math.min(rest, fail.inLast) >= fail.bad;
}

function inconclusive({ tolerate, pass }: WindowPolicy, counts: WindowState["counts"], good: number): WindowJudgement {
  const outcome = "inconclusive";
  if (counts["no-data"] > tolerate.noData) {
    return { outcome, cause: "no-data", seen: counts["no-data"], tolerated: tolerate.noData };
  }
  if (counts.nan > tolerate.nan) return { outcome, cause: "nan", seen: counts.nan, tolerated: tolerate.nan };
  return { outcome, cause: "too-few-good", good, needed: pass.good };
}

function isJudged(sample: SampleClass): sample is "good" | "bad" {
  return sample === "good" || sample === "bad";
}

function countBad(samples: WindowState["recent"]): number {
  return samples.filter((sample) => sample === "bad").length;
}
