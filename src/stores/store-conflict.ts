import { GateError } from "../gate/gate-error.js";

/** The error for a writer who expected other lines than there are. */
export function storeConflict(runId: string, expectedLines: number, actualLines: number): GateError<"STORE_CONFLICT"> {
  const message = `The record of run "${runId}" has ${actualLines} lines, not ${expectedLines}: somebody else writes it too.`;
  return new GateError("STORE_CONFLICT", message, { runId, expectedLines, actualLines });
}
