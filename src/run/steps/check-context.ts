import { toMs, type Duration } from "../../gate/duration.js";
import type { CheckResult } from "../../gate/finding.js";
import type {
  Expiry,
  GateContext,
  Sample,
  ShownGate,
  StepIo,
  StepOptions,
  WaitOptions,
} from "../../gate/gate-context.js";
import { isGateError } from "../../gate/gate-error.js";
import type { Release } from "../../gate/release.js";
import type { InferOutput, StandardSchemaV1 } from "../../gate/standard-schema.js";
import { doStep } from "./do-step.js";
import { Questions } from "./questions.js";
import type { StepOutcome } from "../host/host.js";
import type { RunScope } from "../live/run-scope.js";
import { checkedSample } from "./checked-sample.js";
import { Journal } from "./journal.js";
import type { Scope } from "./scope.js";

interface CheckContextPlace {
  readonly run: RunScope;
  readonly scope: Scope;
  readonly gate: string;
  readonly attempt: number;
  readonly startedAt: number;
  /** When its time is up, in milliseconds since the epoch. */
  readonly until: number;
  readonly config: unknown;
}

// The same for every gate, and so not made for each.
const answers = {
  pass: (reason: string, evidence: unknown): CheckResult<unknown> => ({ status: "passed", reason, evidence }),
  fail: (reason: string, evidence: unknown): CheckResult<unknown> => ({ status: "failed", reason, evidence }),
  inconclusive: (reason: string, evidence: unknown): CheckResult<unknown> => ({
    status: "inconclusive",
    reason,
    evidence,
  }),
};

/** The world as a gate's `check` sees it, on the host that carries the run. */
export class CheckContext implements GateContext<unknown, unknown> {
  readonly #place: CheckContextPlace;
  readonly #journal: Journal;
  #questions: Questions | undefined;
  #expiry: (() => Expiry<unknown>) | undefined;
  readonly release: Release;
  readonly config: unknown;
  readonly attempt: number;

  constructor(place: CheckContextPlace) {
    this.#place = place;
    this.#journal = new Journal(place);
    this.release = place.run.subject;
    this.config = place.config;
    this.attempt = place.attempt;
  }

  get signal(): AbortSignal {
    return this.#place.scope.signal;
  }

  get shown(): ShownGate {
    const { gate, run } = this.#place;
    return { gate, release: run.release, plan: run.host.past?.plan ?? run.plan };
  }

  // Arrow functions from here on: authors take them out of the context one by one.
  readonly now = (): number => this.#journal.now;

  readonly step = <Value>(
    name: string,
    effect: (io: StepIo) => Value | Promise<Value>,
    options: StepOptions = {},
  ): Promise<Value> => forgettable(this.#step(name, effect, options));

  readonly sleep = (duration: Duration): Promise<void> => forgettable(this.#sleep(duration));

  readonly waitFor = <Schema extends StandardSchemaV1>(
    name: string,
    schema: Schema,
    options: WaitOptions<InferOutput<Schema>> = {},
  ): Promise<InferOutput<Schema>> => forgettable(this.#waitFor(name, schema, options));

  readonly takeGiven = <Schema extends StandardSchemaV1>(
    name: string,
    schema: Schema,
    options: Pick<WaitOptions<InferOutput<Schema>>, "refuse"> = {},
  ): Promise<readonly InferOutput<Schema>[]> => forgettable(this.#takeGiven(name, schema, options));

  readonly measure = (sample: Sample): void => {
    const { gate } = this.#place;
    this.#journal.append({ type: "gate:measured", gate, sample: checkedSample(gate, sample) });
  };

  readonly onExpiry = (say: () => Expiry<unknown>): void => {
    this.#expiry = say;
  };

  /** What the gate has said that it would say now that its time is up. */
  expiry(): Expiry<unknown> | undefined {
    return this.#expiry?.();
  }

  /**
   * As of when what the gate has come to counts, in milliseconds since the epoch: had it heard at once what lay in the run's inbox, it
   * would have come to it then.
   */
  asOf(): number {
    const { host, isReliving } = this.#place.run;
    const { now } = this.#journal;
    return isReliving ? now : Math.max(now, host.now() - this.#lagMs);
  }

  readonly pass = answers.pass;
  readonly fail = answers.fail;
  readonly inconclusive = answers.inconclusive;

  async #step<Value>(
    name: string,
    effect: (io: StepIo) => Value | Promise<Value>,
    options: StepOptions,
  ): Promise<Value> {
    const { run, scope, gate, attempt } = this.#place;
    const key = this.#begin("step", name);
    const address = { gate, step: name, attempt, ...(options.input === undefined ? {} : { input: options.input }) };
    const place = {
      host: run.host,
      limit: run.limit,
      onRunEnd: run.onEnd,
      found: run.found,
      gate,
      name,
      effect,
      options,
      scope,
    };
    const rest = this.#questions?.work();
    const done = run.host.run(key, async () => this.#asIfInTime(await doStep(place)), address);
    try {
      return await this.#journal.recorded<Value>(done, address);
    } finally {
      rest?.();
    }
  }

  async #sleep(duration: Duration): Promise<void> {
    const { run, scope } = this.#place;
    const until = this.#journal.now + toMs(duration);
    await scope.wait(run.host.sleep(this.#begin("sleep", `${this.#journal.size}`), until));
    this.#journal.learn(until);
    this.#questions?.woke(until);
  }

  async #waitFor<Schema extends StandardSchemaV1>(
    name: string,
    schema: Schema,
    { request, refuse }: WaitOptions<InferOutput<Schema>>,
  ): Promise<InferOutput<Schema>> {
    const { gate } = this.#place;
    this.#begin("wait", name);
    this.#journal.append({ type: "gate:waiting", gate, wait: name, ...(request === undefined ? {} : { request }) });
    return this.#asked().ask({ name, schema, refuse });
  }

  async #takeGiven<Schema extends StandardSchemaV1>(
    name: string,
    schema: Schema,
    { refuse }: Pick<WaitOptions<InferOutput<Schema>>, "refuse">,
  ): Promise<readonly InferOutput<Schema>[]> {
    const questions = this.#asked();
    const given = async () => {
      // What the store took before now was given before now.
      await this.#place.run.inbox?.read();
      return questions.given;
    };
    const count = () =>
      this.#step(name, given, { retry: false }).catch((error: unknown) => {
        // The record of another plan does not say; then nothing that it holds was given at the same time.
        if (isGateError(error, "NOT_IN_RECORD")) return 0;
        throw error;
      });
    return questions.takeGiven(count, { name, schema, refuse });
  }

  #asked(): Questions {
    return (this.#questions ??= new Questions({ ...this.#place, journal: this.#journal }));
  }

  #begin(operation: "step" | "sleep" | "wait", name: string): string {
    const key = this.#journal.begin(operation, name);
    if (operation !== "wait") this.#questions?.rest();
    return key;
  }

  get #lagMs(): number {
    return this.#questions?.lagMs ?? 0;
  }

  // What a gate does with what it heard late, it would have done earlier: its time goes on from when that was given.
  #asIfInTime(outcome: StepOutcome): StepOutcome {
    return this.#lagMs === 0 ? outcome : { ...outcome, at: outcome.at - this.#lagMs };
  }
}

/** A gate may answer while it has something in flight, which then ends in an error: nobody has to wait for that. */
function forgettable<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {});
  return promise;
}
