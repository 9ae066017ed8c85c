import { isSettled } from "../../decision/prospect.js";
import type { GateNode } from "./gate-node.js";

/**
 * The gates of a composite that its promote rests on: where more promote than it needs, those that are fresh first. `now` is in milliseconds
 * since the epoch.
 */
export function supportOf(gates: readonly GateNode[], need: number | "all", now: number): readonly GateNode[] {
  const promoting = gates.filter(isPromoting);
  if (need === "all" || promoting.length <= need) return promoting;
  return promoting.toSorted((a, b) => Number(a.isStale(now)) - Number(b.isStale(now))).slice(0, need);
}

// A composite that is opened again has no finding, and promotes all the same where enough of its gates still do.
function isPromoting({ counts, prospect }: GateNode): boolean {
  return counts && isSettled(prospect) && prospect.aside === undefined && prospect.best === "promote";
}
