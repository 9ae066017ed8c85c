import assert from "node:assert/strict";
import { isGateError } from "../../gate/gate-error.js";

/** Rejects where an append to the record "run" is not refused as one that expected other lines than there are. */
export async function assertConflict(
  append: Promise<void>,
  expected: { readonly expectedLines: number; readonly actualLines: number },
): Promise<void> {
  await assert.rejects(append, (error) => {
    assert.ok(
      isGateError(error, "STORE_CONFLICT"),
      `expected a GateError with code STORE_CONFLICT, got ${String(error)}`,
    );
    assert.deepEqual(error.details, { runId: "run", ...expected });
    return true;
  });
}
