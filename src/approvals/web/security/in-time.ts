import { formatMs } from "../../../gate/duration.js";
import type { Clock } from "../../../run/host/clock.js";
import { sleepOn } from "../../../run/host/in-process-host.js";

/** Waits for something that others do, for so long at the most; rejects when it is late. Its own outcome is let go then. */
export async function inTime<Value>(
  what: string,
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
  work: () => Value | Promise<Value>,
): Promise<Value> {
  const late = sleepOn(clock, clock.now() + timeoutMs);
  try {
    return await Promise.race([
      (async () => work())(),
      late.settled.then(() => {
        throw new Error(`${what} did not answer within ${formatMs(timeoutMs)}`);
      }),
    ]);
  } finally {
    late.cancel();
  }
}
