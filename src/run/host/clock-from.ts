import type { Clock } from "./clock.js";

/**
 * A clock that goes on from a time, in milliseconds since the epoch, where that is ahead of it.
 *
 * A record may come from a machine whose clock was ahead of this one's. Were time to stand still until this one is there, waits would last
 * longer by as much, and what was seen before would not grow old.
 */
export function clockFrom(clock: Clock, at: number): Clock {
  const aheadMs = at - clock.now();
  if (!(aheadMs > 0)) return clock;
  return {
    now: () => clock.now() + aheadMs,
    schedule: (until, callback) => clock.schedule(until - aheadMs, callback),
  };
}
