/** Time, as a run sees it. */
export interface Clock {
  /** Milliseconds since the epoch. Never less than before. */
  now(): number;
  /** Calls back once at `at` (milliseconds since the epoch) or as soon as possible after it. Returns what cancels that. */
  schedule(at: number, callback: () => void): () => void;
}

// Node's timers overflow above this, and fire at once.
const longestTimerMs = 2 ** 31 - 1;

/** What a clock is read from. */
export interface TimePieces {
  /** The wall clock, in milliseconds since the epoch: may be set forward and back. */
  readonly wall: () => number;
  /** A clock that only goes on, in milliseconds since anything: stands still while the machine sleeps. */
  readonly steady: () => number;
}

/**
 * Makes the machine's own time, which goes on whatever happens to the wall clock. Waits of years work.
 *
 * It follows the wall clock forward, so that evidence ages while the machine sleeps. When the wall clock is set back it goes on
 * from where it was: a wait does not get longer, and old evidence not younger.
 */
export function machineClock({ wall, steady }: TimePieces): Clock {
  let last = wall();
  let lastSteady = steady();
  const now = () => {
    const steadyNow = steady();
    last = Math.max(wall(), last + (steadyNow - lastSteady));
    lastSteady = steadyNow;
    return Math.floor(last);
  };
  return {
    now,
    schedule(at, callback) {
      let timer: NodeJS.Timeout;
      const wait = () => {
        const rest = at - now();
        timer = rest > longestTimerMs ? setTimeout(wait, longestTimerMs) : setTimeout(callback, Math.max(0, rest));
      };
      wait();
      return () => clearTimeout(timer);
    },
  };
}

/** The machine's own time. */
export const systemClock: Clock = machineClock({ wall: () => Date.now(), steady: () => performance.now() });
