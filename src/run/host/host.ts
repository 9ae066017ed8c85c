import type { Clock } from "./clock.js";
import type { Json } from "../../gate/json.js";
import type { PlanIdentity } from "../../gate/plan.js";

/**
 * What carries a run: the port under every gate's context.
 *
 * Rules:
 * - Each operation has a key that is unique in the run, and the same each time the run is executed again.
 * - A host that journals answers an operation it knows from its journal, and does not do it again.
 * - Operations settle in the order in which their outcomes were journaled; two never settle in the same turn on a host
 *   that keys by order.
 * - A host's own faults (suspended, shut down) never settle an operation as if the gate had failed.
 */
export interface Host {
  /** Timers for what happens inside an effect, such as a step's timeout. Not journaled. */
  readonly clock: Clock;
  /** The time in milliseconds since the epoch, equal each time the run is executed again. */
  now(): number;
  /** Does an effect, which never rejects, and journals its outcome under the key. */
  run(key: string, effect: () => Promise<StepOutcome>, step: StepAddress): Promise<StepOutcome>;
  /** Settles at `until`, in milliseconds since the epoch. */
  sleep(key: string, until: number): Operation<void>;
  /**
   * Settles with the `ordinal`-th answer (from 1) that a gate was given from outside, whether given before or later. `isGiven`: the gate
   * knows that it was given; a host that has lost it says so, and does not let the gate wait.
   */
  answer(gate: string, ordinal: number, isGiven?: boolean): Operation<Answer>;
  /** From 0 to 1; for jitter. */
  random(): number;
  /** Set where the run goes over what has been, as a replay does. */
  readonly past?: Past;
  /** Whether an operation's rejection says that the engine cancelled the run. */
  isCancelled(error: unknown): boolean;
}

/** What a run that goes over what has been must know of it. */
export interface Past {
  /** The plan of which people were shown what they answered. @default the plan that is run */
  readonly plan?: PlanIdentity;
}

/** Something in flight. */
export interface Operation<Value> {
  readonly settled: Promise<Value>;
  /** Says that nobody waits for it any more; what it holds (a timer) is let go, and it never settles. */
  readonly cancel: () => void;
}

/** Where a step is, for hosts that look it up. */
export interface StepAddress {
  /** The gate's path. */
  readonly gate: string;
  readonly step: string;
  readonly attempt: number;
  /** What was asked, where the name does not say it. */
  readonly input?: Json;
}

/** How a step ended. */
export type StepOutcome = {
  /** How often it was tried. */
  readonly tries: number;
  /** When it ended, in milliseconds since the epoch. */
  readonly at: number;
} & ({ readonly ok: true; readonly value: Json } | { readonly ok: false; readonly error: StepError });

/** An error as JSON. */
export interface StepError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly details?: Json;
}

/** An answer from outside the run. */
export interface Answer {
  readonly value: Json;
  /** When it was given, in milliseconds since the epoch. */
  readonly at: number;
  /** The message in the run's inbox that gave it. */
  readonly messageId?: string;
  /** Set where it died with the process that was given it, before anybody had judged it. */
  readonly isLost?: true;
  /** Why nobody knows whether it is lost: the run's inbox, which may hold it, could not be read. */
  readonly unreadBecause?: string;
  /** Tells whoever gave it what became of it. */
  readonly acknowledge?: (receipt: AnswerReceipt) => void;
}

/** What became of an answer. `kept`: the gate does not ask yet, and will take it when it does. */
export type AnswerReceipt =
  { readonly status: "accepted" | "kept" } | { readonly status: "refused"; readonly reason: string };
