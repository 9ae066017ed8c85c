import { worseOf } from "../../decision/decision.js";
import { withoutEvidence } from "../../decision/prospect.js";
import { exactly, withoutRollback, type DecisionRange } from "../../decision/range.js";
import type { GateDescription } from "../../gate/describe.js";
import type { Release } from "../../gate/release.js";
import type { GateNode } from "../nodes/gate-node.js";
import type { RunState } from "../record/run-state.js";
import { withoutLapsed } from "./without-lapsed.js";

interface Standing {
  readonly root: Pick<GateNode, "counts" | "prospect">;
  readonly tree: GateDescription;
  readonly state: RunState;
  readonly release: Release;
}

/** What a run may still decide, by where its gates stand, and by what people did about them. */
export function possibleDecisions({ root, tree, state, release }: Standing): DecisionRange {
  if (state.bypass && state.cancelled === undefined) return exactly("promote");
  // Nobody goes on with what somebody stopped, however good what was seen is.
  const cannotPromote = !root.counts || state.cancelled !== undefined;
  const judged = root.counts ? withoutEvidence(root.prospect) : exactly("hold");
  const { best, worst } = withoutLapsed(judged, tree, state);
  const range = cannotPromote ? { best: worseOf("hold", best), worst: worseOf("hold", worst) } : { best, worst };
  return release.rollback?.possible === false ? withoutRollback(range) : range;
}
