import { startRun, type Gate, type RecordEvent, type Run, type RunOptions, type Verdict } from "release-gates";
import { virtualClock, type VirtualClock } from "release-gates/testing";
import { release } from "./gates.js";

/** A run on a virtual clock, over. */
export interface Judged {
  readonly run: Run;
  readonly clock: VirtualClock;
  readonly verdict: Verdict;
  readonly decision: Verdict["decision"];
  /** Milliseconds from the start of the run to its verdict. */
  readonly after: number;
  /** Each gate's status, by path. */
  readonly statuses: Readonly<Record<string, string>>;
  /** Each gate's reason, by path. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly events: readonly RecordEvent[];
}

/** Runs a gate on a virtual clock to its end. `during` may listen, answer and cancel. */
export async function judge(
  gate: Gate,
  options: Partial<RunOptions> = {},
  during: (run: Run, clock: VirtualClock) => unknown = () => {},
): Promise<Judged> {
  const clock = virtualClock();
  const run = startRun(gate, { release, clock, ...options });
  await during(run, clock);
  const verdict = await clock.settle(run.verdict);
  return {
    run,
    clock,
    verdict,
    decision: verdict.decision,
    after: Date.parse(verdict.decidedAt) - Date.parse(verdict.startedAt),
    statuses: Object.fromEntries(verdict.findings.map((finding) => [finding.gate, finding.status])),
    reasons: Object.fromEntries(verdict.findings.map((finding) => [finding.gate, finding.reason])),
    events: eventsOf(run),
  };
}

/** The record of a run, as events. */
export function eventsOf(run: Run): readonly RecordEvent[] {
  return run.record().map((line) => JSON.parse(line) as RecordEvent);
}

/** Everything that keeps this process awake: nothing of it may be left when a run is over. */
export function timersLeft(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
}
