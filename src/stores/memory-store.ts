import { isInboxKey } from "../run/inbox/inbox-key.js";
import type { LineListener, RecordStore, StoredLine } from "../run/record/record-store.js";
import { assertLines } from "./assert-lines.js";
import { pageLines } from "./line-page.js";
import { pageOf } from "./runs-page.js";
import { storeConflict } from "./store-conflict.js";
import { tell } from "./tell.js";

/** How a store in memory tells the time. */
export interface MemoryStoreOptions {
  /** By which it says when it took a line. A test gives it the clock of its run. @default the machine's clock */
  readonly clock?: { readonly now: () => number };
}

/**
 * Keeps records in this process: for tests, and for runs that nobody needs to look up later.
 *
 * @example
 * ```ts
 * import { memoryStore } from "release-gates/stores";
 *
 * const store = memoryStore();
 * await store.append("run 1", 0, ["{}"]);
 * console.log(await store.read("run 1"));
 * ```
 */
export function memoryStore({ clock = { now: () => Date.now() } }: MemoryStoreOptions = {}): RecordStore {
  const records = new Map<string, StoredLine[]>();
  const listeners = new Map<string, Set<LineListener>>();
  return {
    async append(runId, expectedLines, lines) {
      assertLines(runId, lines);
      const record = records.get(runId) ?? [];
      if (record.length !== expectedLines) throw storeConflict(runId, expectedLines, record.length);
      // Where nothing is written nothing begins.
      if (lines.length > 0) records.set(runId, record);
      const storedAt = clock.now();
      const stored = lines.map((line) => ({ line, storedAt }));
      record.push(...stored);
      for (const listener of listeners.get(runId) ?? []) tell(listener, stored);
    },
    async read(runId, afterLine = 0) {
      return (records.get(runId) ?? []).slice(afterLine).map(({ line }) => line);
    },
    async readStored(runId, afterLine) {
      return (records.get(runId) ?? []).slice(afterLine, afterLine + pageLines);
    },
    subscribe(runId, afterLine, listener) {
      const known = (records.get(runId) ?? []).slice(afterLine);
      // Appends come in order, so only the lines that are there already, and those before `afterLine`, are special.
      let skip = Math.max(0, afterLine - (records.get(runId) ?? []).length);
      const own: LineListener = (lines, storedAt) => {
        const from = skip;
        skip = Math.max(0, skip - lines.length);
        if (from < lines.length) listener(lines.slice(from), storedAt.slice(from));
      };
      const others = listeners.get(runId) ?? new Set();
      listeners.set(runId, others.add(own));
      if (known.length > 0) tell(listener, known);
      return () => {
        others.delete(own);
        if (others.size === 0) listeners.delete(runId);
      };
    },
    async runs(page) {
      // In the order in which they were begun.
      const begun = [...records.keys()].filter((runId) => !isInboxKey(runId));
      return pageOf(begun.toReversed(), page);
    },
  };
}
