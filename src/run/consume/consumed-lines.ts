import { GateError } from "../../gate/gate-error.js";
import type { RecordStore } from "../record/record-store.js";
import type { Recorder } from "../record/recorder.js";

/** The lines of a record whose verdict is consumed. */
export interface ConsumedLines {
  read(): Promise<readonly string[]>;
  /** Appends a line to what must be exactly so many; of several who do, one wins. Rejects with code `STORE_CONFLICT`. */
  append(expectedLines: number, line: string): Promise<void>;
}

/** The lines of a run that has no store: those that it holds itself. */
export function ownLines(runId: string, recorder: Recorder): ConsumedLines {
  return {
    read: async () => [...recorder.lines],
    async append(expectedLines, line) {
      const actualLines = recorder.lines.length;
      if (actualLines === expectedLines) return recorder.adopt(line);
      const message = `The record of run "${runId}" has ${actualLines} lines, not ${expectedLines}.`;
      throw new GateError("STORE_CONFLICT", message, { runId, expectedLines, actualLines });
    },
  };
}

/** The lines of a run in its store. `recorder`, where this process has it, takes in what is appended. */
export function storedLines(
  runId: string,
  store: Pick<RecordStore, "read" | "append">,
  recorder?: Recorder,
): ConsumedLines {
  let known: readonly string[] = [];
  return {
    read: async () => (known = await store.read(runId)),
    async append(expectedLines, line) {
      const before = known.slice(recorder?.lines.length);
      await store.append(runId, expectedLines, [line]);
      // Others may have tried to ship with the verdict since.
      for (const one of [...before, line]) recorder?.adopt(one);
    },
  };
}
