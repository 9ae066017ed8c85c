import { GateError } from "../../gate/gate-error.js";
import type { Gate } from "../../gate/gate.js";
import type { Plan } from "../../gate/plan.js";
import { storedLines } from "../consume/consumed-lines.js";
import { clockFrom } from "../host/clock-from.js";
import { DecidedRun } from "./decided-run.js";
import type { LiveRunInput } from "../live/live-run-input.js";
import { PastLines } from "../record/past-lines.js";
import { readRecord } from "../record/read-record.js";
import type { RecordEvent, RunStarted } from "../record/record-event.js";
import type { RecordStore } from "../record/record-store.js";
import { replay } from "./replay.js";
import type { RunOptions } from "../run-options.js";
import { relivedRun } from "./relived-run.js";
import { RunState } from "../record/run-state.js";
import type { Run } from "../run.js";
import { RunHandle } from "../run-handle.js";
import { prepareRun, type InputOption } from "../start-run.js";
import { waiversAhead } from "./waivers-ahead.js";
import { whyAnother } from "./why-another.js";

/** How a run is resumed: as it was started, with the store that holds its record. */
export type ResumeOptions = Omit<RunOptions, "host" | "store" | "runId"> & {
  /** Which run. */
  readonly runId: string;
  /** The store that holds its record. */
  readonly store: RecordStore;
};

/**
 * Goes on with a run whose process died, where its record ends; resolves to its handle.
 *
 * The gates run again over the record: a step that is recorded is not done again, answers are taken as they were, waits and deadlines
 * end when they would have. What was under way is done again. The record goes on in the same chain; of two processes that carry one run,
 * one gets a `STORE_CONFLICT` as soon as it writes, and holds. A run that was decided resolves to its verdict.
 *
 * Rejects with a `GateError`, and has written nothing then: `RUN_UNKNOWN` where the store holds no such run, `RECORD_INVALID` where
 * its record was changed, `RESUME_REFUSED` where plan, release, input or an option is another one, or where the gates come to something
 * else than the record says.
 *
 * @example
 * ```ts
 * import { healthProbe, isGateError, resumeRun, startRun } from "release-gates";
 * import { fileStore } from "release-gates/stores";
 *
 * const gate = healthProbe("api", { http: "https://api.example/healthz" });
 * const options = {
 *   release: { name: "orders", version: "2.4.0", environment: "production" },
 *   runId: "orders 2.4.0",
 *   store: fileStore({ folder: "./records" }),
 * };
 * const run = await resumeRun(gate, options).catch((error: unknown) => {
 *   if (isGateError(error, "RUN_UNKNOWN")) return startRun(gate, options);
 *   throw error;
 * });
 * console.log((await run.verdict).decision);
 * ```
 */
export function resumeRun(gate: Gate, options: ResumeOptions): Promise<Run>;
export function resumeRun<Input>(plan: Plan<Input>, options: ResumeOptions & InputOption<Input>): Promise<Run>;
export async function resumeRun(target: Gate | Plan<unknown>, options: ResumeOptions): Promise<Run> {
  const input = prepareRun(target, options);
  const { runId } = input;
  const { store } = input.options;
  if (!store || options.runId === undefined) {
    const message = `Invalid options for the run: ${store ? "runId" : "store"}: expected the one of the run that goes on.`;
    throw new GateError("RUN_INPUT_INVALID", message, { issues: [{ message }] });
  }
  const lines = await store.read(runId);
  if (lines.length === 0) throw new GateError("RUN_UNKNOWN", `The store holds no run "${runId}".`, { runId });
  const events = readRecord(lines);
  const refused = whyAnother(events[0] as RecordEvent & RunStarted, input);
  if (refused !== undefined) throw refusal(runId, 1, refused);
  const state = new RunState();
  for (const event of events) state.apply(event);
  if (state.decided) return decidedRun(state, lines, input, store);
  const clock = clockFrom(input.options.clock, Date.parse(events.at(-1)?.at ?? ""));
  const again = {
    ...input,
    options: { ...input.options, clock },
    waivers: waiversAhead(events) ?? input.waivers,
  };
  const { run, past } = await relivedRun(again, (late) => new PastLines(events, lines, clock.now(), late));
  if (past.mismatch) throw refusal(runId, past.mismatch.seq, past.mismatch.why);
  await run.comeback.goOn();
  return new RunHandle(run);
}

// A verdict that its own findings do not come to was not the run's.
async function decidedRun(
  state: RunState,
  lines: readonly string[],
  { runId, redact, options }: LiveRunInput,
  store: RecordStore,
): Promise<Run> {
  const { isAsRecorded } = await replay(lines);
  if (!state.decided || !isAsRecorded) {
    throw refusal(runId, lines.length, "the record ends with a verdict that its findings do not come to");
  }
  const now = () => options.clock.now();
  return new DecidedRun(state, state.decided, lines, {
    runId,
    redact,
    lines: storedLines(runId, store),
    isPast: false,
    now,
  });
}

function refusal(runId: string, seq: number, why: string): GateError<"RESUME_REFUSED"> {
  const message = `Run "${runId}" cannot go on from its record: at line ${seq}, ${why}.`;
  return new GateError("RESUME_REFUSED", message, { runId, seq });
}
