import type { LiveRunInput } from "./live-run-input.js";
import type { LiveScope } from "./live-scope.js";
import type { Overrides } from "./overrides.js";
import type { RecordEvent } from "../record/record-event.js";
import type { Turns } from "./turns.js";

interface ComebackPlace {
  readonly input: Pick<LiveRunInput, "past" | "endsWithPast">;
  readonly run: LiveScope;
  readonly turns: Turns;
  readonly overrides: Pick<Overrides, "redo">;
  /** Ends what has no time left. */
  readonly checkTime: () => void;
  /** Ends what was begun after the time that the run has. */
  readonly endWhatIsLate: () => void;
  /** Begins to hear what is said from outside. */
  readonly listen: () => void;
}

/** How a run comes back that has a past: one whose process died, or that is done again over its record. */
export class Comeback {
  readonly #place: ComebackPlace;
  /** Whether the run still hears what was said while nobody carried it. */
  isHearing = false;
  /** Which of the processes that have carried the run did what is relived now. */
  #carrier = 0;

  constructor(place: ComebackPlace) {
    this.#place = place;
  }

  /** Lets the run come to the end of its past. Whether it did the same again, its past says. */
  async relive(): Promise<void> {
    const { run, turns, endWhatIsLate } = this.#place;
    const redo = (event: RecordEvent) => this.#redo(event);
    const changeHands = (carrier: number) => {
      this.#carrier = carrier;
      run.lastLook.changeHands();
    };
    await run.resumption?.relive({ redo, lookAgain: () => turns.take(endWhatIsLate), changeHands });
  }

  /** The run has come to the end of its past, and goes on by itself. */
  async goOn(): Promise<void> {
    const { run, turns, input, checkTime, listen } = this.#place;
    const { answers, host, inbox, resumption } = run;
    resumption?.end();
    run.lastLook.changeHands();
    const { past } = input;
    if (past) answers.resume(Math.max(0, host.now() - past.endedAt));
    // What was said meanwhile is heard before anything ends whose time is up.
    this.isHearing = true;
    if (turns.isOpen) await inbox?.readFirst();
    this.isHearing = false;
    resumption?.goLive();
    run.log.recorder.writer.writeSoon();
    // It may have been about to promote: whether it still may is asked now.
    turns.take(checkTime);
    if (turns.isOpen) listen();
  }

  /**
   * Whether a run that is about to promote, as its process was when it died, looks only once it goes on by itself: what held then need not hold
   * when another one says so. What it did at the end of its past would stand there as of then.
   */
  get looksLater(): boolean {
    const { run, input } = this.#place;
    if (!run.isReliving || !input.past) return false;
    const next = input.past.next();
    return next ? input.past.carrierOf(next.index) !== this.#carrier : input.endsWithPast !== true;
  }

  /** Whether a verdict may be said now: where the past is all there is, it comes after it. */
  maySay(isPromote: boolean): boolean {
    if (!this.#place.run.isReliving) return true;
    return this.#place.input.endsWithPast ? this.#isAtEndOfPast : !isPromote;
  }

  get #isAtEndOfPast(): boolean {
    const { run, input } = this.#place;
    return run.isReliving && input.past?.next() === undefined;
  }

  /** Does again what somebody did in a recorded run from outside. */
  #redo(event: RecordEvent): void {
    const { run, turns, overrides } = this.#place;
    if (event.type === "run:cancelled") {
      const { reason, by, messageId } = event;
      const who = { ...(by === undefined ? {} : { by }), ...(messageId === undefined ? {} : { messageId }) };
      turns.cancel({ reason, ...who });
    }
    if (event.type === "run:faulted") run.fault(new Error(event.reason));
    overrides.redo(event);
    run.late.redo(event);
  }
}
