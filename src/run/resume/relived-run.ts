import { LiveRun } from "../live/live-run.js";
import type { LiveRunInput } from "../live/live-run-input.js";
import type { PastLines } from "../record/past-lines.js";

/** A run that has come to the end of its past, or to where it differs from it. */
export interface RelivedRun {
  readonly run: LiveRun;
  readonly past: PastLines;
}

/**
 * Does again what a record says. Nothing is done or written by that: where a gate comes to something else, the same is tried as in a
 * process that was too busy for that gate's timers.
 */
export async function relivedRun(
  input: LiveRunInput,
  pastOf: (late: ReadonlySet<string>) => PastLines,
): Promise<RelivedRun> {
  const late = new Set<string>();
  for (;;) {
    const past = pastOf(late);
    const run = new LiveRun({ ...input, past });
    await run.comeback.relive();
    const gate = past.mismatch?.gate;
    if (gate === undefined || late.has(gate)) return { run, past };
    late.add(gate);
  }
}
