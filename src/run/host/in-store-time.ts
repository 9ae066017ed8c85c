import { formatMs } from "../../gate/duration.js";
import { systemClock } from "./clock.js";
import { sleepOn } from "./in-process-host.js";

/**
 * Waits for a store, though not for ever: one that never answers must not hold a verdict. Rejects when its time is up, which is real,
 * whatever clock the run is on. Milliseconds.
 */
export async function inStoreTime<Value>(work: Promise<Value>, timeoutMs: number): Promise<Value> {
  const late = sleepOn(systemClock, systemClock.now() + timeoutMs);
  const isLate = late.settled.then((): never => {
    throw new Error(`the store did not answer within ${formatMs(timeoutMs)}`);
  });
  try {
    return await Promise.race([work, isLate]);
  } finally {
    late.cancel();
  }
}
