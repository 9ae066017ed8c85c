import type { DecisionRange } from "../decision/range.js";
import type { PlanIdentity } from "../gate/plan.js";
import type { Release } from "../gate/release.js";
import type { Bypass } from "./overrides/bypass.js";
import type { ConsumableVerdict } from "./consume/consumable-verdict.js";
import type { AnswerReceipt } from "./host/host.js";
import type { OverrideSource } from "./overrides/override-source.js";
import type { RunEvents, RunListener } from "./live/run-emitter.js";
import type { GateState } from "./record/run-state.js";
import type { Upheld } from "./overrides/upheld.js";
import type { Verdict } from "./verdict/verdict.js";
import type { Waiver } from "./overrides/waiver.js";

/** One evaluation of a plan for one release, while it goes and after. */
export interface Run extends AsyncDisposable {
  readonly id: string;
  readonly release: Release;
  readonly plan: PlanIdentity;
  /** Resolves to the verdict. Never rejects. */
  readonly verdict: Promise<ConsumableVerdict>;
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
  /**
   * Waives a gate: "fix it later". Unless it promotes, it is set aside, and the verdict says so.
   *
   * Refused by its receipt where `mayWaive` does not let in whoever does it, or where it is too late: the gate has promoted, or what it
   * found has decided the gates around it. What is refused is recorded. Rejects
   * with a `GateError` of code `OVERRIDE_INVALID` where the waiver is none, or there is no such gate.
   */
  waive(waiver: Waiver, as?: OverrideRoles): Promise<AnswerReceipt>;
  /**
   * Says that nobody waives a gate: "fix it now". What it found stands, and the run waits no longer.
   *
   * Refused by its receipt where the run does not wait for a waiver of the gate. Rejects as `waive` does.
   */
  uphold(upheld: Upheld, as?: OverrideRoles): Promise<AnswerReceipt>;
  /**
   * Break-glass: ends the run with promote, whatever the gates say, and raises the alarm `run:bypassed`.
   *
   * Needs the run's option `allowBypass`; rejects with a `GateError` of code `OVERRIDE_INVALID` without it. Refused by its receipt
   * where that does not let in whoever does it, and after the verdict. What is refused is recorded. A run that failed by itself does not promote even so.
   */
  bypass(bypass: Bypass, as?: OverrideRoles): Promise<AnswerReceipt>;
  /** Where the run stands now. */
  snapshot(): RunSnapshot;
  /** The record so far: a line of JSON an event. */
  record(): readonly string[];
  /** Cancels the run if it still goes, and waits for its verdict. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The roles of whoever overrides gates, as you have established them. */
export type OverrideRoles = Pick<OverrideSource, "roles">;

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
