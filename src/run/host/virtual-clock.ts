import { setImmediate } from "node:timers/promises";
import { toMs, type Duration } from "../../gate/duration.js";
import type { Clock } from "./clock.js";
import { TimerQueue } from "./timer-queue.js";

/** A clock that stands still until it is told to go on. Give it to a run as `clock`. */
export interface VirtualClock extends Clock {
  /** Lets time pass, and everything happen that is due in it, in order. */
  advance(duration: Duration): Promise<void>;
  /**
   * Lets as much time pass as a promise needs to settle, jumping from one timer to the next, and returns its value.
   *
   * Rejects where nothing is scheduled any more and the promise still waits, for example for an answer.
   */
  settle<Value>(promise: Promise<Value>): Promise<Value>;
  /** Lets time stand still until a promise that does not wait for this clock has settled: a real request. Returns it. */
  hold<Value>(work: Promise<Value>): Promise<Value>;
}

/**
 * Makes a clock for tests: weeks pass in no time, and the same test takes the same course each time.
 *
 * @example
 * ```ts
 * import { defineGate, runGates } from "release-gates";
 * import { virtualClock } from "release-gates/testing";
 * import * as z from "zod";
 *
 * const nap = defineGate({
 *   kind: "nap",
 *   config: z.strictObject({}),
 *   evidence: z.null(),
 *   defaults: { timeout: "30d" },
 *   async check({ sleep, pass }) {
 *     await sleep("14d");
 *     return pass("slept well", null);
 *   },
 * });
 *
 * const clock = virtualClock();
 * const release = { name: "orders", version: "2.4.0", environment: "staging" };
 * console.log((await clock.settle(runGates(nap("a nap", {}), { release, clock }))).decision);
 * ```
 */
export function virtualClock(startAt: string | number = "2030-01-01T00:00:00Z"): VirtualClock {
  let now = new Date(startAt).getTime();
  const timers = new TimerQueue();
  const held = new Set<Promise<unknown>>();

  // What happens at once, and what real work leads to, happens before time goes on.
  const quiet = async (): Promise<void> => {
    await turns();
    while (held.size > 0) {
      await Promise.race(held);
      await turns();
    }
  };

  const fireNext = async (): Promise<void> => {
    const timer = timers.take();
    if (!timer) throw new Error("Nothing is scheduled any more, and what should settle still waits.");
    now = Math.max(now, timer.at);
    timer.callback();
    await quiet();
  };

  return {
    now: () => now,
    schedule(at, callback) {
      const timer = timers.add(at, callback);
      return () => timers.cancel(timer);
    },
    async advance(duration) {
      const until = now + toMs(duration);
      await quiet();
      for (let timer = timers.first(); timer && timer.at <= until; timer = timers.first()) await fireNext();
      now = until;
    },
    async settle(promise) {
      const state = { isSettled: false };
      const settled = () => void (state.isSettled = true);
      promise.then(settled, settled);
      await quiet();
      while (!state.isSettled) await fireNext();
      return promise;
    },
    hold(work) {
      const end = work.then(
        () => void held.delete(end),
        () => void held.delete(end),
      );
      held.add(end);
      return work;
    },
  };
}

/** Lets everything happen that needs no time. Two turns: what one turn of promises sets off may use another. */
async function turns(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
