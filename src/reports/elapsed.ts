import { formatMs } from "../gate/duration.js";
import type { GateState } from "../run/record/run-state.js";

/** How long a gate took, or has been going on; empty where it has not begun. */
export function elapsed({ startedAt, finding }: GateState, now: number): string {
  if (startedAt === undefined) return "";
  const begun = Date.parse(startedAt);
  // What goes on is counted in seconds: a number that changes with every frame cannot be read.
  return finding ? formatMs(Math.max(0, Date.parse(finding.observedAt) - begun)) : wholeSeconds(now - begun);
}

/** Milliseconds as a person counts along: `0 s`, `12 s`, `5 min 3 s`. */
export function wholeSeconds(ms: number): string {
  return ms < 1_000 ? "0 s" : formatMs(Math.floor(ms / 1_000) * 1_000);
}
