import type { Operation } from "../host/host.js";
import type { RunScope } from "../live/run-scope.js";

type LimitedRun = Pick<RunScope, "host" | "follow"> & Partial<Pick<RunScope, "inbox">>;

/** What ends when. */
export interface TimeLimitOptions {
  /** The key of its wait, unique in the run. */
  readonly key: string;
  /** In milliseconds since the epoch. */
  readonly at: number;
  /** Whether what the run's inbox holds from before that time is heard first. @default false */
  readonly hearsFirst?: boolean;
  readonly onOver: () => void;
}

/** A time that is up, also where its timer comes late: the machine slept, or was busy with what should have been in time. */
export class TimeLimit {
  readonly #run: LimitedRun;
  readonly #options: TimeLimitOptions;
  readonly #timer: Operation<void>;
  #isCancelled = false;
  #isHearing = false;

  constructor(run: LimitedRun, options: TimeLimitOptions) {
    this.#run = run;
    this.#options = options;
    this.#timer = run.host.sleep(options.key, options.at);
    run.follow(this.#timer.settled, () => (this.#hearsFirst ? this.#hear() : options.onOver()));
  }

  /**
   * Ends what the limit is for, if its time is up. To be asked before anything that comes in is believed; `asOf` says when that came to
   * be, where it was heard of later (milliseconds since the epoch).
   */
  check(asOf?: number): void {
    if (this.#isCancelled || (asOf ?? this.#run.host.now()) <= this.#options.at) return;
    if (asOf === undefined && this.#hearsFirst) this.#hear();
    else this.#options.onOver();
  }

  /** Whether what came at a time, in milliseconds since the epoch, came too late, though what came earlier may still be heard. */
  isOverAt(at: number): boolean {
    return !this.#isCancelled && at > this.#options.at;
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#timer.cancel();
  }

  get #hearsFirst(): boolean {
    return this.#options.hearsFirst === true && this.#run.inbox?.isOpen === true;
  }

  // A vote that the store took in time counts, though nobody has read it yet.
  #hear(): void {
    const { inbox } = this.#run;
    if (this.#isHearing || !inbox) return;
    this.#isHearing = true;
    const heard = inbox.caughtUp(this.#options.at);
    this.#run.follow(heard, () => {
      if (!this.#isCancelled) this.#options.onOver();
    });
  }
}
