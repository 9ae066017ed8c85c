import { decisionOf, type NegativeDecision } from "../../decision/status.js";
import type { Gate } from "../../gate/gate.js";
import { GateNode } from "./gate-node.js";
import type { StopCause } from "./node-answer.js";
import type { NodePlace } from "./parent-node.js";

type KnownAnswer =
  | { readonly status: "skipped"; readonly reason: string }
  | { readonly status: "errored"; readonly reason: string; readonly onError: NegativeDecision };

/** A gate whose answer is known before it begins: it does not apply, or nobody can say whether it does. */
export class SettledNode extends GateNode {
  readonly kind: string;
  readonly #answer: KnownAnswer;

  constructor(place: NodePlace, gate: Gate, answer: KnownAnswer) {
    const consequences = { onFail: "hold", onError: answer.status === "errored" ? answer.onError : "hold" } as const;
    // Whether it applies matters only where the run comes to it: a gate before it, in a sequence, may hold first.
    super(place, { best: "hold", worst: answer.status === "skipped" ? "hold" : decisionOf("errored", consequences) });
    this.kind = gate.kind;
    this.#answer = answer;
    this.counts = answer.status !== "skipped";
  }

  start(): void {
    if (this.finding) return;
    const { status, reason } = this.#answer;
    this.settle({ status, reason, decision: this.range.worst, observedAtMs: this.run.host.now() });
  }

  stop({ reason }: StopCause): void {
    if (this.finding) return;
    // That it does not apply stays true, whoever stops the gate.
    if (this.#answer.status === "skipped") return this.start();
    this.settle({ status: "cancelled", reason: `not started: ${reason}`, observedAtMs: this.run.host.now() });
  }
}
