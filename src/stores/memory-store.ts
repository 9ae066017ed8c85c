import type { RecordStore } from "../run/record-store.js";
import { isInboxKey } from "../run/inbox-key.js";
import { pageOf } from "./runs-page.js";
import { storeConflict } from "./store-conflict.js";
import { tell, type LineListener } from "./tell.js";

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
export function memoryStore(): RecordStore {
  const records = new Map<string, string[]>();
  const listeners = new Map<string, Set<LineListener>>();
  return {
    async append(runId, expectedLines, lines) {
      const record = records.get(runId) ?? [];
      if (record.length !== expectedLines) throw storeConflict(runId, expectedLines, record.length);
      // Where nothing is written nothing begins.
      if (lines.length > 0) records.set(runId, record);
      record.push(...lines);
      for (const listener of listeners.get(runId) ?? []) tell(listener, [...lines]);
    },
    async read(runId, afterLine = 0) {
      return (records.get(runId) ?? []).slice(afterLine);
    },
    subscribe(runId, afterLine, listener) {
      const known = (records.get(runId) ?? []).slice(afterLine);
      // Appends come in order, so only the lines that are there already, and those before `afterLine`, are special.
      let skip = Math.max(0, afterLine - (records.get(runId) ?? []).length);
      const own: LineListener = (lines) => {
        const fresh = lines.slice(skip);
        skip = Math.max(0, skip - lines.length);
        if (fresh.length > 0) listener(fresh);
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
