import type { VirtualClock } from "../run/host/virtual-clock.js";
import type { Assumptions } from "./assumptions.js";
import type { OpenHistory } from "./history.js";
import type { UnknownAnswer } from "./unknown-answers.js";

/** One window while it is backtested: what its gates share. */
export interface OpenWindow {
  readonly clock: VirtualClock;
  readonly histories: readonly OpenHistory[];
  readonly assumptions: Assumptions;
  /** What was asked in vain so far. */
  readonly unknown: UnknownAnswer[];
  /** The paths of the gates whose answers are assumed. */
  readonly assumed: AssumedGate[];
}

/** A gate that was not asked: its answer was assumed. */
export interface AssumedGate {
  /** The gate's path. */
  readonly gate: string;
  readonly status: AssumedStatus;
}

/** What may be assumed of a gate. */
export type AssumedStatus = "passed" | "failed" | "inconclusive";
