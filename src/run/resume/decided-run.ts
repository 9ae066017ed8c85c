import { decidedReceipt } from "../inbox/message-outcome.js";
import { exactly } from "../../decision/range.js";
import { consumable, type ConsumableVerdict, type ConsumedRun } from "../consume/consumable-verdict.js";
import { freeze } from "../record/freeze.js";
import { hashLine } from "../record/hash-line.js";
import type { AnswerReceipt } from "../host/host.js";
import type { Run, RunSnapshot } from "../run.js";
import type { RunState } from "../record/run-state.js";
import { findingsInOrder } from "../verdict/findings-in-order.js";
import type { VerdictSummary } from "../verdict/verdict.js";

/** A run that was decided before: its verdict is out, and nothing happens in it any more. */
export class DecidedRun implements Run {
  readonly id: string;
  readonly release: Run["release"];
  readonly plan: Run["plan"];
  readonly verdict: Promise<ConsumableVerdict>;
  readonly #lines: readonly string[];
  readonly #snapshot: RunSnapshot;

  constructor(state: RunState, decided: VerdictSummary, lines: readonly string[], consumed: ConsumedRun) {
    const { runId, release, plan } = decided;
    this.id = runId;
    this.release = release;
    this.plan = plan;
    this.#lines = lines;
    const findings = state.started ? findingsInOrder(state.started.tree, state.findings) : [];
    const record = { lines: lines.length, head: hashLine(lines.at(-1) ?? "") };
    const verdict = consumable(freeze({ ...decided, findings, record }), consumed);
    this.verdict = Promise.resolve(verdict);
    const gates = [...state.gates.values()].map((gate) => ({ ...gate }));
    this.#snapshot = { runId, release, range: exactly(verdict.decision), gates, verdict };
  }

  on(): () => void {
    return () => {};
  }

  off(): void {}

  cancel(): void {}

  async answer(): Promise<AnswerReceipt> {
    return decidedReceipt;
  }

  async waive(): Promise<AnswerReceipt> {
    return decidedReceipt;
  }

  async uphold(): Promise<AnswerReceipt> {
    return decidedReceipt;
  }

  async bypass(): Promise<AnswerReceipt> {
    return decidedReceipt;
  }

  snapshot(): RunSnapshot {
    return this.#snapshot;
  }

  record(): readonly string[] {
    return [...this.#lines];
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
