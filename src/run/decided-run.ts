import { decidedReceipt } from "./message-outcome.js";
import { exactly } from "../decision/range.js";
import { freeze } from "./freeze.js";
import { hashLine } from "./hash-line.js";
import type { AnswerReceipt } from "./host.js";
import type { Run, RunSnapshot } from "./run.js";
import type { RunState } from "./run-state.js";
import { findingsInOrder, type Verdict, type VerdictSummary } from "./verdict.js";

/** A run that was decided before: its verdict is out, and nothing happens in it any more. */
export class DecidedRun implements Run {
  readonly id: string;
  readonly release: Run["release"];
  readonly plan: Run["plan"];
  readonly verdict: Promise<Verdict>;
  readonly #lines: readonly string[];
  readonly #snapshot: RunSnapshot;

  constructor(state: RunState, decided: VerdictSummary, lines: readonly string[]) {
    const { runId, release, plan } = decided;
    this.id = runId;
    this.release = release;
    this.plan = plan;
    this.#lines = lines;
    const findings = state.started ? findingsInOrder(state.started.tree, state.findings) : [];
    const record = { lines: lines.length, head: hashLine(lines.at(-1) ?? "") };
    const verdict: Verdict = freeze({ ...decided, findings, record });
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

  snapshot(): RunSnapshot {
    return this.#snapshot;
  }

  record(): readonly string[] {
    return [...this.#lines];
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
