import { readRecord, type RecordStore } from "release-gates";
import { hashLine } from "../../../src/run/record/hash-line.js";
import { recordEvent } from "../../../src/run/record/recorder.js";

/** Writes a hold behind a promote, as a run does whose store was in doubt. */
export async function holdBehind(store: RecordStore, runId: string): Promise<void> {
  const lines = [...(await store.read(runId))];
  const promote = readRecord(lines).at(-1);
  if (promote?.type !== "run:decided") throw new Error("expected a record that ends with a verdict");
  const verdict = { ...promote.verdict, decision: "hold" as const, reason: "hold: the store was in doubt" };
  for (const body of [
    { type: "run:faulted" as const, reason: "the record could not be stored" },
    { type: "run:decided" as const, verdict },
  ]) {
    const end = { lines: lines.length, head: hashLine(lines.at(-1) ?? runId) };
    lines.push(JSON.stringify(recordEvent(body, end, Date.parse(promote.at))));
  }
  await store.append(runId, lines.length - 2, lines.slice(-2));
}
