import assert from "node:assert/strict";
import type { RecordStore, StoredLine } from "../../run/record/record-store.js";

/** What a store says of every line of a record. */
export async function readAllStored(store: RecordStore, runId: string): Promise<readonly StoredLine[]> {
  const all: StoredLine[] = [];
  for (;;) {
    const page = await store.readStored(runId, all.length);
    if (page.length === 0) return all;
    all.push(...page);
    assert.ok(all.length < 10_000, "the pages do not end");
  }
}
