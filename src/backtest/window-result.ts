import type { Decision } from "../decision/decision.js";
import type { Release } from "../gate/release.js";
import type { Verdict } from "../run/verdict/verdict.js";
import type { AssumedGate } from "./open-window.js";
import type { UnknownAnswer } from "./unknown-answers.js";

/** What came of a window: a decision, or that history does not hold enough to say. */
export type Outcome = Decision | "unknown";

/** Every outcome, from good to bad. */
export const outcomes: readonly Outcome[] = ["promote", "hold", "rollback", "unknown"];

/** What the plan would have decided about one release. */
export interface WindowResult {
  readonly release: Release;
  /** ISO 8601, UTC. */
  readonly from: string;
  /** Where the window says when it ends. ISO 8601, UTC. */
  readonly to?: string;
  readonly label?: "good" | "bad";
  /** The verdict's decision; `unknown` where a gate that decided asked what history does not hold. */
  readonly outcome: Outcome;
  readonly verdict: Verdict;
  /** The paths of the gates that decided. */
  readonly decidedBy: readonly string[];
  /** How long after the window's beginning the verdict was out. */
  readonly decidedAfterMs: number;
  /** What gates asked and history does not hold. */
  readonly unknown: readonly UnknownAnswer[];
  /** The gates whose answers were assumed. */
  readonly assumed: readonly AssumedGate[];
  /** The run's record; `replay` decides it again. */
  readonly record: readonly string[];
}
