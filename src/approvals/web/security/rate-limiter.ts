import type { Clock } from "../../../run/host/clock.js";

const minuteMs = 60_000;

// Beyond these the one that was seen longest ago is forgotten; memory stays bounded whoever calls.
const mostKeys = 10_000;

/** Caps how often each of many may come: so many at once, and as many a minute. */
export class RateLimiter {
  readonly #intervalMs: number;
  readonly #clock: Pick<Clock, "now">;
  /** When each would be as if they had never come: one time holds all there is to know (the generic cell rate algorithm). */
  readonly #restedAt = new Map<string, number>();

  constructor(perMinute: number, clock: Pick<Clock, "now">) {
    this.#intervalMs = minuteMs / perMinute;
    this.#clock = clock;
  }

  /** How many milliseconds somebody must wait before they come; 0 where they are let in, and counted. */
  enter(key: string): number {
    const now = this.#clock.now();
    const restedAt = Math.max(now, this.#restedAt.get(key) ?? now) + this.#intervalMs;
    const waitMs = restedAt - now - minuteMs;
    if (waitMs > 0) return waitMs;
    this.#restedAt.delete(key);
    this.#restedAt.set(key, restedAt);
    for (const oldest of this.#restedAt.keys()) {
      if (this.#restedAt.size <= mostKeys) break;
      this.#restedAt.delete(oldest);
    }
    return 0;
  }
}
