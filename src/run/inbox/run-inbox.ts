import { setImmediate } from "node:timers/promises";
import type { AnswerDesk } from "./answer-desk.js";
import type { Clock } from "../host/clock.js";
import { inStoreTime } from "../host/in-store-time.js";
import { sleepOn } from "../host/in-process-host.js";
import type { InboxReader } from "./inbox-reader.js";

interface RunInboxOptions {
  readonly reader: InboxReader;
  readonly answers: Pick<AnswerDesk, "behindUntil" | "calmer">;
  readonly clock: Clock;
  /** How long the store may take to be read, in real time. Milliseconds. */
  readonly timeoutMs: number;
}

/** The inbox of one run, and whether what was said by some time has been heard. */
export class RunInbox {
  readonly #options: RunInboxOptions;
  #reading: Promise<void> | undefined;
  /** Whether it is read. */
  isOpen = false;

  constructor(options: RunInboxOptions) {
    this.#options = options;
  }

  /** Takes what was said while nobody carried the run: where the store does not say, nothing was. A time that is up hears it first. */
  async readFirst(): Promise<void> {
    this.isOpen = true;
    await this.read().catch(() => {});
  }

  /** Takes messages as they come from now on. */
  start(): void {
    this.isOpen = true;
    this.#options.reader.start();
  }

  end(): void {
    this.isOpen = false;
    this.#options.reader.end();
  }

  /** Takes every message that the store holds now. Rejects where the store cannot be read in its time. */
  read(): Promise<void> {
    const { reader, timeoutMs } = this.#options;
    // Many gates may want to know at once: what begins after all of them have asked is true for each.
    this.#reading ??= Promise.resolve().then(() => {
      this.#reading = undefined;
      return inStoreTime(reader.readAll(), timeoutMs);
    });
    return this.#reading;
  }

  /**
   * Resolves when what the store took until `at` has been heard, and gates have had the time to judge it that they would have had then.
   * Never rejects: what a store does not give in its time was not said.
   */
  async caughtUp(at: number): Promise<void> {
    if (!this.isOpen) return;
    await inStoreTime(this.#catchUp(at), this.#options.timeoutMs).catch(() => {});
  }

  async #catchUp(at: number): Promise<void> {
    const { answers, clock } = this.#options;
    await this.read();
    for (;;) {
      // Whatever follows at once from what was delivered, or judged, has followed then.
      await setImmediate();
      const until = answers.behindUntil(at, clock.now());
      if (until === undefined) return;
      const calmer = answers.calmer();
      const late = sleepOn(clock, until);
      await Promise.race([calmer, late.settled]);
      late.cancel();
    }
  }
}
