import { GateError } from "../../gate/gate-error.js";
import { redactText } from "../../gate/redact.js";
import { systemClock, type Clock } from "../host/clock.js";
import { consume, parseConsume, type ConsumeOptions, type Consumption } from "./consumption.js";
import { storedLines } from "./consumed-lines.js";
import { readRecord } from "../record/read-record.js";
import type { RecordEvent } from "../record/record-event.js";
import type { RecordStore } from "../record/record-store.js";
import { replay } from "../resume/replay.js";

/** What is shipped with a verdict, in a process that has not run the gates. */
export interface ConsumeElsewhereOptions extends ConsumeOptions {
  /** What time it is. For tests. @default the machine's clock */
  readonly clock?: Pick<Clock, "now">;
}

/**
 * Ships with the verdict of a run in a store: succeeds once, for the artifact that was judged, and records it.
 *
 * For a deploy step in another process than the gates. Of several who try at once, one wins. Proves the record first, and that it
 * leads to its verdict. Rejects as `verdict.consume` does.
 *
 * @example
 * ```ts
 * import { consumeVerdict, type RecordStore } from "release-gates";
 *
 * export async function deploy(store: RecordStore, runId: string, digest: string, ship: () => Promise<void>): Promise<void> {
 *   await consumeVerdict(store, runId, { digest, by: "deploy job", within: "2h" });
 *   await ship();
 * }
 * ```
 */
export async function consumeVerdict(
  store: Pick<RecordStore, "read" | "append">,
  runId: string,
  { clock = systemClock, ...options }: ConsumeElsewhereOptions,
): Promise<Consumption> {
  const parsed = parseConsume(options);
  const how = { runId, lines: storedLines(runId, store), redact: redactText, now: () => clock.now() };
  return consume({ ...how, prove: (lines) => provenRecord(runId, lines) }, parsed);
}

async function provenRecord(runId: string, lines: readonly string[]): Promise<readonly RecordEvent[]> {
  const events = readRecord(lines);
  const [first] = events;
  if (first?.type === "run:started" && first.runId !== runId) throw invalid(`it is that of run "${first.runId}"`);
  const isOver = events.some(({ type }) => type === "run:decided");
  if (isOver && !(await replay(lines)).isAsRecorded) throw invalid("what was found does not lead to its verdict");
  return events;
}

function invalid(why: string): GateError<"RECORD_INVALID"> {
  return new GateError("RECORD_INVALID", `Its record cannot be trusted: ${why}.`, { seq: 0 });
}
