import type { CheckResult } from "./finding.js";
import type { Duration } from "./duration.js";
import type { FoundByGate } from "./found-by.js";
import type { Json, JsonEvidence } from "./json.js";
import type { PlanIdentity } from "./plan.js";
import type { Release } from "./release.js";
import type { InferOutput, StandardSchemaV1 } from "./standard-schema.js";

/**
 * The world as a gate's `check` sees it.
 *
 * Rules:
 * - Touch the world through this context alone; then the gate runs in process, on an engine, on a virtual clock, in replay.
 * - Names of steps and waits are unique within one gate, and the same each time the gate runs.
 * - After `signal` aborted, every call of the context throws; let it.
 */
export interface GateContext<Config, Evidence> {
  /** The release that is judged. */
  readonly release: Release;
  /** The gate's config, as its schema returned it. */
  readonly config: Config;
  /** 1, and one more each time the finding is taken again because it had become stale. */
  readonly attempt: number;
  /** Which gate this is, of which plan, and what is judged: as the record shows it. */
  readonly shown: ShownGate;
  /** Aborted at the gate's timeout, at the run's deadline, at an early verdict, at a cancel. */
  readonly signal: AbortSignal;
  /**
   * Does something in the world, and journals its outcome under `name`: recorded once, it is never done again in this run.
   *
   * The value must survive JSON. A failure is recorded too, and thrown: a `GateError` as a `GateError` of the same code.
   */
  readonly step: <Value>(
    name: string,
    effect: (io: StepIo) => Value | Promise<Value>,
    options?: StepOptions,
  ) => Promise<Value>;
  /** Waits. Durations of years work. */
  readonly sleep: (duration: Duration) => Promise<void>;
  /** The time, in milliseconds since the epoch, as of the last thing that this gate learnt. */
  readonly now: () => number;
  /**
   * Waits for an answer from outside the run, given with `run.answer(gate, value)`.
   *
   * Answers that come while another one is judged are kept for the next wait, until the gate begins a step or sleeps.
   */
  readonly waitFor: <Schema extends StandardSchemaV1>(
    name: string,
    schema: Schema,
    options?: WaitOptions<InferOutput<Schema>>,
  ) => Promise<InferOutput<Schema>>;
  /**
   * Takes the answers that were given already and that nobody has taken, without waiting; returns those that are accepted, in
   * their order. Journaled under `name`, which no step has.
   *
   * Ask so before a decision that an answer given at the same time must be able to change. Whatever comes later is refused, as
   * the gate has settled then. An engine that buffers answers itself may find none.
   */
  readonly takeGiven: <Schema extends StandardSchemaV1>(
    name: string,
    schema: Schema,
    options?: Pick<WaitOptions<InferOutput<Schema>>, "refuse">,
  ) => Promise<readonly InferOutput<Schema>[]>;
  /** Reports one measurement for the record, the live view and the plots. */
  readonly measure: (sample: Sample) => void;
  /**
   * Says what is known where the time is up, the gate's own or that of what is around it: for the finding of a gate that expired.
   *
   * `say` is called then, at most once, and answers at once: without steps. The last one that was given counts; what it throws
   * is lost, and the gate has expired all the same.
   */
  readonly onExpiry: (say: () => Expiry<Evidence>) => void;
  /** What was asked is so. */
  readonly pass: (reason: string, evidence: Evidence & JsonEvidence<Evidence>) => CheckResult<Evidence>;
  /** What was asked is not so. */
  readonly fail: (reason: string, evidence: Evidence & JsonEvidence<Evidence>) => CheckResult<Evidence>;
  /** It was measured, and that is not enough to say. */
  readonly inconclusive: (reason: string, evidence: Evidence & JsonEvidence<Evidence>) => CheckResult<Evidence>;
}

/** What a gate knows when its time is up. */
export interface Expiry<Evidence> {
  /** What is missing, in words that go after "no answer within 4 h;". */
  readonly reason: string;
  readonly evidence: Evidence & JsonEvidence<Evidence>;
}

/** Which gate of which plan is asked about which release: as the record shows it, secrets removed. In a replay, as it was then. */
export interface ShownGate {
  /** The gate's path in the plan; of a round of a repeated gate, the round's. */
  readonly gate: string;
  readonly release: Release;
  readonly plan: PlanIdentity;
}

/** What a step's effect is given. */
export interface StepIo {
  /** Aborted at the step's timeout, and when the gate is no longer needed. Pass it on to every I/O. */
  readonly signal: AbortSignal;
  /** 1 for the first try, 2 for the first retry. */
  readonly attempt: number;
  /**
   * What other gates of the run have found so far, by paths or names, in the order of their paths: as the record shows it. Each gate
   * once; one that has not answered, or is asked again, without a finding. Name them in `reliesOn`, so that a misspelt one is refused.
   */
  readonly found: (gates: readonly string[]) => readonly FoundByGate[];
}

/** How a step is done. */
export interface StepOptions {
  /** How often a failed effect is done again, or `false` for never. Config errors are never retried. @default { retries: 2 } */
  readonly retry?: false | { readonly retries: number };
  /** How long one try may take. @default "30s" */
  readonly timeout?: Duration;
  /** What is asked, where the name does not say it. A replay against another plan takes the answer only for the same input. */
  readonly input?: Json;
}

/** How an answer from outside is awaited. */
export interface WaitOptions<Answer> {
  /** What whoever answers should be shown: recorded, and in the event `gate:waiting`. */
  readonly request?: Json;
  /**
   * Says why an answer is not accepted, or `undefined` where it is. The gate goes on waiting after a refusal. It may look
   * something up by `step` first; answers that come meanwhile are kept until this one is judged.
   */
  readonly refuse?: (answer: Answer, at: number) => string | undefined | Promise<string | undefined>;
}

/** One measurement. */
export interface Sample {
  /** What was measured, for example `error ratio`. */
  readonly name: string;
  /** When, in milliseconds since the epoch. */
  readonly at: number;
  /** The value, or null where there was none. */
  readonly value: number | null;
  /** The unit of the value, the limits and the interval: `ratio` (0 to 1, shown as percent), or any other, such as `ms`. */
  readonly unit?: string;
  /** Whether it was inside the bound; `unknown` where it cannot be said. */
  readonly status: "good" | "bad" | "unknown";
  /** The bound in words, for example `below 1 %`. */
  readonly bound?: string;
  /** The numbers of the bound, for a plot. */
  readonly limits?: readonly number[];
  /** Which line of a plot the value belongs to, where a gate measures several: `canary`, `baseline`. */
  readonly series?: string;
  /** Between which two values the truth lies, where the gate knows: lower and upper end; null where an end is unknown. */
  readonly interval?: readonly [number | null, number | null];
  /** What else a person should know. */
  readonly detail?: string;
}
