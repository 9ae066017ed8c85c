import { toMs } from "../../../gate/duration.js";
import type { CheckResult } from "../../../gate/finding.js";
import { GateError } from "../../../gate/gate-error.js";
import type { QueryContext, ReadOnlyQueryEvidence } from "../read-only-query-evidence.js";
import { shownWarnings } from "../shown-warnings.js";
import { describeProgress, type ProgressBounds } from "./progress.js";
import { askProgress } from "./ask-progress.js";
import { measureProgress } from "./measure-progress.js";
import { observedProgress } from "./progress-observation.js";
import { addReading, judgeProgress, noReadings, type ProgressOutcome, type ProgressState } from "./progress-state.js";
import { progressWords } from "./progress-words.js";

/**
 * Watches a job until it is done, stalls, goes back or its time is over.
 *
 * Each question is a step of its own, so that a restart goes on where it was. One that has no answer is not a stall; where none has
 * for as long as a stall may take, the gate is errored.
 */
export async function watchProgress(
  context: QueryContext,
  bounds: ProgressBounds,
): Promise<CheckResult<ReadOnlyQueryEvidence>> {
  const startedAt = context.now();
  const [everyMs, forMs] = [toMs(bounds.every), toMs(bounds.for)];
  let state = noReadings(startedAt);
  let warnings: readonly string[] = [];
  for (let offsetMs = 0; ;) {
    const earlyMs = startedAt + offsetMs - context.now();
    if (earlyMs > 0) await context.sleep(earlyMs);
    const asked = await askProgress(context, `progress@${offsetMs / 1_000}s`, state.reads === 0);
    warnings = shownWarnings([...warnings, ...asked.warnings]);
    const known = addReading(bounds, state, asked.result);
    // One that is still under way when the next is due displaces it.
    offsetMs += everyMs * Math.max(1, Math.ceil((context.now() - startedAt - offsetMs) / everyMs));
    const outcome = judgeProgress(bounds, known, offsetMs > forMs);
    measureProgress(context, bounds, { before: state, known, outcome });
    state = known;
    if (outcome !== undefined) return conclude(context, bounds, { state, outcome, warnings });
  }
}

interface WatchedJob {
  readonly state: ProgressState;
  readonly outcome: ProgressOutcome;
  readonly warnings: readonly string[];
}

function conclude(
  { config, pass, fail, inconclusive }: QueryContext,
  bounds: ProgressBounds,
  { state, outcome, warnings }: WatchedJob,
): CheckResult<ReadOnlyQueryEvidence> {
  const { name } = config.database;
  const expected = describeProgress(bounds);
  const reason = `observed ${progressWords(bounds, state, outcome)}, expected ${expected} (${name})`;
  const { latest } = state;
  if (outcome === "unreadable" && latest !== undefined && "error" in latest) {
    const details = { source: name, isRetryable: true };
    throw new GateError("SOURCE_FAILED", `${reason}: ${latest.error.message}`, details, { cause: latest.error });
  }
  const observed = observedProgress(bounds, state, config.maxShown);
  const evidence = { database: name, expected, observed, warnings };
  if (outcome === "done") return pass(reason, evidence);
  return outcome === "stalled" || outcome === "backwards" ? fail(reason, evidence) : inconclusive(reason, evidence);
}
