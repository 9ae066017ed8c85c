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
  #isOver = false;
  #heard: Promise<void> | undefined;

  constructor(run: LimitedRun, options: TimeLimitOptions) {
    this.#run = run;
    this.#options = options;
    this.#timer = run.host.sleep(options.key, options.at);
    run.follow(this.#timer.settled, () => {
      if (!this.#hear()) this.#end();
    });
  }

  /**
   * Ends what the limit is for, if its time is up. To be asked before anything that comes in is believed; `asOf` says when that came to
   * be, where it was heard of later (milliseconds since the epoch).
   *
   * Where what came in time must be heard first, returns what resolves when it has been: until then, nothing that came too late is believed.
   */
  check(asOf?: number): Promise<void> | undefined {
    if (this.#isCancelled || (asOf ?? this.#run.host.now()) <= this.#options.at) return undefined;
    const heard = this.#isOver ? undefined : this.#hear();
    if (!heard) this.#end();
    return heard;
  }

  /** Whether what came at a time, in milliseconds since the epoch, came too late, though what came earlier may still be heard. */
  isOverAt(at: number): boolean {
    return !this.#isCancelled && at > this.#options.at;
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#timer.cancel();
  }

  // A vote that the store took in time counts, though nobody has read it yet.
  #hear(): Promise<void> | undefined {
    const { inbox } = this.#run;
    if (this.#heard || !this.#options.hearsFirst || !inbox?.isOpen) return this.#heard;
    this.#heard = inbox.caughtUp(this.#options.at);
    this.#run.follow(this.#heard, () => this.#end());
    return this.#heard;
  }

  #end(): void {
    if (this.#isCancelled) return;
    this.#isOver = true;
    this.#options.onOver();
  }
}
