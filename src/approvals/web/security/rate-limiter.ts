import type { Clock } from "../../../run/host/clock.js";

const minuteMs = 60_000;

// So many that came last are remembered, and at most twice as many; memory stays bounded whoever calls.
const mostKeys = 10_000;

/** Caps how often each of many may come: so many at once, and as many a minute. */
export class RateLimiter {
  readonly #intervalMs: number;
  readonly #clock: Pick<Clock, "now">;
  /**
   * When each would be as if they had never come: one time holds all there is to know (the generic cell rate algorithm). Those who came
   * before stand in the second map, and are forgotten all at once: to take one after the other out of a map costs more with each.
   */
  #restedAt = new Map<string, number>();
  #before: ReadonlyMap<string, number> = new Map();

  constructor(perMinute: number, clock: Pick<Clock, "now">) {
    this.#intervalMs = minuteMs / perMinute;
    this.#clock = clock;
  }

  /** How many milliseconds somebody must wait before they come; 0 where they are let in, and counted. */
  enter(key: string): number {
    const now = this.#clock.now();
    const before = this.#restedAt.get(key) ?? this.#before.get(key) ?? now;
    const restedAt = Math.max(now, before) + this.#intervalMs;
    const waitMs = restedAt - now - minuteMs;
    if (waitMs > 0) return waitMs;
    if (this.#restedAt.size >= mostKeys) {
      this.#before = this.#restedAt;
      this.#restedAt = new Map();
    }
    this.#restedAt.set(key, restedAt);
    return 0;
  }
}
