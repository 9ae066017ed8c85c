import { rank } from "../../decision/decision.js";
import { canonicalJson, sha256 } from "../../gate/fingerprint.js";
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

/**
 * The SHA-256, in hexadecimal, of what some gates have found, by their paths or names: what an approval is bound to beside the
 * request. `undefined` where the run has none of them.
 */
export function evidenceFingerprint({ state }: VisibleRun, bound: readonly string[]): string | undefined {
  const gates = [...state.gates.values()].filter(({ path, name }) => bound.includes(path) || bound.includes(name));
  if (gates.length === 0) return undefined;
  const found = gates.map(({ path, finding }) => {
    if (!finding) return { path };
    const { status, decision, reason, evidence = null, attempt } = finding;
    return { path, status, decision, reason, evidence, attempt };
  });
  return sha256(canonicalJson(found));
}

// What is reported and never decides still speaks.
function badness({ finding: { status, decision } }: SettledGate): number {
  if (status === "passed") return 0;
  return status === "skipped" || status === "cancelled" ? 0.5 : 1 + rank(decision);
}
