import pLimit from "p-limit";
import type { Decision } from "../decision/decision.js";
import { isDetermined, type DecisionRange } from "../decision/range.js";
import { formatMs } from "../gate/duration.js";
import type { GateDescription } from "../gate/describe.js";
import type { Gate } from "../gate/gate.js";
import type { PlanIdentity } from "../gate/plan.js";
import type { Release } from "../gate/release.js";
import { AnswerDesk } from "./answer-desk.js";
import type { Bypass } from "./bypass.js";
import { assertPassable } from "./assert-passable.js";
import { buildNode } from "./build-node.js";
import { conclude } from "./conclude.js";
import { Conditions } from "./conditions.js";
import { consumable, type ConsumableVerdict, type ConsumedRun } from "./consumable-verdict.js";
import { ownLines, storedLines } from "./consumed-lines.js";
import { freeze } from "./freeze.js";
import type { GateNode, NodePlace } from "./gate-node.js";
import type { AnswerReceipt, Host } from "./host.js";
import type { PastLines } from "./past-lines.js";
import { inProcessHost, type InProcessHost } from "./in-process-host.js";
import { OneByOne } from "./one-by-one.js";
import { noParent } from "./no-parent.js";
import { possibleDecisions } from "./possible-decisions.js";
import type { RecordBody, RecordEvent } from "./record-event.js";
import { Overrides } from "./overrides.js";
import { shownSubject, type ShownSubject } from "./redact-body.js";
import type { Run, RunSnapshot } from "./run.js";
import type { RunEvents, RunListener } from "./run-emitter.js";
import { Resumption } from "./resumption.js";
import { RunLog } from "./run-log.js";
import type { ParsedRunOptions } from "./run-options.js";
import type { RunInbox } from "./run-inbox.js";
import type { RunScope, Whose } from "./run-scope.js";
import { messageOf } from "./step-error.js";
import { runInboxOf } from "./take-messages.js";
import { TimeLimit } from "./time-limit.js";
import { Turns, type CancelCause } from "./turns.js";
import type { Upheld } from "./upheld.js";
import type { Verdict } from "./verdict.js";
import { WaiverDesk } from "./waiver-desk.js";
import type { Waiver } from "./waiver.js";
import type { WaivableGates } from "./waivable-gates.js";

/** What a run is made of. */
export interface LiveRunInput {
  readonly gate: Gate;
  readonly tree: GateDescription;
  readonly release: Release;
  readonly plan: PlanIdentity;
  readonly runId: string;
  readonly redact: (text: string) => string;
  readonly waivableGates: WaivableGates;
  /** Those of the options that are for this run. */
  readonly waivers: readonly Waiver[];
  readonly options: ParsedRunOptions;
  /** Of a run that is resumed: what it has written before. */
  readonly past?: PastLines;
}

