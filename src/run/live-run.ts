import pLimit from "p-limit";
import { isDetermined, withoutRollback, type DecisionRange } from "../decision/range.js";
import { formatMs } from "../gate/duration.js";
import type { GateDescription } from "../gate/describe.js";
import type { Gate } from "../gate/gate.js";
import type { Release } from "../gate/release.js";
import { AnswerDesk } from "./answer-desk.js";
import { buildNode } from "./build-node.js";
import { freeze } from "./freeze.js";
import type { GateNode, ParentNode, StopCause } from "./gate-node.js";
import type { AnswerReceipt, Host, Operation } from "./host.js";
import { inProcessHost, type InProcessHost } from "./in-process-host.js";
import type { PlanIdentity, RecordBody, RecordEvent } from "./record-event.js";
import { Recorder } from "./recorder.js";
import type { Run, RunSnapshot } from "./run.js";
import { RunEmitter, type RunEvents, type RunListener } from "./run-emitter.js";
import type { ParsedRunOptions } from "./run-options.js";
import type { RunScope } from "./run-scope.js";
import { RunState } from "./run-state.js";
import { messageOf } from "./step-error.js";
import { decide, findingsInOrder, type Verdict } from "./verdict.js";

interface LiveRunInput {
  readonly gate: Gate;
  readonly tree: GateDescription;
  readonly release: Release;
  readonly plan: PlanIdentity;
  readonly runId: string;
  readonly redact: (text: string) => string;
  readonly options: ParsedRunOptions;
}

/** A run that goes: starts the gates, and says the verdict at the first moment it is determined. */
export class LiveRun implements Run, ParentNode, RunScope {
  readonly id: string;
  readonly release: Release;
  readonly plan: PlanIdentity;
  readonly verdict: Promise<Verdict>;
  readonly host: Host;
  readonly settleAll: boolean;
  readonly answers: AnswerDesk;
  readonly limit;
  unfinished = 0;
  readonly #input: LiveRunInput;
  readonly #recorder: Recorder;
  readonly #emitter = new RunEmitter();
  readonly #state = new RunState();
  readonly #root: GateNode;
  readonly #abort: () => void;
  #resolve: (verdict: Verdict) => void = () => {};
  #deadline: Operation<void> | undefined;
  #phase: "open" | "deciding" | "decided" = "open";
  #verdict: Verdict | undefined;

