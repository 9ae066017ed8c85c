import assert from "node:assert/strict";
import { isGateError } from "../../gate/gate-error.js";
import type { RecordStore } from "../../run/record/record-store.js";

/** Appends so many lines, one after the other, beside others who do the same; says where each of them is: how many were before it. */
export async function appendAgainAndAgain(
  store: RecordStore,
  who: string,
  count: number,
  key = "run",
): Promise<ReadonlyMap<number, string>> {
  const won = new Map<number, string>();
  let tries = 0;
  for (let lines = 0; won.size < count; lines += 1) {
    assert.ok(
      (tries += 1) < count * 100,
      "whoever is told how many lines there are, and expects as many, is refused again",
    );
    const line = `${won.size} of ${who}`;
    try {
      await store.append(key, lines, [line]);
      won.set(lines, line);
    } catch (error) {
      if (!isGateError(error, "STORE_CONFLICT")) throw error;
      // It is counted up again before the next try.
      lines = error.details.actualLines - 1;
    }
  }
  return won;
}
