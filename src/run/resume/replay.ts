import { unconsumable } from "../consume/consumable-verdict.js";
import { worseOf } from "../../decision/decision.js";
import { canonicalJson } from "../../gate/fingerprint.js";
import type { Gate } from "../../gate/gate.js";
import type { Plan } from "../../gate/plan.js";
import { freeze } from "../record/freeze.js";
import { hashLine } from "../record/hash-line.js";
import { readRecord } from "../record/read-record.js";
import type { RecordEvent, RunStarted } from "../record/record-event.js";
import { happenedAt } from "../record/recorded-step.js";
import { doesAgain } from "./does-again.js";
import { replayHost, type Unknown } from "./replay-host.js";
import { linesAhead } from "./waivers-ahead.js";
import { RunState } from "../record/run-state.js";
import { startRunAgain, type InputOption } from "../start-run.js";
import { findingsInOrder } from "../verdict/findings-in-order.js";
import { decide, type Verdict, type VerdictSummary } from "../verdict/verdict.js";

/** What a record says, decided again. */
export interface Replay {
  readonly verdict: VerdictSummary;
  /** Whether the record holds a verdict, and it is this one. False for a run that was cut off, and for a forged verdict. */
  readonly isAsRecorded: boolean;
}

/** What another plan would have decided from the same measurements. */
export interface ReplayOfPlan {
  readonly verdict: Verdict;
  /**
   * Whether the plan did again what the record says, line by line, and so came to its verdict. False for another plan: that learns
   * everything at the time at which it happened, also what the run heard of later. The run's own plan that does something else never comes to
   * anything better than the run did. It may be false for the own plan of a run with `secrets`, which are not in the record.
   */
  readonly isAsRecorded: boolean;
  /** What the plan asked and the record does not hold. Gates that needed it could not be checked. */
  readonly unknown: readonly Unknown[];
}

/**
 * Decides a recorded run again: by its own findings, or by another plan from the same measurements.
 *
 * Proves the record's chain first: rejects with a `GateError` of code `RECORD_INVALID` where a line was changed, removed,
 * added or moved. With a plan, its gates run on the recorded outcomes of steps and answers, at their recorded times; what the
 * record does not hold is listed, and never a pass.
 *
 * @example
 * ```ts
 * import { healthProbe, replay, startRun } from "release-gates";
 *
 * const run = startRun(healthProbe("api", { http: "https://api.example/healthz" }), {
 *   release: { name: "orders", version: "2.4.0", environment: "production" },
 * });
 * await run.verdict;
 *
 * const again = await replay(run.record());
 * console.log(again.isAsRecorded, again.verdict.decision);
 *
 * const stricter = healthProbe("api", { http: "https://api.example/healthz", successThreshold: 3 });
 * const { verdict, unknown } = await replay(run.record(), stricter);
 * console.log(verdict.decision, unknown);
 * ```
 */
export function replay(record: readonly string[]): Promise<Replay>;
export function replay(record: readonly string[], gate: Gate): Promise<ReplayOfPlan>;
export function replay<Input>(
  record: readonly string[],
  plan: Plan<Input>,
  options: InputOption<Input>,
): Promise<ReplayOfPlan>;
export async function replay(
  record: readonly string[],
  target?: Gate | Plan<unknown>,
  options: { readonly input?: unknown } = {},
): Promise<Replay | ReplayOfPlan> {
  const events = readRecord(record);
  const state = new RunState();
  for (const event of events) state.apply(event);
  if (target === undefined) return decideAgain(state, events);
  const { started, decided } = state;
  const isAgain = started && decided && (await doesAgain({ lines: record, events, started }, target, options));
  if (isAgain) return asTheRun(state, events, record);
  const replayed = await runAgain(state, events, target, options);
  return decided && isAgain === false ? noBetter(replayed, decided) : replayed;
}