/** A run that goes: starts the gates, and says the verdict at the first moment it is determined. */
export class LiveRun implements Run, RunScope {
  readonly id: string;
  readonly subject: Release;
  readonly verdict: Promise<ConsumableVerdict>;
  readonly host: Host;
  readonly answers: AnswerDesk;
  readonly inbox: RunInbox | undefined;
  readonly waivers: WaiverDesk;
  readonly overrides: Overrides;
  readonly conditions: Conditions;
  readonly limit;
  unfinished = 0;
  readonly #input: LiveRunInput;
  readonly #log: RunLog;
  /** What is judged, by what: secrets removed. */
  readonly #shown: ShownSubject;
  readonly #root: GateNode;
  readonly #abort: () => void;
  #resolve: (verdict: ConsumableVerdict) => void = () => {};
  #deadline: TimeLimit | undefined;
  /** Whether the run's own time is up. */
  isOverdue = false;
  readonly #turns = new Turns({
    afterEach: () => this.#update(),
    onCancel: (cause) => {
      const { reason } = this.append({ type: "run:cancelled", ...cause });
      this.#root.stop({ status: "cancelled", reason: `the run was cancelled: ${reason}` });
    },
  });
  readonly #begun = Promise.resolve();
  #verdict: Verdict | undefined;
  #areWaitsOver = false;
  #lastGate = "";
  readonly #storing = new OneByOne();
  readonly #resumption: Resumption | undefined;

  constructor(input: LiveRunInput) {
    const { runId, release, plan, redact, options, gate, tree } = input;
    this.#input = input;
    this.id = runId;
    this.subject = release;
    this.#shown = freeze(shownSubject({ release, plan, tree }, redact));
    this.conditions = new Conditions(release);
    const { clock } = options;
    const onTurns = () => inProcessHost(clock, () => this.#turns.now(() => clock.now()));
    this.#resumption = input.past && new Resumption(onTurns(), input.past);
    const inProcess = this.#resumption?.host ?? (options.host ? undefined : onTurns());
    this.host = options.host ?? (inProcess as InProcessHost);
    if (!this.host.past && !input.past && !options.allowBypass) {
      const waived = new Set(input.waivers.map((waiver) => waiver.gate));
      assertPassable(gate, { release, conditions: this.conditions, waived, redact });
    }
    this.limit = pLimit({ concurrency: options.concurrency, rejectOnClear: true });
    this.verdict = new Promise((resolve) => (this.#resolve = resolve));
    this.#log = new RunLog(tree, {
      runId,
      redact,
      store: options.store,
      storeTimeoutMs: options.storeTimeout,
      now: () => this.host.now(),
      onConflict: this.fault,
      past: input.past,
    });
    this.waivers = new WaiverDesk(this, this.#log.state);
    this.answers = new AnswerDesk(inProcess, this.#log);
    const cancel = (cause: CancelCause) => this.#turns.cancel(cause);
    this.inbox = options.store && runInboxOf({ run: this, past: input.past, cancel, options, store: options.store });
    this.overrides = new Overrides({
      run: this,
      desk: this.waivers,
      gates: input.waivableGates,
      redact,
      allowBypass: options.allowBypass,
      isOnEngine: options.host !== undefined,
      begun: this.#begun,
      take: (act) => this.#takeInTime(act),
      stop: (reason) => this.#root.stop({ status: "cancelled", reason }),
    });
    const settlesAll = options.settle === "all";
    this.#root = this.build(gate, { path: tree.path, parent: noParent, isAdvisory: false, settlesAll });
    this.#abort = () => this.cancel(`aborted: ${messageOf(options.signal?.reason)}`);
    // A turn later, so that whoever called can listen from the first event on.
    this.follow(this.#begun, () => this.#start());
  }

  get release(): Release {
    return this.#shown.release;
  }

  get plan(): PlanIdentity {
    return this.#shown.plan;
  }

  on<Type extends keyof RunEvents>(type: Type, listener: RunListener<Type>): () => void {
    return this.#log.emitter.on(type, listener);
  }

  off<Type extends keyof RunEvents>(type: Type, listener: RunListener<Type>): void {
    this.#log.emitter.off(type, listener);
  }

  cancel(reason: string): void {
    // In JavaScript it may be anything; what is asked for is the end.
    const said: unknown = reason || undefined;
    this.#turns.cancel({ reason: said === undefined ? "no reason was given" : messageOf(said) });
  }

  async answer(gate: string, value: unknown): Promise<AnswerReceipt> {
    // Before the run has begun nobody knows its gates.
    await this.#begun;
    return this.answers.give(gate, value);
  }

  waive(waiver: Waiver): Promise<AnswerReceipt> {
    return this.overrides.waive(waiver);
  }

  uphold(upheld: Upheld): Promise<AnswerReceipt> {
    return this.overrides.uphold(upheld);
  }

  bypass(bypass: Bypass): Promise<AnswerReceipt> {
    return this.overrides.bypass(bypass);
  }

  snapshot(): RunSnapshot {
    return {
      runId: this.id,
      release: this.#shown.release,
      range: this.#range(),
      gates: [...this.#log.state.gates.values()].map((gate) => ({ ...gate })),
      ...(this.#verdict ? { verdict: this.#verdict } : {}),
    };
  }

  record(): readonly string[] {
    return [...this.#log.recorder.lines];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel("the run was disposed of");
    await this.verdict;
  }

  // What the nodes need of a run.

  build(gate: Gate, place: Omit<NodePlace, "run">): GateNode {
    const node = buildNode(gate, { run: this, ...place });
    this.waivers.note(node);
    return node;
  }

  append<Body extends RecordBody>(body: Body): Body & RecordEvent {
    if ("gate" in body) this.#lastGate = body.gate;
    return this.#log.append(body);
  }

  stored(): Promise<void> | undefined {
    if (!this.#input.options.store) return undefined;
    // In the order of the record, so that a gate that does much at once sees the same order when the run is resumed.
    const stored = () => this.#storing.wait(this.#log.recorder.stored());
    // Asked for right after a gate has recorded something.
    return this.#resumption ? this.#resumption.stored(this.#lastGate, stored) : stored();
  }

  follow<Value>(promise: Promise<Value>, onValue: (value: Value) => void, whose?: Whose): void {
    const goOn = (value: Value) =>
      this.#turns.take(() => {
        this.#checkTime(whose?.asOf());
        onValue(value);
      });
    const past = this.#resumption;
    const held = past && whose ? promise.then((value) => past.inOrder(whose.gate, value)) : promise;
    held.then(goOn).catch(this.fault);
  }

  readonly onEnd = (callback: () => void): (() => void) => this.#turns.onEnd(callback);

  readonly fault = (error: unknown): void => {
    if (!this.#turns.isOpen) return;
    try {
      if (this.host.isCancelled(error)) return this.cancel("the engine cancelled it");
      const isFirst = this.#log.state.fault === undefined;
      this.append({ type: "run:faulted", reason: messageOf(error) });
      // A fault while stopping because of a fault: then nothing is left but to say so.
      if (isFirst) this.#turns.take(() => this.#root.stop({ status: "cancelled", reason: "the run itself failed" }));
      else this.#end();
    } catch (worse) {
      // Nothing of the run can be relied on any more, its clock least of all; the verdict still comes.
      this.#log.state.fault ??= messageOf(worse);
      this.#end();
    }
  };

  get isReliving(): boolean {
    return this.#resumption?.isOver === false;
  }

  /** Lets a run that is resumed come to the end of its past. Whether it did the same again, its past says. */
  async relive(): Promise<void> {
    await this.#resumption?.relive((event) => this.#redo(event));
  }

  /** A run that is resumed has come to the end of its past, and goes on by itself. */
  async goOn(): Promise<void> {
    this.#resumption?.end();
    const { past } = this.#input;
    if (past) this.answers.resume(Math.max(0, this.host.now() - past.endedAt));
    // What was said meanwhile is heard before anything ends whose time is up; where the store does not say, it was not said.
    if (this.#turns.isOpen) await this.inbox?.read().catch(() => {});
    this.#resumption?.goLive();
    this.#log.recorder.goOn();
    if (this.#turns.isOpen) this.#listenOutside(this.#input.options.signal);
  }

  /** Does again what somebody did in a recorded run from outside. */
  #redo(event: RecordEvent): void {
    if (event.type === "run:cancelled") {
      const { reason, by, messageId } = event;
      const who = { ...(by === undefined ? {} : { by }), ...(messageId === undefined ? {} : { messageId }) };
      this.#turns.cancel({ reason, ...who });
    }
    if (event.type === "run:faulted") this.fault(new Error(event.reason));
    this.overrides.redo(event);
  }

  #start(): void {
    const { runId, options } = this.#input;
    const { deadline, settle, signal, allowBypass } = options;
    const deadlineAt = deadline === undefined ? undefined : this.host.now() + deadline;
    this.#turns.open();
    this.append({
      type: "run:started",
      runId,
      ...this.#shown,
      settle,
      ...(deadlineAt === undefined ? {} : { deadlineAt: new Date(deadlineAt).toISOString() }),
      ...(allowBypass ? { allowBypass } : {}),
    });
    this.waivers.giveAhead(this.#input.waivers);
    if (deadlineAt !== undefined && deadline !== undefined) {
      const reason = `the run took longer than ${formatMs(deadline)}`;
      const onOver = () => {
        this.isOverdue = true;
        this.#root.stop({ status: "expired", reason });
      };
      this.#deadline = new TimeLimit(this, { key: "run:deadline", at: deadlineAt, hearsFirst: true, onOver });
    }
    this.#root.siblingsDecided();
    if (this.#resumption && !this.#resumption.isOver) return this.#root.start();
    if (signal?.aborted) this.#abort();
    if (!this.#turns.isCancelled) this.#root.start();
    this.#listenOutside(signal);
  }

  #listenOutside(signal: AbortSignal | undefined): void {
    if (signal?.aborted) this.#abort();
    signal?.addEventListener("abort", this.#abort, { once: true });
    if (this.#turns.isOpen) this.inbox?.start();
  }

  #takeInTime(act: () => void): void {
    this.#turns.take(() => {
      this.#checkTime();
      // Where its time is up, this turn ends the run, though its timer is late.
      if (this.unfinished > 0) act();
    });
  }

  #checkTime(asOf?: number): void {
    this.#deadline?.check(asOf);
    this.waivers.checkTime();
  }

  #range(): DecisionRange {
    return possibleDecisions({
      root: this.#root,
      tree: this.#shown.tree,
      state: this.#log.state,
      release: this.subject,
    });
  }

  /** The third law: the verdict comes at the first moment it is determined. */
  #update(): void {
    if (!this.#turns.isOpen) return;
    const range = this.#range();
    if (isDetermined(range)) this.#endWaits();
    const isBypassed = this.#log.state.bypass !== undefined;
    const isDecided = isDetermined(range) && this.#input.options.settle === "early";
    if (!isDecided && this.unfinished > 0) return;
    // The fourth law: nobody promotes on findings that have gone stale.
    if (range.best === "promote" && !isBypassed) {
      this.#turns.lookAtTime();
      if (this.#root.retakeStale(this.host.now()) > 0) return this.#update();
    }
    this.#root.stop({ status: "cancelled", reason: "no longer needed, as the verdict is out" });
    this.#end();
  }

  #end(): void {
    const range = this.#range();
    this.#deadline?.cancel();
    this.waivers.close();
    this.#turns.close();
    this.#input.options.signal?.removeEventListener("abort", this.#abort);
    void this.#decide(isDetermined(range) ? range.best : undefined);
  }

  // In a run that settles all, where nothing that somebody waives would change the verdict any more.
  #endWaits(): void {
    if (this.#areWaitsOver || this.#input.options.settle !== "all") return;
    this.#areWaitsOver = true;
    this.#root.endWaits();
  }

  async #decide(decision: Decision | undefined): Promise<void> {
    const { event, verdict } = await conclude({
      runId: this.id,
      subject: this.#shown,
      state: this.#log.state,
      recorder: this.#log.recorder,
      now: () => this.host.now(),
      decision,
    });
    this.#log.recorder.end();
    this.#verdict = verdict;
    if (event) this.#log.emitter.emit(event);
    this.#resolve(consumable(verdict, this.#consumedRun()));
  }

  #consumedRun(): ConsumedRun {
    const { runId, redact, options } = this.#input;
    const { host } = this;
    const lines = options.store
      ? storedLines(runId, options.store, this.#log.recorder)
      : ownLines(runId, this.#log.recorder);
    return { runId, redact, lines, isPast: host.past !== undefined, now: () => host.now() };
  }
}
