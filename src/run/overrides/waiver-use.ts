import type { Finding } from "../../gate/finding.js";
import type { GivenWaiver } from "./given-waivers.js";
import type { Waiver } from "./waiver.js";

/** A waiver, and what became of it. */
export interface WaiverUse extends Waiver {
  /**
   * `used`: what the gate found was set aside. `unneeded`: the gate promoted, did not apply, or nobody needed it. `lapsed`: the
   * waiver did not count, or not for long enough.
   */
  readonly use: "used" | "unneeded" | "lapsed";
}

type Findings = ReadonlyMap<string, Finding>;

/** The gates that waivers set aside; a waiver that lapsed while the run went is among them. */
export function setAsideBy(given: readonly GivenWaiver[]): ReadonlySet<string> {
  return new Set(given.filter(({ wasInForce }) => wasInForce).map(({ waiver }) => waiver.gate));
}

/** The gates that are waived still. */
export function inForce(given: readonly GivenWaiver[]): ReadonlySet<string> {
  return new Set(given.filter(({ isLapsed }) => !isLapsed).map(({ waiver }) => waiver.gate));
}

/** The gates that were set aside, did not promote, and are not waived any more. */
export function lapsedGates(given: readonly GivenWaiver[], findings: Findings): readonly string[] {
  const still = inForce(given);
  return [...setAsideBy(given)].filter((gate) => !still.has(gate) && isInTheWay(findings.get(gate)));
}

/** Says what became of each waiver. `isDecisive`: without any, the decision would be another. */
export function waiverUses(
  given: readonly GivenWaiver[],
  findings: Findings,
  isDecisive: boolean,
): readonly WaiverUse[] {
  return given.map(({ waiver, isLapsed }) => {
    const finding = findings.get(waiver.gate);
    // Nobody waited for a gate that was cancelled: it may be because of the waiver, or because of others.
    const isUsed = finding?.status === "cancelled" ? isDecisive : finding !== undefined && isInTheWay(finding);
    return { ...waiver, use: isLapsed ? "lapsed" : isUsed ? "used" : "unneeded" };
  });
}

function isInTheWay(finding: Finding | undefined): boolean {
  return finding?.decision !== "promote" && finding?.status !== "skipped";
}
