import { formatMs } from "../../gate/duration.js";
import type { RunScope } from "./run-scope.js";
import { deadlineKey } from "../record/wait-key.js";
import { TimeLimit } from "../steps/time-limit.js";

interface RunDeadlineOptions {
  /** In milliseconds since the epoch. */
  readonly at: number;
  /** How much time the run has. Milliseconds. */
  readonly lengthMs: number;
  /** Told why the run ends. */
  readonly onOver: (reason: string) => void;
}

/** The end of a run's own time. */
export class RunDeadline {
  readonly #run: Pick<RunScope, "host">;
  readonly #at: number;
  readonly #limit: TimeLimit;
  #hasCome = false;

  constructor(
    run: Pick<RunScope, "host" | "follow" | "limits" | "inbox">,
    { at, lengthMs, onOver }: RunDeadlineOptions,
  ) {
    this.#run = run;
    this.#at = at;
    this.#limit = new TimeLimit(run, {
      key: deadlineKey,
      at,
      hearsFirst: true,
      onOver: () => {
        this.#hasCome = true;
        onOver(`the run took longer than ${formatMs(lengthMs)}`);
      },
    });
  }

  /** Whether the run has no time left, though what came earlier may still be heard: also where its clock has not got there. */
  get isOver(): boolean {
    return this.#hasCome || this.#run.host.now() >= this.#at;
  }

  /** Whether what came at a time, in milliseconds since the epoch, came too late. */
  isOverAt(at: number): boolean {
    return this.#limit.isOverAt(at);
  }

  /** Ends the run if its time is up; see {@link TimeLimit.check}. */
  check(asOf?: number): Promise<void> | undefined {
    return this.#limit.check(asOf);
  }

  /** Ends what was begun after it, as every turn of a run does that goes by itself. */
  endWhatIsLate(): void {
    if (this.#hasCome) void this.#limit.check();
  }

  cancel(): void {
    this.#limit.cancel();
  }
}
