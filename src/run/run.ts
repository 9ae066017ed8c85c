import type { DecisionRange } from "../decision/range.js";
import type { PlanIdentity } from "../gate/plan.js";
import type { Release } from "../gate/release.js";
import type { AnswerReceipt } from "./host.js";
import type { RunEvents, RunListener } from "./run-emitter.js";
import type { GateState } from "./run-state.js";
import type { Verdict } from "./verdict.js";

/** One evaluation of a plan for one release, while it goes and after. */
export interface Run extends AsyncDisposable {
  readonly id: string;
  readonly release: Release;
  readonly plan: PlanIdentity;
  /** Resolves to the verdict. Never rejects. */
  readonly verdict: Promise<Verdict>;
  /** Tells `listener` of every event of a type, from the first on if called at once. Returns what ends that. */
  on<Type extends keyof RunEvents>(type: Type, listener: RunListener<Type>): () => void;
  /** Tells `listener` no more. */
  off<Type extends keyof RunEvents>(type: Type, listener: RunListener<Type>): void;
  /** Ends the run: what is unfinished is cancelled, and holds. Does nothing after the verdict. */
  cancel(reason: string): void;
  /**
   * Gives a gate an answer from outside: an approval, a callback.
   *
   * `gate` is the gate's path, or its name where no other gate has it. Rejects with a `GateError` of code
   * `ANSWER_UNEXPECTED` where there is no such gate, or it has settled.
   */
  answer(gate: string, value: unknown): Promise<AnswerReceipt>;
  /** Where the run stands now. */
  snapshot(): RunSnapshot;
  /** The record so far: a line of JSON an event. */
  record(): readonly string[];
  /** Cancels the run if it still goes, and waits for its verdict. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Where a run stands. */
export interface RunSnapshot {
  readonly runId: string;
  readonly release: Release;
  /** What the run may still decide; one point once the verdict is out. */
  readonly range: DecisionRange;
  /** Every gate of the plan, in its order. */
  readonly gates: readonly GateState[];
  readonly verdict?: Verdict;
}
