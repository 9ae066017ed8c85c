import { betterOf, type Decision } from "./decision.js";

/** The decisions that a gate may still give: everything from `best` to `worst`. */
export interface DecisionRange {
  readonly best: Decision;
  readonly worst: Decision;
}

/** The range of a gate that has decided. */
export function exactly(decision: Decision): DecisionRange {
  return { best: decision, worst: decision };
}

/** Whether nothing can change the decision any more. */
export function isDetermined(range: DecisionRange): boolean {
  return range.best === range.worst;
}

/** The range where going back is impossible: a rollback can only be a hold. */
export function withoutRollback(range: DecisionRange): DecisionRange {
  return { best: betterOf(range.best, "hold"), worst: betterOf(range.worst, "hold") };
}
