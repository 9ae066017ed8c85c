import { canonicalJson, sha256 } from "../../../gate/fingerprint.js";
import type { Json } from "../../../gate/json.js";
import type { GateState } from "../../../run/record/run-state.js";
import { WaivableGates } from "../../../run/overrides/waivable-gates.js";
import type { Person } from "../person.js";
import type { VisibleRun } from "../runs.js";
import { isOfGate, type Act } from "./act.js";

/** Something that can be done about a run, as it stands for one person. */
export interface ActStanding {
  readonly run: VisibleRun;
  readonly person: Person;
  readonly act: Act;
  /** Where the act is about a gate: how that stands. */
  readonly gate?: GateState;
  /** The fingerprint of what whoever acts must have been shown. */
  readonly fingerprint: string;
  /** Why it cannot be done now, where it cannot. */
  readonly whyNot?: string;
}

/** How an act stands; `undefined` where there is nothing of that name that it could be about. */
export function actStanding(run: VisibleRun, person: Person, act: Act, path: string): ActStanding | undefined {
  const gate = run.state.gates.get(path);
  if (isOfGate(act) ? !gate || new WaivableGates(run.started.tree).faultOf(path) !== undefined : path !== "") {
    return undefined;
  }
  const whyNot = whyNotNow(run, act, gate);
  return {
    run,
    person,
    act,
    ...(gate ? { gate } : {}),
    fingerprint: sha256(canonicalJson(shown(run, act, gate))),
    ...(whyNot === undefined ? {} : { whyNot }),
  };
}

function whyNotNow({ state, started }: VisibleRun, act: Act, gate: GateState | undefined): string | undefined {
  if (state.decided) return "the run is decided";
  if (act === "bypass" && !started.allowBypass) return "the run was started without a bypass";
  if (!gate) return undefined;
  if (gate.waiver) return "the gate is waived already";
  if (act === "uphold") return gate.waivableUntil === undefined ? "nobody waits for a waiver of this gate" : undefined;
  if (gate.finding?.decision === "promote") return "the gate has promoted";
  const around = gate.path.split("/").slice(0, -1);
  const decided = around.map((_, index) => around.slice(0, index + 1).join("/"));
  const above = decided.find((path) => state.gates.get(path)?.finding && !state.gates.get(path)?.waivableUntil);
  return above === undefined ? undefined : `«${above}» has decided already, with what this gate found`;
}

/** What must not have changed between the look at a run and the act: what the act is about, and nothing that only goes on. */
function shown({ runId, started, state }: VisibleRun, act: Act, gate: GateState | undefined): Json {
  const { release, plan } = started;
  const all = act === "bypass" ? [...state.gates.values()] : gate ? [gate] : [];
  return {
    runId,
    release: JSON.parse(JSON.stringify(release)) as Json,
    plan: plan.fingerprint,
    act,
    isDecided: state.decided !== undefined,
    gates: all.map(({ path, finding, waiver, waivableUntil = null }) => ({
      path,
      finding: finding ? [finding.status, finding.decision, finding.reason, finding.attempt] : null,
      waiver: waiver ? [waiver.by, waiver.expires] : null,
      waivableUntil,
    })),
  };
}
