import type { GateDescription } from "../../gate/describe.js";
import type { Gate } from "../../gate/gate.js";
import type { PlanIdentity } from "../../gate/plan.js";
import type { Release } from "../../gate/release.js";
import type { OverrideRights } from "../overrides/override-rights.js";
import type { PastLines } from "../record/past-lines.js";
import type { ParsedRunOptions } from "../run-options.js";
import type { WaivableGates } from "../overrides/waivable-gates.js";
import type { Waiver } from "../overrides/waiver.js";

/** What a run is made of. */
export interface LiveRunInput {
  readonly gate: Gate;
  readonly tree: GateDescription;
  readonly release: Release;
  readonly plan: PlanIdentity;
  readonly runId: string;
  readonly redact: (text: string) => string;
  readonly waivableGates: WaivableGates;
  readonly rights: OverrideRights;
  /** Those of the options that are for this run. */
  readonly waivers: readonly Waiver[];
  readonly options: ParsedRunOptions;
  /** Of a run that is resumed, or replayed by its own plan: what it has written before. */
  readonly past?: PastLines;
  /** Of a run that is replayed: nothing but its verdict comes behind its past. */
  readonly endsWithPast?: boolean;
}
