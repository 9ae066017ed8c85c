import type { RecordStore } from "../../run/record/record-store.js";

/** Subscribes, and resolves when so many lines were heard. */
export function collect(store: RecordStore, runId: string, afterLine: number, count: number) {
  const heard: string[] = [];
  let end: (() => void) | undefined;
  const lines = new Promise<readonly string[]>((resolve) => {
    end = store.subscribe(runId, afterLine, (some) => {
      heard.push(...some);
      if (heard.length >= count) resolve([...heard]);
    });
  });
  return { heard, lines, end: () => end?.() };
}
