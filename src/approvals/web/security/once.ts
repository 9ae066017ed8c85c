import type { Clock } from "../../../run/host/clock.js";

// Rate caps keep far below this; where it is reached nothing new is begun, as forgetting one would let it be used twice.
const most = 100_000;

/** What was done under a key, until the key ends: done again, it gives the same answer and does nothing. */
export class Once<Value> {
  readonly #clock: Pick<Clock, "now">;
  readonly #done = new Map<string, { readonly value: Value; readonly until: number }>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** What was noted under a key that has not ended. */
  get(key: string): Value | undefined {
    return this.#done.get(key)?.value;
  }

  /** Whether another one can be noted. */
  hasRoom(): boolean {
    if (this.#done.size >= most) this.#forgetEnded();
    return this.#done.size < most;
  }

  /** Notes what was done under a key that ends at `until`, in milliseconds since the epoch. */
  note(key: string, value: Value, until: number): void {
    this.#done.set(key, { value, until });
  }

  /** Forgets a key: what was begun under it came to nothing. */
  forget(key: string): void {
    this.#done.delete(key);
  }

  #forgetEnded(): void {
    const now = this.#clock.now();
    for (const [key, { until }] of this.#done) if (until < now) this.#done.delete(key);
  }
}
