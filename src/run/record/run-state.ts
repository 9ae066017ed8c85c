import type { GateDescription } from "../../gate/describe.js";
import type { Finding } from "../../gate/finding.js";
import type { Sample } from "../../gate/gate-context.js";
import type { Json } from "../../gate/json.js";
import type { Bypass } from "../overrides/bypass.js";
import { GivenWaivers } from "../overrides/given-waivers.js";
import { planPath } from "./plan-path.js";
import type { GateStarted, GateWithdrawn } from "./gate-event.js";
import type { RecordEvent, RunConsumed, RunStarted } from "./record-event.js";
import type { VerdictSummary, WithdrawnAnswer } from "../verdict/verdict.js";
import type { Waiver } from "../overrides/waiver.js";

/** Where a gate stands. */
export interface GateState {
  readonly path: string;
  readonly kind: string;
  readonly name: string;
  /** How deep in the tree; 0 for the root. */
  readonly depth: number;
  readonly state: "pending" | "running" | "waiting" | "settled";
  /** Set where the gate, or one around it, is reported and never decides. */
  readonly isAdvisory: boolean;
  readonly startedAt?: string;
  readonly finding?: Finding;
  /** The latest measurement, of a repeated gate that of its latest round. */
  readonly sample?: Sample;
  /** What whoever should answer is shown. */
  readonly request?: Json;
  /** How many rounds a repeated gate has begun. */
  readonly rounds?: number;
  /** Until when somebody may waive what the gate found, while the run waits for that. ISO 8601, UTC. */
  readonly waivableUntil?: string;
  /** The waiver under which the gate is set aside, unless it promotes. */
  readonly waiver?: Waiver;
  /** What was taken back after it had passed, in order. */
  readonly withdrawn?: readonly WithdrawnAnswer[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What the events of a record add up to. */
export class RunState {
  started: (RunStarted & RecordEvent) | undefined;
  fault: string | undefined;
  cancelled: string | undefined;
  decided: VerdictSummary | undefined;
  decidedAt: string | undefined;
  bypass: Bypass | undefined;
  readonly waivers = new GivenWaivers();
  consumed: (RunConsumed & RecordEvent) | undefined;
  /** What was taken back after gates had passed, in order. */
  readonly withdrawn: WithdrawnAnswer[] = [];
  /** The latest finding of each gate of the plan, by path. */
  readonly findings = new Map<string, Finding>();
  /** Every gate of the plan, in its order. */
  readonly gates = new Map<string, Mutable<GateState>>();

  /** `tree` says the gates before the record does. */
  constructor(tree?: GateDescription) {
    if (tree) this.#addGates(tree, 0, false);
  }

  /** Takes in the next event. */
  apply(event: RecordEvent): void {
    switch (event.type) {
      case "run:started":
        this.started = event;
        this.#addGates(event.tree, 0, false);
        return;
      case "run:cancelled":
        this.cancelled = event.reason;
        return;
      case "run:faulted":
        this.fault ??= event.reason;
        return;
      case "run:decided":
        this.decided = event.verdict;
        this.decidedAt = event.at;
        return;
      case "run:consumed":
        this.consumed = event;
        return;
      case "gate:started":
        return this.#startGate(event);
      case "gate:measured":
        return this.#update(event.gate, { sample: event.sample });
      case "gate:waiting":
        return this.#update(event.gate, {
          state: "waiting",
          ...(event.request === undefined ? {} : { request: event.request }),
        });
      case "gate:answered":
        return this.#update(event.gate, { state: "running" });
      case "gate:settled":
        return this.#settleGate(event.gate, event.finding);
      case "gate:lapsed":
        return this.#reopen(event.gate);
      case "gate:withdrawn":
        return this.#takeBack(event);
      case "gate:waivable":
        return this.#update(event.gate, { waivableUntil: event.until });
      case "gate:upheld":
        return this.#endWait(event.gate);
      case "gate:waived":
        this.waivers.give(event.waiver);
        this.#endWait(event.gate);
        return this.#update(event.gate, { waiver: event.waiver });
      case "waiver:lapsed":
        this.waivers.lapse(event.waiver);
        return this.#forgetWaiver(event.gate);
      case "run:bypassed":
        this.bypass ??= event.bypass;
        return;
      case "gate:refused":
      case "answer:refused":
      case "inbox:refused":
      case "override:refused":
      case "consume:refused":
      case "step:recorded":
        return;
    }
  }

  #addGates(tree: GateDescription, depth: number, isAdvisory: boolean): void {
    const { path, name, form, gates = [] } = tree;
    const isShown = form !== "advisory" && form !== "conditional";
    const label = isAdvisory || form === "advisory";
    if (isShown) this.gates.set(path, { path, kind: tree.kind, name, depth, state: "pending", isAdvisory: label });
    if (form === "repeated") return;
    for (const gate of gates) this.#addGates(gate, depth + (isShown ? 1 : 0), label);
  }

  #startGate({ gate: address, at, confirms }: GateStarted & RecordEvent): void {
    const gate = this.gates.get(planPath(address));
    if (!gate) return;
    if (address === gate.path) {
      this.#reopen(address);
      if (confirms === undefined) gate.startedAt = at;
      gate.state = "running";
    } else if (confirms !== undefined) return;
    else if (address.startsWith(gate.path) && !address.slice(gate.path.length).includes("/")) {
      gate.rounds = (gate.rounds ?? 0) + 1;
    }
  }

  #reopen(address: string): void {
    const gate = this.gates.get(address);
    if (!gate) return;
    delete gate.finding;
    delete gate.waivableUntil;
    this.findings.delete(address);
  }

  #settleGate(address: string, finding: Finding): void {
    if (planPath(address) !== address) return;
    this.findings.set(address, finding);
    this.#update(address, { state: "settled", finding });
  }

  #takeBack({ gate: address, reason, at }: GateWithdrawn & RecordEvent): void {
    const gate = planPath(address);
    const withdrawn = { gate, reason, at };
    this.withdrawn.push(withdrawn);
    this.#update(gate, { withdrawn: [...(this.gates.get(gate)?.withdrawn ?? []), withdrawn] });
  }

  #endWait(address: string): void {
    delete this.gates.get(address)?.waivableUntil;
  }

  #forgetWaiver(address: string): void {
    if (!this.waivers.isInForce(address)) delete this.gates.get(address)?.waiver;
  }

  #update(address: string, change: Partial<Mutable<GateState>>): void {
    const gate = this.gates.get(planPath(address));
    if (gate) Object.assign(gate, change);
  }
}
