import { GateError } from "../../gate/gate-error.js";
import { formatIssues, type SchemaIssue } from "../../gate/standard-schema.js";
import type { Release } from "../../gate/release.js";
import type { WaivableGates } from "./waivable-gates.js";
import { isFor, isOver, lengthFault, type Waiver } from "./waiver.js";

interface WaivedRun {
  readonly release: Release;
  readonly gates: WaivableGates;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The waivers of a list that are for this release, each for another gate of the plan.
 *
 * Those that are over are among them, to be reported. Throws a `GateError` with code `RUN_INPUT_INVALID` for one that names no gate
 * of the plan, which a typo would do, that is given for more than a year, or that is the second one for its gate.
 */
export function admitWaivers(list: readonly Waiver[], { release, gates, now }: WaivedRun): readonly Waiver[] {
  const waived = new Set<string>();
  const issues: SchemaIssue[] = [];
  const admitted = list.filter((waiver, index) => {
    if (!isFor(waiver, release)) return false;
    const refuse = (field: string, message: string) => issues.push({ path: ["waivers", index, field], message });
    const fault = gates.faultOf(waiver.gate);
    if (fault !== undefined) refuse("gate", fault);
    const tooLong = lengthFault(waiver, now);
    if (tooLong !== undefined) refuse("expires", tooLong);
    if (isOver(waiver, now)) return true;
    if (waived.has(waiver.gate)) refuse("gate", `expected one waiver for a gate, got another one for «${waiver.gate}»`);
    waived.add(waiver.gate);
    return true;
  });
  if (issues.length === 0) return admitted;
  throw new GateError("RUN_INPUT_INVALID", `Invalid options for the run: ${formatIssues(issues)}`, { issues });
}
