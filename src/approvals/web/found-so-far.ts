import { rank } from "../../decision/decision.js";
import type { Finding } from "../../gate/finding.js";
import { gateView, type GateView } from "./run-summary.js";
import type { VisibleRun } from "./runs.js";

/** A gate that has answered. */
export type SettledGate = GateView & { readonly finding: Finding };

/** What the other checks of a run have found so far: those that speak against going on first, then in the order of the plan. */
export function foundSoFar({ state }: VisibleRun, except: string): readonly SettledGate[] {
  const gates = [...state.gates.values()];
  // What is around others only says what those say.
  const around = new Set(gates.map(({ path }) => path.slice(0, Math.max(0, path.lastIndexOf("/")))));
  return gates
    .filter(({ path }) => path !== except && !around.has(path))
    .map(gateView)
    .filter((gate): gate is SettledGate => gate.finding !== undefined)
    .toSorted((one, other) => badness(other) - badness(one));
}

// What is reported and never decides still speaks.
function badness({ finding: { status, decision } }: SettledGate): number {
  if (status === "passed") return 0;
  return status === "skipped" || status === "cancelled" ? 0.5 : 1 + rank(decision);
}
