import type { Bound } from "./bound.js";
import { valueOf } from "./judge-sample.js";
import type { JudgedSample } from "./metric-threshold-evidence.js";

/** What is remembered of the samples, beside their counts. Bounded, whatever the number of samples. */
export interface SeenSamples {
  readonly last?: JudgedSample;
  readonly worst?: JudgedSample;
  /** What the last sample said that has no answer. */
  readonly lastDetail?: string;
  readonly lastError?: string;
  readonly kept: readonly JudgedSample[];
  readonly warnings: readonly string[];
}

/** Nothing seen yet. */
export const nothingSeen: SeenSamples = { kept: [], warnings: [] };

const maxKept = 20;
const maxWarnings = 10;
const maxTextLength = 500;

/** Remembers one more sample, and what the source warned of. */
export function rememberSample(
  seen: SeenSamples,
  { badness }: Bound,
  sample: JudgedSample,
  warnings: readonly string[],
): SeenSamples {
  const short = sample.detail === undefined ? sample : { ...sample, detail: sample.detail.slice(0, maxTextLength) };
  const known = {
    ...seen,
    ...(sample.class === "error" ? { lastError: short.detail ?? "" } : {}),
    kept: keep([...seen.kept, short]),
    warnings: [...new Set([...seen.warnings, ...warnings.map((text) => text.slice(0, maxTextLength))])].slice(
      0,
      maxWarnings,
    ),
  };
  if (sample.class !== "good" && sample.class !== "bad") return known;
  return { ...known, last: short, ...worstOf(badness, seen.worst, short) };
}

/** Drops one sample where there are too many: the oldest good one, else the oldest that is not bad, else the oldest. */
function keep(samples: readonly JudgedSample[]): readonly JudgedSample[] {
  if (samples.length <= maxKept) return samples;
  const good = samples.findIndex((sample) => sample.class === "good");
  const unanswered = samples.findIndex((sample) => sample.class !== "bad");
  return samples.toSpliced(good >= 0 ? good : Math.max(0, unanswered), 1);
}

function worstOf(
  badness: Bound["badness"],
  worst: JudgedSample | undefined,
  sample: JudgedSample,
): Pick<SeenSamples, "worst"> {
  const value = valueOf(sample);
  if (badness === undefined || value === null) return {};
  const before = worst && valueOf(worst);
  return before != null && badness(before) >= badness(value) ? {} : { worst: sample };
}
