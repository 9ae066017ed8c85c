import type { Sample } from "../../../gate/gate-context.js";
import type { QueryContext } from "../read-only-query-evidence.js";
import { describeTarget, type ProgressBounds } from "./progress.js";
import type { ProgressOutcome, ProgressState } from "./progress-state.js";
import { leftWords } from "./progress-words.js";

/** What is known of a job before a question and after it, and what that decides. */
export interface MeasuredProgress {
  readonly before: ProgressState;
  readonly known: ProgressState;
  readonly outcome: ProgressOutcome | undefined;
}

/** Reports a reading as a measurement, with when the job may be done. A plot and a live view need no more digits than a float has. */
export function measureProgress(context: QueryContext, bounds: ProgressBounds, measured: MeasuredProgress): void {
  const { latest } = measured.known;
  if (latest === undefined) return;
  const { unit, until } = bounds;
  const limit = plotted(until.atLeast ?? until.atMost);
  const common = {
    name: "progress",
    at: latest.at,
    bound: describeTarget(bounds),
    ...(limit === null ? {} : { limits: [limit] }),
    ...(unit === undefined ? {} : { unit }),
  };
  if ("error" in latest) {
    context.measure({ ...common, value: null, status: "unknown", detail: `error: ${latest.error.message}` });
  } else if ("nothing" in latest) {
    context.measure({ ...common, value: null, status: "unknown", detail: `no value: ${latest.nothing}` });
  } else {
    const status = statusOf(measured);
    const detail = measured.outcome === "done" ? "done" : leftWords(bounds, measured.known);
    context.measure({ ...common, value: plotted(latest.value), status, detail });
  }
}

/** Null for what is larger than a float may be: there is no place for it in a plot. */
function plotted(value: number | string): number | null {
  const float = Number(value);
  return Number.isFinite(float) ? float : null;
}

/** Good is what goes on. What does not, and is not yet a stall, is neither good nor bad. */
function statusOf({ before, known, outcome }: MeasuredProgress): Sample["status"] {
  if (outcome === "stalled" || outcome === "backwards") return "bad";
  return outcome === "done" || before.best !== known.best ? "good" : "unknown";
}
