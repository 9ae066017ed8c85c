import type { Decision } from "../../decision/decision.js";
import type { VisibleRun } from "./runs.js";

// A run whose store was in doubt goes on for minutes, at most, to write a hold behind a promote that came late.
const doubtMs = 600_000;

/** From when on a verdict is the last one that a run's record will say, in milliseconds since the epoch. `at`: when it was decided. */
export function lastWordAt(decision: Decision, at: string): number {
  return Date.parse(at) + (decision === "promote" ? doubtMs : 0);
}

/** Whether a run has said its last word, as far as anybody can tell. `nowMs`: milliseconds since the epoch. */
export function isOver({ state }: Pick<VisibleRun, "state">, nowMs: number): boolean {
  const { decided, decidedAt } = state;
  return decided !== undefined && decidedAt !== undefined && nowMs >= lastWordAt(decided.decision, decidedAt);
}
