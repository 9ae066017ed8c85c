import type { GateNode } from "../nodes/gate-node.js";
import type { AnswerReceipt } from "../host/host.js";
import type { OverrideRights } from "../overrides/override-rights.js";
import type { OverrideSource } from "../overrides/override-source.js";
import type { RunScope } from "./run-scope.js";
import { planPath } from "../record/plan-path.js";
import { waiverKey } from "../record/wait-key.js";
import type { RunState } from "../record/run-state.js";
import { TimeLimit } from "../steps/time-limit.js";
import type { Upheld } from "../overrides/upheld.js";
import { isFor, isOver, lengthFault, type Waiver } from "../overrides/waiver.js";

type DeskRun = Pick<RunScope, "append" | "host" | "follow" | "limits" | "subject" | "release" | "isReliving">;

/** Where waivers come in, and find the gate that they are for. */
export class WaiverDesk {
  readonly #run: DeskRun;
  readonly #state: RunState;
  readonly #rights: OverrideRights;
  readonly #nodes = new Map<string, GateNode>();
  readonly #limits = new Set<TimeLimit>();
  #count = 0;

  constructor(run: DeskRun, state: RunState, rights: OverrideRights) {
    this.#run = run;
    this.#state = state;
    this.#rights = rights;
  }

  /** Notes the node of a gate of the plan; a round of one is none. */
  note(node: GateNode): void {
    if (planPath(node.path) === node.path) this.#nodes.set(node.path, node);
  }

  /** The node of a gate of the plan. */
  nodeAt(path: string): GateNode | undefined {
    return this.#nodes.get(path);
  }

  /** Takes the waivers that were given before the run began. One that is over does not count, and the record says so. */
  giveAhead(waivers: readonly Waiver[]): void {
    for (const waiver of waivers) {
      if (isOver(waiver, this.#run.host.now())) this.#run.append({ type: "waiver:lapsed", gate: waiver.gate, waiver });
      else this.#accept(waiver);
    }
  }

  /** Takes a waiver while the run goes, where it may still change anything; `at` says when it was given. Milliseconds since the epoch. */
  give(waiver: Waiver, source: OverrideSource = {}, at = this.#run.host.now()): AnswerReceipt {
    const reason = this.#refusalOf(waiver, at);
    if (reason !== undefined) return { status: "refused", reason };
    this.#accept(waiver, source);
    return { status: "accepted" };
  }

  /** Takes a waiver that an engine has brought: there nobody can be asked whether somebody may. */
  giveFromEngine(waiver: Waiver, roles: readonly string[]): AnswerReceipt {
    const refused = this.#rights.knownRefusalOf({ override: "waive", by: waiver.by, roles });
    return refused ? { status: "refused", reason: refused.reason } : this.give(waiver);
  }

  /** Ends the wait for a waiver: what the gate found stands; `at` says when somebody said so. Milliseconds since the epoch. */
  uphold({ gate, by, reason }: Upheld, source: OverrideSource = {}, at = this.#run.host.now()): AnswerReceipt {
    const late = this.#lateFor(gate, at);
    if (late !== undefined) return { status: "refused", reason: late };
    if (this.#nodes.get(gate)?.uphold({ by, reason, ...source })) return { status: "accepted" };
    return { status: "refused", reason: "nobody waits for a waiver of this gate now" };
  }

  /** Lets those waivers lapse whose time is up though their timers are late. */
  checkTime(): void {
    for (const limit of this.#limits) void limit.check();
  }

  /** The run is over: no waiver lapses any more. */
  close(): void {
    for (const limit of this.#limits) limit.cancel();
    this.#limits.clear();
  }

  #accept(waiver: Waiver, source: OverrideSource = {}): void {
    const { gate, expires } = waiver;
    this.#run.append({ type: "gate:waived", gate, waiver, ...source });
    const limit = new TimeLimit(this.#run, {
      key: waiverKey(gate, (this.#count += 1)),
      at: Date.parse(expires),
      onOver: () => {
        if (!this.#limits.delete(limit)) return;
        limit.cancel();
        this.#run.append({ type: "waiver:lapsed", gate, waiver });
      },
    });
    this.#limits.add(limit);
    this.#nodes.get(gate)?.waive();
  }

  /** The gate whose time, or that of one around it, was over at a time (milliseconds since the epoch), though it may still hear what came earlier. */
  overAt(gate: string, at: number): GateNode | undefined {
    const own = this.#nodes.get(gate);
    return [...this.#around(gate), ...(own ? [own] : [])].find((node) => node.isOverAt(at));
  }

  #refusalOf(waiver: Waiver, at: number): string | undefined {
    const { gate, expires } = waiver;
    const now = this.#run.host.now();
    if (isOver(waiver, now)) return `expected a waiver that still counts, got one that ended at ${expires}`;
    // What is relived is as the record shows it, secrets removed, and is for a release as the record shows that.
    const { isReliving, release, subject } = this.#run;
    if (!isFor(waiver, isReliving ? release : subject))
      return "expected a waiver for this release, got one for another";
    const late = this.#lateFor(gate, at);
    return lengthFault(waiver, now) ?? this.#waivedAlready(gate) ?? this.#tooLate(gate) ?? late;
  }

  // What was taken in a run that is resumed had come in time: its record does not say when it had come.
  #lateFor(gate: string, at: number): string | undefined {
    if (this.#run.isReliving) return undefined;
    void this.#nodes.get(gate)?.checkTime();
    const over = this.overAt(gate, at);
    return over && `it came after the time that «${over.path}» has`;
  }

  #waivedAlready(gate: string): string | undefined {
    const { waiver } = this.#state.gates.get(gate) ?? {};
    return waiver && `the gate is waived already, by ${waiver.by} until ${waiver.expires}`;
  }

  /** What others have concluded from a finding stands: the gates beside it were cancelled. */
  #tooLate(gate: string): string | undefined {
    const { finding, prospect } = this.#nodes.get(gate) ?? {};
    if (finding?.decision === "promote") return "the gate has promoted: there is nothing to waive";
    const decided = this.#around(gate).find((above) => above.hasAnswered);
    if (decided) return `«${decided.path}» has decided already, with what this gate found`;
    if (!gate.includes("/") && finding) return "the gate has decided the run already";
    const appliesNot = finding?.status === "skipped" && prospect?.aside === undefined;
    return appliesNot ? "the gate does not apply: there is nothing to waive" : undefined;
  }

  #around(path: string): readonly GateNode[] {
    const names = path.split("/").slice(0, -1);
    return names.flatMap((_, index) => this.#nodes.get(names.slice(0, index + 1).join("/")) ?? []);
  }
}
