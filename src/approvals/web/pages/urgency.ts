import type { GateView } from "../run-summary.js";

/** How soon somebody who looks at a run should see a gate: the least first. What went wrong, then whoever is waited for. */
export function urgency({ state, finding }: GateView): number {
  if (state === "waiting") return 1;
  if (state !== "settled" || !finding) return state === "running" ? 2 : 3;
  if (finding.status === "passed") return 5;
  return finding.status === "skipped" || finding.status === "cancelled" ? 4 : 0;
}
