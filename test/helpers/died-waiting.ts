import { startRun, type Gate, type RunOptions } from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { release } from "./gates.js";

/** The record that a process leaves behind which dies while its gates wait, and the clock that goes on. */
export async function diedWaiting(whole: Gate, options: Partial<RunOptions> & { readonly runId: string }) {
  const clock = virtualClock();
  const first = memoryStore({ clock });
  const run = startRun(whole, { release, clock, store: first, ...options });
  await clock.advance(1);
  const left = await first.read(options.runId);
  await run[Symbol.asyncDispose]();
  const store = memoryStore({ clock });
  await store.append(options.runId, 0, left);
  return { clock, store };
}
