import type { PlanIdentity } from "../gate/plan.js";
import type { Release } from "../gate/release.js";
import type { Bypass } from "./overrides/bypass.js";
import type { ConsumableVerdict } from "./consume/consumable-verdict.js";
import type { AnswerReceipt } from "./host/host.js";
import type { LiveRun } from "./live/live-run.js";
import type { OverrideRoles, Run, RunSnapshot } from "./run.js";
import type { RunEvents, RunListener } from "./live/run-emitter.js";
import { messageOf } from "./host/step-error.js";
import type { Upheld } from "./overrides/upheld.js";
import type { Waiver } from "./overrides/waiver.js";

/** What whoever started a run has in their hands of it: nothing of how it goes can be reached from here. */
export class RunHandle implements Run {
  readonly #live: LiveRun;

  constructor(live: LiveRun) {
    this.#live = live;
  }

  get id(): string {
    return this.#live.id;
  }

  get release(): Release {
    return this.#live.scope.release;
  }

  get plan(): PlanIdentity {
    return this.#live.scope.plan;
  }

  get verdict(): Promise<ConsumableVerdict> {
    return this.#live.verdict;
  }

  on<Type extends keyof RunEvents>(type: Type, listener: RunListener<Type>): () => void {
    return this.#live.scope.log.emitter.on(type, listener);
  }

  off<Type extends keyof RunEvents>(type: Type, listener: RunListener<Type>): void {
    this.#live.scope.log.emitter.off(type, listener);
  }

  cancel(reason: string): void {
    // In JavaScript it may be anything; what is asked for is the end.
    const said: unknown = reason ?? "";
    const isBlank = typeof said === "string" && said.trim() === "";
    this.#live.cancel({ reason: isBlank ? "no reason was given" : messageOf(said) });
  }

  async answer(gate: string, value: unknown): Promise<AnswerReceipt> {
    // Before the run has begun nobody knows its gates.
    await this.#live.begun;
    return this.#live.scope.answers.give(gate, value);
  }

  waive(waiver: Waiver, as?: OverrideRoles): Promise<AnswerReceipt> {
    return this.#live.overrides.give("waive", waiver, as);
  }

  uphold(upheld: Upheld, as?: OverrideRoles): Promise<AnswerReceipt> {
    return this.#live.overrides.give("uphold", upheld, as);
  }

  bypass(bypass: Bypass, as?: OverrideRoles): Promise<AnswerReceipt> {
    return this.#live.overrides.give("bypass", bypass, as);
  }

  snapshot(): RunSnapshot {
    return this.#live.snapshot();
  }

  record(): readonly string[] {
    return [...this.#live.scope.log.recorder.lines];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel("the run was disposed of");
    await this.verdict;
  }
}
