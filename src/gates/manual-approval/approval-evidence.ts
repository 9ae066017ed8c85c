import { canonicalJson, sha256 } from "../../gate/fingerprint.js";
import type { FoundByGate } from "../../gate/found-by.js";
import type { GateContext, StepIo } from "../../gate/gate-context.js";
import type { Vote } from "./vote.js";

/** Why an approval that was given on other evidence does not count. */
export const foundSince = "what other gates found has changed since";

/** The SHA-256, in hexadecimal, of what some gates have found: what an approval rests on beside the request. Pure. */
export function evidenceFingerprint(found: readonly FoundByGate[]): string {
  return sha256(canonicalJson(found.map(shownOf)));
}

/** Looks at what some gates have found so far, as one journaled step; `vote` is the one for which it does, if it is one. */
export function lookAtEvidence(
  { step }: Pick<GateContext<unknown, never>, "step">,
  gates: readonly string[],
  { name, vote }: { readonly name: string; readonly vote: Vote | undefined },
): Promise<string> {
  // A run that dies before it has taken the vote knows by that, when it goes on, whether it is asked the same again.
  const input = vote ? { by: vote.by, evidence: vote.evidence ?? null } : undefined;
  const options = { retry: false, ...(input && { input }) } as const;
  return step(name, ({ found }: StepIo) => evidenceFingerprint(found(gates)), options);
}

/** Why an approval is not taken with the evidence that it carries, or `undefined`. Pure. */
export function evidenceRefusal({ evidence }: Pick<Vote, "evidence">, now: string): string | undefined {
  if (evidence === now) return undefined;
  return evidence === undefined ? "expected the fingerprint of the evidence that was shown" : foundSince;
}

function shownOf({ gate, finding }: FoundByGate) {
  if (!finding) return { gate };
  const { status, decision, reason, evidence = null, attempt } = finding;
  return { gate, status, decision, reason, evidence, attempt };
}
