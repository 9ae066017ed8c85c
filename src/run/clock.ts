/** Time, as a run sees it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once at `at` (milliseconds since the epoch) or as soon as possible after it. Returns what cancels that. */
  schedule(at: number, callback: () => void): () => void;
}

// Node's timers overflow above this, and fire at once.
const longestTimerMs = 2 ** 31 - 1;

/** The machine's own time. Waits of years work. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(at, callback) {
    let timer: NodeJS.Timeout;
    const wait = () => {
      const rest = at - Date.now();
      timer = rest > longestTimerMs ? setTimeout(wait, longestTimerMs) : setTimeout(callback, Math.max(0, rest));
    };
    wait();
    return () => clearTimeout(timer);
  },
};
