import type { Clock } from "../../../run/host/clock.js";

// Longer than a lookup of rights takes on a good day.
const beatMs = 250;

// Rights that were slow once, as a directory was down, hold nobody up the next hour.
const rememberedMs = 600_000;

/**
 * When to answer that there is nothing: at the same time after a request was looked at, whether or not a run was found that the
 * person may not see.
 *
 * It learns from every lookup of a run that there is, also of those who may see it, how long that takes; then whoever asks for one
 * that there is not waits as long. The wait is doubled where it must be longer, so that each lookup which takes longer than all
 * before tells little, and seldom.
 */
export class NotFoundPace {
  readonly #clock: Pick<Clock, "now">;
  #paceMs = beatMs;
  #neededAt = 0;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Notes how long it took to find a run and what somebody may. */
  note(tookMs: number): void {
    const pace = paceFor(tookMs);
    if (pace < this.#current()) return;
    this.#paceMs = pace;
    this.#neededAt = this.#clock.now();
  }

  /** When to answer a request that was looked at since `since`: at the next beat that has not passed. */
  answerAt(since: number): number {
    const elapsed = this.#clock.now() - since;
    return since + Math.max(this.#current(), paceFor(elapsed));
  }

  #current(): number {
    return this.#clock.now() - this.#neededAt > rememberedMs ? beatMs : this.#paceMs;
  }
}

function paceFor(ms: number): number {
  let pace = beatMs;
  // At the end of a beat is too late: the answer must still be made.
  while (pace <= ms) pace *= 2;
  return pace;
}
