import { formatMs } from "../../../gate/duration.js";
import { estimateEnd, estimateText } from "./estimate.js";
import { shownText } from "../sample-rows.js";
import type { ProgressBounds } from "./progress.js";
import type { ProgressOutcome, ProgressState, Reading } from "./progress-state.js";

// A reason is a sentence.
const maxDigits = 100;

/** Says what a watch over a job saw. */
export function progressWords(bounds: ProgressBounds, state: ProgressState, outcome: ProgressOutcome): string {
  const { startedAt, last, best, before, latest } = state;
  const at = latest?.at ?? startedAt;
  const after = `after ${formatMs(at - startedAt)}`;
  switch (outcome) {
    case "done":
      return `${valueOf(last, bounds)} ${after}`;
    case "stalled":
      return `no progress beyond ${valueOf(best, bounds)} for ${formatMs(at - (best?.at ?? startedAt))}`;
    case "backwards":
      return `${valueOf(last, bounds)}, back from ${valueOf(before, bounds)}, ${after}`;
    case "unreadable":
      return `no answer for ${formatMs(at - (last?.at ?? startedAt))}`;
    case "no value": {
      const what = latest !== undefined && "nothing" in latest ? latest.nothing : "NULL";
      return `no value (${what}) for ${formatMs(at - (last?.at ?? startedAt))}`;
    }
    case "not done":
      return `${valueOf(last, bounds)} ${after}, ${leftWords(bounds, state)}`;
  }
}

/** Says how long a job will take yet. */
export function leftWords(bounds: ProgressBounds, state: ProgressState): string {
  const estimate = estimateEnd(bounds, state);
  return estimate === undefined ? "the end is not in sight" : estimateText(estimate, bounds.unit);
}

function valueOf(reading: Reading | undefined, { unit }: ProgressBounds): string {
  const words = unit === undefined || unit === "ratio" ? "" : ` ${unit}`;
  return reading === undefined ? "nothing" : `${shownText(`${reading.value}`, maxDigits)}${words}`;
}