function decideAgain(
  { started, findings, fault, cancelled, waivers, withdrawn, bypass, decided }: RunState,
  events: readonly RecordEvent[],
): Replay {
  if (!started) throw new Error("unreachable: a record begins with run:started");
  const { runId, release, plan, tree, at: startedAt } = started;
  const decidedAt = decided?.decidedAt ?? events.at(-1)?.at ?? startedAt;
  const what = { runId, release, plan, tree, findings, fault, cancelled, waivers: waivers.all, withdrawn, bypass };
  const verdict = decide({ ...what, startedAt, decidedAt });
  return { verdict, isAsRecorded: decided !== undefined && canonicalJson(decided) === canonicalJson(verdict) };
}

// What was heard of late, or at once with something else, was heard of as it was.
function asTheRun(state: RunState, events: readonly RecordEvent[], lines: readonly string[]): ReplayOfPlan {
  const { started } = state;
  if (!started) throw new Error("unreachable: a record begins with run:started");
  const { verdict, isAsRecorded } = decideAgain(state, events);
  const runId = replayIdOf(started);
  const end = events.findLastIndex(({ type }) => type === "run:decided") + 1;
  const findings = findingsInOrder(started.tree, state.findings);
  const record = { lines: end, head: hashLine(lines[end - 1] ?? "") };
  return { verdict: unconsumable(freeze({ ...verdict, runId, findings, record })), isAsRecorded, unknown: [] };
}

// The run's own plan, which did something else than the record says: what it comes to is no better than what the run came to.
function noBetter(replayed: ReplayOfPlan, { decision }: VerdictSummary): ReplayOfPlan {
  const { verdict } = replayed;
  if (worseOf(verdict.decision, decision) === verdict.decision) return replayed;
  const { name, version, environment } = verdict.release;
  const why = `the recorded run came to it, and its plan did not do again what the record says, but came to ${verdict.decision}`;
  const reason = `${decision} ${name} ${version} in ${environment}: ${why}`;
  return { ...replayed, verdict: unconsumable(freeze({ ...verdict, decision, reason, decidedBy: [] })) };
}

function replayIdOf({ runId }: RunStarted): string {
  return `replay of ${runId}`.slice(0, 200);
}

async function runAgain(
  { started, fault }: RunState,
  events: readonly RecordEvent[],
  target: Gate | Plan<unknown>,
  options: { readonly input?: unknown },
): Promise<ReplayOfPlan> {
  if (!started) throw new Error("unreachable: a record begins with run:started");
  const { release, settle, deadlineAt } = started;
  const deadline = deadlineAt === undefined ? {} : { deadline: Date.parse(deadlineAt) - Date.parse(started.at) };
  const host = replayHost(events);
  const runId = replayIdOf(started);
  const ahead = linesAhead(events).filter(({ type }) => type === "gate:waived");
  const run = startRunAgain(
    target,
    { release, settle, host, runId, ...deadline, ...options },
    ahead.map(({ waiver }) => waiver),
  );
  for (const [index, event] of events.entries()) {
    // What was said in time and heard late it hears in time, though not before what the run knew already.
    const at = Math.max(happenedAt(event), happenedAt(events[index - 1] ?? event));
    if (!(ahead as readonly RecordEvent[]).includes(event)) host.clock.schedule(at, () => run.overrides.redo(event));
    if (event.type === "gate:withdrawn") host.clock.schedule(at, () => run.scope.late.redo(event));
    if (event.type === "run:cancelled") host.clock.schedule(at, () => run.cancel({ reason: event.reason }));
    // What a run that failed had seen is not all that there was to see.
    if (event.type === "run:faulted")
      host.clock.schedule(at, () => run.cancel({ reason: `the recorded run failed: ${event.reason}` }));
  }
  const verdict = await host.clock.settle(run.verdict);
  return {
    verdict: fault === undefined ? verdict : held(verdict, fault),
    isAsRecorded: false,
    unknown: host.unknown,
  };
}

// A run that failed by itself promotes nothing, whatever it had seen by then.
function held(verdict: Verdict, fault: string): Verdict {
  if (verdict.decision !== "promote") return verdict;
  const { name, version, environment } = verdict.release;
  const reason = `hold ${name} ${version} in ${environment}: the recorded run itself failed (${fault})`;
  return { ...verdict, decision: "hold", reason, decidedBy: [] };
}
