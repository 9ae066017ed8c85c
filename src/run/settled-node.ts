import { exactly } from "../decision/range.js";
import { decisionOf, type NegativeDecision } from "../decision/status.js";
import type { Gate } from "../gate/gate.js";
import { GateNode, type NodePlace, type StopCause } from "./gate-node.js";

type KnownAnswer =
  | { readonly status: "skipped"; readonly reason: string }
  | { readonly status: "errored"; readonly reason: string; readonly onError: NegativeDecision };

/** A gate whose answer is known before it begins: it does not apply, or nobody can say whether it does. */
export class SettledNode extends GateNode {
  readonly kind: string;
  readonly #answer: KnownAnswer;

  constructor(place: NodePlace, gate: Gate, answer: KnownAnswer) {
    const consequences = { onFail: "hold", onError: answer.status === "errored" ? answer.onError : "hold" } as const;
    super(place, exactly(answer.status === "skipped" ? "hold" : decisionOf("errored", consequences)));
    this.kind = gate.kind;
    this.#answer = answer;
    this.counts = answer.status !== "skipped";
  }

  start(): void {
    if (this.finding) return;
    const { status, reason } = this.#answer;
    this.settle({ status, reason, decision: this.range.best, observedAtMs: this.run.host.now() });
  }

  // What is known stays true, whoever stops the gate.
  stop(_cause: StopCause): void {
    this.start();
  }
}
