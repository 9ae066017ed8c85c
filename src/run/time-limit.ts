import type { Operation } from "./host.js";
import type { RunScope } from "./run-scope.js";

interface TimeLimitOptions {
  /** The key of its wait, unique in the run. */
  readonly key: string;
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly onOver: () => void;
}

/** A time that is up, also where its timer comes late: the machine slept, or was busy with what should have been in time. */
export class TimeLimit {
  readonly #run: Pick<RunScope, "host" | "follow">;
  readonly #options: TimeLimitOptions;
  readonly #timer: Operation<void>;

  constructor(run: Pick<RunScope, "host" | "follow">, options: TimeLimitOptions) {
    this.#run = run;
    this.#options = options;
    this.#timer = run.host.sleep(options.key, options.at);
    run.follow(this.#timer.settled, options.onOver);
  }

  /** Ends what the limit is for, if its time is up. To be asked before anything that comes in is believed. */
  check(): void {
    if (this.#run.host.now() > this.#options.at) this.#options.onOver();
  }

  cancel(): void {
    this.#timer.cancel();
  }
}
