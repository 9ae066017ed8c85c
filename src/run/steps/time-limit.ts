import type { Operation } from "../host/host.js";
import type { RunScope } from "../live/run-scope.js";

type LimitedRun = Pick<RunScope, "host" | "follow" | "limits"> & Partial<Pick<RunScope, "inbox">>;

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

/**
 * A time that is up, also where its timer comes late: the machine slept, or was busy with what should have been in time.
 *
 * Of several that are up, the earlier ends first, and of two that are up at once the one that began first; each in a turn of its own. So they
 * end in one order, however late they are found to be up, and a run that is done again ends them in that order, too.
 */
export class TimeLimit {
  readonly #run: LimitedRun;
  readonly #options: TimeLimitOptions;
  readonly #timer: Operation<void>;
  #isCancelled = false;
  #isOver = false;
  #heard: Promise<void> | undefined;
  /** Set while it waits for those that end before it. */
  #ending: Promise<void> | undefined;

  constructor(run: LimitedRun, options: TimeLimitOptions) {
    this.#run = run;
    this.#options = options;
    run.limits.add(this);
    this.#timer = run.host.sleep(options.key, options.at);
    run.follow(this.#timer.settled, () => {
      if (!this.#hear()) void this.#end();
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
    return heard ?? this.#end();
  }

  /** Whether what came at a time, in milliseconds since the epoch, came too late, though what came earlier may still be heard. */
  isOverAt(at: number): boolean {
    return !this.#isCancelled && at > this.#options.at;
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#run.limits.delete(this);
    this.#timer.cancel();
  }

  // A vote that the store took in time counts, though nobody has read it yet.
  #hear(): Promise<void> | undefined {
    const { inbox } = this.#run;
    if (this.#heard || !this.#options.hearsFirst || !inbox?.isOpen) return this.#heard;
    this.#heard = inbox.caughtUp(this.#options.at);
    this.#run.follow(this.#heard, () => void this.#end());
    return this.#heard;
  }

  /** Ends what the limit is for; where others end before it, returns what resolves when it has ended as well. */
  #end(): Promise<void> | undefined {
    return this.#ending ?? this.#endNext();
  }

  #endNext(): Promise<void> | undefined {
    this.#ending = undefined;
    if (this.#isCancelled) return undefined;
    const before = this.#firstBefore();
    if (before) {
      void before.#end();
      this.#ending = new Promise((resolve) => {
        this.#run.follow(Promise.resolve(), () => resolve(this.#endNext()));
      });
      return this.#ending;
    }
    this.#isOver = true;
    this.#run.limits.delete(this);
    this.#options.onOver();
    return undefined;
  }

  // What this one has heard, those before it have heard as well. One that hears nothing ends none of those that do.
  #firstBefore(): TimeLimit | undefined {
    const { at, hearsFirst = false } = this.#options;
    let first: TimeLimit | undefined;
    for (const limit of this.#run.limits) {
      const isFirst = first === undefined || limit.#options.at < first.#options.at;
      if (isFirst && (hearsFirst || !limit.#options.hearsFirst)) first = limit;
    }
    return first && first !== this && first.#options.at <= at ? first : undefined;
  }
}
