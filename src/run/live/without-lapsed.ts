import { worseOf, type Decision } from "../../decision/decision.js";
import { withoutEvidence } from "../../decision/prospect.js";
import type { DecisionRange } from "../../decision/range.js";
import type { GateDescription } from "../../gate/describe.js";
import { fold } from "../verdict/fold.js";
import type { RunState } from "../record/run-state.js";
import { inForce, lapsedGates } from "../overrides/waiver-use.js";

/** What a run may still decide of a range, where waivers have lapsed since: what relies on one of them does not promote. */
export function withoutLapsed(
  range: DecisionRange,
  tree: GateDescription,
  { findings, waivers }: Pick<RunState, "findings" | "waivers">,
): DecisionRange {
  if (lapsedGates(waivers.all, findings).length === 0) return range;
  const root = fold(tree, findings, inForce(waivers.all)).range;
  const { best, worst } = root ? withoutEvidence(root) : ({ best: "hold", worst: "hold" } as const);
  return { best: capped(range.best, best), worst: capped(range.worst, worst) };
}

function capped(decision: Decision, without: Decision): Decision {
  return without === "promote" ? decision : worseOf("hold", decision);
}