  constructor(input: LiveRunInput) {
    const { runId, release, plan, redact, options, gate, tree } = input;
    this.#input = input;
    this.id = runId;
    this.release = release;
    this.plan = plan;
    this.settleAll = options.settle === "all";
    const inProcess = options.host ? undefined : inProcessHost(options.clock);
    this.host = options.host ?? (inProcess as InProcessHost);
    this.answers = new AnswerDesk(inProcess, this.#state, this.#emitter);
    this.limit = pLimit({ concurrency: options.concurrency, rejectOnClear: true });
    this.verdict = new Promise((resolve) => (this.#resolve = resolve));
    this.#recorder = new Recorder({
      runId,
      redact,
      store: options.store,
      now: () => this.host.now(),
      onEvent: (event) => {
        this.#state.apply(event);
        this.#emitter.emit(event);
      },
    });
    this.#root = this.build(gate, tree.path, this, false);
    this.#abort = () => this.cancel(`aborted: ${messageOf(options.signal?.reason)}`);
    // A turn later, so that whoever called can listen from the first event on.
    this.follow(Promise.resolve(), () => this.#start());
  }

  on<Type extends keyof RunEvents>(type: Type, listener: RunListener<Type>): () => void {
    return this.#emitter.on(type, listener);
  }

  off<Type extends keyof RunEvents>(type: Type, listener: RunListener<Type>): void {
    this.#emitter.off(type, listener);
  }

  cancel(reason: string): void {
    if (this.#phase !== "open") return;
    this.record({ type: "run:cancelled", reason });
    this.#stop({ status: "cancelled", reason: `the run was cancelled: ${reason}` });
  }

  answer(gate: string, value: unknown): Promise<AnswerReceipt> {
    return this.answers.give(gate, value);
  }

  snapshot(): RunSnapshot {
    return {
      runId: this.id,
      release: this.release,
      range: this.#range(),
      gates: [...this.#state.gates.values()].map((gate) => ({ ...gate })),
      ...(this.#verdict ? { verdict: this.#verdict } : {}),
    };
  }

  record(): readonly string[];
  record<Body extends RecordBody>(body: Body): Body & RecordEvent;
  record(body?: RecordBody): readonly string[] | RecordEvent {
    return body ? this.#recorder.append(body) : [...this.#recorder.lines];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel("the run was disposed of");
    await this.verdict;
  }

  // What the nodes need of a run.

  build(gate: Gate, path: string, parent: ParentNode, isAdvisory: boolean): GateNode {
    return buildNode(gate, { run: this, path, parent, isAdvisory });
  }

  stored(): Promise<void> {
    return this.#recorder.stored();
  }

  follow<Value>(promise: Promise<Value>, onValue: (value: Value) => void): void {
    promise.then((value) => (onValue(value), this.#update())).catch(this.fault);
  }

  readonly fault = (error: unknown): void => {
    if (this.#phase !== "open") return;
    if (this.host.isCancelled(error)) return this.cancel("the engine cancelled it");
    this.record({ type: "run:faulted", reason: messageOf(error) });
    this.#stop({ status: "cancelled", reason: "the run itself failed" });
  };

  // What the root tells the run; whether that decides it is looked at after each thing that happens.

  childChanged(): void {}

  childReopened(): void {}

  childIsGoodForNow(): void {}

  #start(): void {
    const { runId, release, plan, options, tree } = this.#input;
    const { deadline, settle, signal } = options;
    const deadlineAt = deadline === undefined ? undefined : this.host.now() + deadline;
    this.record({
      type: "run:started",
      runId,
      release,
      plan,
      tree,
      settle,
      ...(deadlineAt === undefined ? {} : { deadlineAt: new Date(deadlineAt).toISOString() }),
    });
    if (deadlineAt !== undefined && deadline !== undefined) {
      this.#deadline = this.host.sleep("run:deadline", deadlineAt);
      const reason = `the run took longer than ${formatMs(deadline)}`;
      this.follow(this.#deadline.settled, () => this.#stop({ status: "expired", reason }));
    }
    this.#root.siblingsDecided();
    if (signal?.aborted) return this.#abort();
    signal?.addEventListener("abort", this.#abort, { once: true });
    this.#root.start();
  }

  #stop(cause: StopCause): void {
    this.#root.stop(cause);
    this.#update();
  }

  #range(): DecisionRange {
    const range = this.#root.counts ? this.#root.range : ({ best: "hold", worst: "hold" } as const);
    return this.release.rollback?.possible === false ? withoutRollback(range) : range;
  }

  /** The third law: the verdict comes at the first moment it is determined. */
  #update(): void {
    if (this.#phase !== "open" || !this.#state.started) return;
    const range = this.#range();
    const isDecided = isDetermined(range) && !this.settleAll;
    if (!isDecided && this.unfinished > 0) return;
    // The fourth law: nobody promotes on findings that have gone stale.
    if (range.best === "promote" && this.#root.retakeStale(this.host.now()) > 0) return;
    this.#phase = "deciding";
    this.#root.stop({ status: "cancelled", reason: "no longer needed, as the verdict is out" });
    this.#deadline?.cancel();
    this.#input.options.signal?.removeEventListener("abort", this.#abort);
    this.#decide().catch(() => {});
  }

  async #decide(): Promise<void> {
    try {
      // Evidence first, then the verdict: nobody acts on what a crash could make unsaid.
      await this.stored();
      this.#sayVerdict();
      await this.stored();
    } catch (error) {
      this.#state.decided = undefined;
      this.record({ type: "run:faulted", reason: `the record could not be stored: ${messageOf(error)}` });
      this.#sayVerdict();
    }
    this.#phase = "decided";
    const summary = this.#state.decided;
    if (!summary) return;
    const { lines, head } = this.#recorder;
    const findings = findingsInOrder(this.#input.tree, this.#state.findings);
    this.#verdict = freeze({ ...summary, findings, record: { lines: lines.length, head } });
    this.#resolve(this.#verdict);
  }

  #sayVerdict(): void {
    const { runId, tree } = this.#input;
    const { started, findings, fault } = this.#state;
    if (!started) return;
    const { release, plan, at: startedAt } = started;
    const decidedAt = new Date(this.host.now()).toISOString();
    this.record({
      type: "run:decided",
      verdict: decide({ runId, release, plan, tree, findings, fault, startedAt, decidedAt }),
    });
  }
}
