import { formatMs } from "../../gate/duration.js";
import type { LastAttempt } from "./health-probe-evidence.js";
import type { AttemptCounts, Thresholds } from "./thresholds.js";

/** What a health probe's answer is made of. */
export interface ProbeAnswer {
  readonly target: string;
  readonly counts: AttemptCounts;
  readonly thresholds: Thresholds;
  readonly last: LastAttempt;
  /** From the first attempt to the answer. Milliseconds. */
  readonly overMs: number;
}

/** Why a target is taken for healthy, in one sentence. */
export function passReason({ target, counts, thresholds, last, overMs }: ProbeAnswer): string {
  const row = `${plural(counts.successesInRow, "success", "successes")} in a row, ${thresholds.successThreshold} needed`;
  return `${target} ${last.reason} in ${formatMs(last.latencyMs)}: ${row}${window(counts, overMs)}.`;
}

/** Why a target is taken for unhealthy, in one sentence. */
export function failReason({ target, counts, thresholds, last, overMs }: ProbeAnswer): string {
  const row = `${plural(counts.failuresInRow, "failure", "failures")} in a row, ${thresholds.failureThreshold} are too many`;
  return `${target} ${last.reason}: ${row}${window(counts, overMs)}.`;
}

/** Why nothing can be said about a target, in one sentence. */
export function undecidedReason({ target, counts, thresholds, last, overMs }: ProbeAnswer): string {
  const { successThreshold, failureThreshold } = thresholds;
  const never = `never ${successThreshold} times healthy or ${failureThreshold} times unhealthy in a row`;
  const share = `healthy in ${counts.healthy} of ${counts.attempts} attempts over ${formatMs(overMs)}`;
  return `${target} was ${share}, ${never}; the last time it ${last.reason}.`;
}

function window({ attempts, errored }: AttemptCounts, overMs: number): string {
  if (attempts === 1) return "";
  const notMade = errored === 0 ? "" : `, ${errored} of which could not be made`;
  return `, ${plural(attempts, "attempt", "attempts")} over ${formatMs(overMs)}${notMade}`;
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
