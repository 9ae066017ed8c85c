import type { Release } from "../../gate/release.js";
import { readRecord } from "../../run/record/read-record.js";
import type { RecordEvent, RunStarted } from "../../run/record/record-event.js";
import { recordedRun, type RecordedRun } from "../../run/resume/recorded-run.js";
import type { BacktestWindow } from "../backtest-options.js";
import type { History, HistoryWindow } from "../history.js";

interface KnownRun {
  readonly release: Release;
  readonly startedAt: number;
  readonly recorded: RecordedRun;
}

/**
 * Makes a history of recorded runs: every step and every answer from outside, as the record holds it, at its time.
 *
 * A window is answered by the run of its release that began in it, and gates by their paths, so another plan over the same
 * gates is answered as `replay` answers it: with other bounds, other rows of samples, other compositions. Proves each record's
 * chain, and throws a `GateError` with code `RECORD_INVALID` where a line was changed.
 *
 * @example
 * ```ts
 * import { healthProbe } from "release-gates";
 * import { backtest, recordedHistory, recordedWindow } from "release-gates/backtest";
 *
 * export async function stricter(records: readonly (readonly string[])[]): Promise<void> {
 *   const gate = healthProbe("api", { http: "https://api.example/healthz", successThreshold: 3 });
 *   const windows = records.map((record) => recordedWindow(record));
 *   const { score } = await backtest(gate, { history: recordedHistory(records), windows });
 *   console.log(score.unlabelled);
 * }
 * ```
 */
export function recordedHistory(records: readonly (readonly string[])[]): History {
  const runs = records.map((record): KnownRun => {
    const events = readRecord(record);
    const { release, at } = startOf(events[0]);
    return { release, startedAt: Date.parse(at), recorded: recordedRun(events) };
  });
  return {
    name: `${runs.length} recorded ${runs.length === 1 ? "run" : "runs"}`,
    open(window) {
      const run = runs.find((known) => isOf(known, window));
      return run ? { recorded: run.recorded } : {};
    },
  };
}

/**
 * The window of a recorded run: its release, its beginning, its deadline and its plan's input.
 *
 * The input is what the record holds; the plan checks it, as it did then.
 */
export function recordedWindow<Input = undefined>(
  record: readonly string[],
  options: { readonly label?: "good" | "bad" } = {},
): BacktestWindow<Input> {
  const { release, at, deadlineAt, plan } = startOf(readRecord(record)[0]);
  const window = {
    release,
    from: at,
    ...(deadlineAt === undefined ? {} : { to: deadlineAt }),
    ...(plan.input === undefined ? {} : { input: plan.input }),
    ...options,
  };
  return window as unknown as BacktestWindow<Input>;
}

function startOf(first: RecordEvent | undefined): RunStarted & RecordEvent {
  if (first?.type !== "run:started") throw new Error("unreachable: a record begins with run:started");
  return first;
}

function isOf({ release, startedAt }: KnownRun, window: HistoryWindow): boolean {
  const isSame = (["name", "version", "environment"] as const).every(
    (field) => release[field] === window.release[field],
  );
  return isSame && startedAt >= window.from && startedAt < (window.to ?? Number.POSITIVE_INFINITY);
}
