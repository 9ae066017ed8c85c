import type { Decision } from "../../decision/decision.js";
import type { Finding } from "../../gate/finding.js";
import type { Json } from "../../gate/json.js";
import type { Release } from "../../gate/release.js";
import type { GateState } from "../../run/record/run-state.js";
import type { VerdictSummary, WithdrawnAnswer } from "../../run/verdict/verdict.js";
import type { Waiver } from "../../run/overrides/waiver.js";
import type { VisibleRun } from "./runs.js";

/** Where a run stands, in short. */
export interface RunSummary {
  readonly runId: string;
  readonly release: Release;
  /** `faulted`: the run itself failed, and promotes nothing. */
  readonly state: "running" | "waiting" | "decided" | "faulted";
  readonly decision?: Decision;
  /** Set where somebody set aside what a gate found. */
  readonly overridden?: true;
  /** The paths of the gates that wait for an answer. */
  readonly waiting: readonly string[];
  readonly startedAt: string;
}

/** Where a run stands. */
export interface RunView extends RunSummary {
  readonly plan: { readonly name: string; readonly fingerprint: string };
  readonly deadlineAt?: string;
  readonly verdict?: VerdictSummary;
  readonly fault?: string;
  readonly cancelled?: string;
  readonly gates: readonly GateView[];
  /** How many lines of the record this was read from: events after it are news. */
  readonly lines: number;
}

/** Where a gate stands. */
export interface GateView {
  readonly path: string;
  readonly kind: string;
  readonly depth: number;
  readonly state: GateState["state"];
  readonly isAdvisory: boolean;
  readonly startedAt?: string;
  readonly finding?: Finding;
  /** Until when somebody may waive what the gate found, while the run waits for that. ISO 8601, UTC. */
  readonly waivableUntil?: string;
  /** The waiver under which the gate is set aside, unless it promotes. */
  readonly waiver?: Waiver;
  /** What was taken back after it had passed, in order. */
  readonly withdrawn?: readonly WithdrawnAnswer[];
  /** What whoever should answer is shown, while it waits. */
  readonly request?: Json;
}

/** A run in short. */
export function runSummary({ runId, started, state }: VisibleRun): RunSummary {
  const waiting = state.decided ? [] : [...state.gates.values()].filter((gate) => gate.state === "waiting");
  const running = waiting.length > 0 ? "waiting" : "running";
  return {
    runId,
    release: started.release,
    state: state.fault === undefined ? (state.decided ? "decided" : running) : "faulted",
    ...(state.decided ? { decision: state.decided.decision } : {}),
    ...(state.decided?.overridden ? { overridden: true } : {}),
    waiting: waiting.map(({ path }) => path),
    startedAt: started.at,
  };
}

/** A run as it is shown. */
export function runView(run: VisibleRun): RunView {
  const { started, state, events } = run;
  const { deadlineAt, plan } = started;
  return {
    ...runSummary(run),
    plan: { name: plan.name, fingerprint: plan.fingerprint },
    ...(deadlineAt === undefined ? {} : { deadlineAt }),
    ...(state.decided ? { verdict: state.decided } : {}),
    ...(state.fault === undefined ? {} : { fault: state.fault }),
    ...(state.cancelled === undefined ? {} : { cancelled: state.cancelled }),
    gates: [...state.gates.values()].map(gateView),
    lines: events.length,
  };
}

/** A gate as it is shown. */
export function gateView(gate: GateState): GateView {
  const { path, kind, depth, state, isAdvisory, startedAt, finding, request, waivableUntil, waiver, withdrawn } = gate;
  return {
    path,
    kind,
    depth,
    state,
    isAdvisory,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finding ? { finding } : {}),
    ...(waivableUntil === undefined ? {} : { waivableUntil }),
    ...(waiver ? { waiver } : {}),
    ...(withdrawn ? { withdrawn } : {}),
    ...(state === "waiting" && request !== undefined ? { request } : {}),
  };
}
