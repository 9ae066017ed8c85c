import type { Decision } from "../../decision/decision.js";
import { isDetermined, type DecisionRange } from "../../decision/range.js";
import { Comeback } from "./comeback.js";
import { assertPassable } from "../nodes/assert-passable.js";
import type { ConsumableVerdict } from "../consume/consumable-verdict.js";
import type { GateNode } from "../nodes/gate-node.js";
import { givenAt } from "../inbox/given-at.js";
import { giveVerdict } from "./give-verdict.js";
import type { LiveRunInput } from "./live-run-input.js";
import { LiveScope } from "./live-scope.js";
import { noLongerNeeded } from "../record/no-longer-needed.js";
import { noParent } from "../nodes/no-parent.js";
import { Overrides } from "./overrides.js";
import { possibleDecisions } from "./possible-decisions.js";
import type { RunSnapshot } from "../run.js";
import { RunDeadline } from "./run-deadline.js";
import { messageOf } from "../host/step-error.js";
import { startedLine } from "./started-line.js";
import { Turns, type CancelCause } from "./turns.js";
import type { Verdict } from "../verdict/verdict.js";

/** A run that goes: starts the gates, and says the verdict at the first moment it is determined. */
export class LiveRun {
  readonly id: string;
  /** Never rejects. */
  readonly verdict: Promise<ConsumableVerdict>;
  readonly scope: LiveScope;
  readonly overrides: Overrides;
  /** How it comes to the end of its past, where it has one. */
  readonly comeback: Comeback;
  /** Resolves when the run has begun. */
  readonly begun = Promise.resolve();
  readonly #input: LiveRunInput;
  readonly #root: GateNode;
  readonly #turns = new Turns({
    afterEach: () => this.#update(),
    onCancel: (cause) => {
      const { reason } = this.scope.append({ type: "run:cancelled", ...cause });
      this.#stop(`the run was cancelled: ${reason}`);
    },
  });
  #resolve: (verdict: ConsumableVerdict) => void = () => {};
  #deadline: RunDeadline | undefined;
  /** In milliseconds since the epoch. */
  #startedAt = 0;
  #areWaitsOver = false;
  #verdict: Verdict | undefined;

  constructor(input: LiveRunInput) {
    this.#input = input;
    this.id = input.runId;
    this.verdict = new Promise((resolve) => (this.#resolve = resolve));
    this.scope = new LiveScope({
      input,
      turns: this.#turns,
      overrides: { take: (...message) => this.overrides.take(...message) },
      checkTime: (asOf) => this.#checkTime(asOf),
      isOverdue: () => this.#deadline?.isOver === true,
      isTooLate: (at) => this.#isTooLate(at),
      stop: () => this.#stop("the run itself failed"),
      end: () => this.#end(),
    });
    this.#assertPassable();
    this.overrides = this.#takeOverrides();
    this.comeback = new Comeback({
      input,
      run: this.scope,
      turns: this.#turns,
      overrides: this.overrides,
      checkTime: () => void this.#checkTime(),
      endWhatIsLate: () => this.#deadline?.endWhatIsLate(),
      listen: () => this.#listenOutside(),
    });
    this.#root = this.scope.build(input.gate, {
      path: input.tree.path,
      parent: noParent,
      isAdvisory: false,
      settlesAll: input.options.settle === "all",
    });
    // A turn later, so that whoever called can listen from the first event on.
    this.scope.follow(this.begun, () => this.#start());
  }

  /** Ends the run: what is unfinished is cancelled. The first cause is the one that counts. */
  cancel(cause: CancelCause): void {
    this.#turns.cancel(cause);
  }

  /** Where the run stands now. */
  snapshot(): RunSnapshot {
    const { release, log } = this.scope;
    return {
      runId: this.id,
      release,
      range: this.#range(),
      gates: [...log.state.gates.values()].map((gate) => ({ ...gate })),
      ...(this.#verdict ? { verdict: this.#verdict } : {}),
    };
  }

  #start(): void {
    const { options, waivers } = this.#input;
    const { deadline, signal } = options;
    const { scope } = this;
    this.#startedAt = scope.host.now();
    const deadlineAt = deadline === undefined ? undefined : this.#startedAt + deadline;
    this.#turns.open();
    scope.append(startedLine(this.#input, scope.shown, deadlineAt));
    scope.waivers.giveAhead(waivers);
    if (deadlineAt !== undefined && deadline !== undefined) {
      const onOver = (reason: string) => this.#root.stop({ status: "expired", reason });
      this.#deadline = new RunDeadline(scope, { at: deadlineAt, lengthMs: deadline, onOver });
    }
    this.#root.siblingsDecided();
    if (scope.resumption && !scope.resumption.isOver) return this.#root.start();
    if (signal?.aborted) this.#abort();
    if (!this.#turns.isCancelled) this.#root.start();
    this.#listenOutside();
  }

  #listenOutside(): void {
    const { signal } = this.#input.options;
    if (signal?.aborted) this.#abort();
    signal?.addEventListener("abort", this.#abort, { once: true });
    if (this.#turns.isOpen) this.scope.inbox?.start();
  }

  readonly #abort = (): void => {
    this.cancel({ reason: `aborted: ${messageOf(this.#input.options.signal?.reason)}` });
  };

  #takeOverrides(): Overrides {
    const { waivableGates, rights, redact, options } = this.#input;
    return new Overrides({
      run: this.scope,
      desk: this.scope.waivers,
      gates: waivableGates,
      rights,
      redact,
      allowBypass: options.allowBypass,
      isOnEngine: options.host !== undefined,
      begun: this.begun,
      take: (act) => this.#takeInTime(act),
      isTooLate: (at) => this.#isTooLate(at),
      givenAt: (storedAt) => givenAt(storedAt, { since: this.#startedAt, now: this.scope.host.now() }),
      stop: (reason) => this.#stop(reason),
    });
  }

  // A recorded run has passed this check; where somebody may bypass the gates, what nobody can pass is no dead end.
  #assertPassable(): void {
    const { gate, release, waivers, redact, options, past } = this.#input;
    if (this.scope.host.past || past || options.allowBypass) return;
    const waived = new Set(waivers.map((waiver) => waiver.gate));
    assertPassable(gate, { release, conditions: this.scope.conditions, waived, redact });
  }

  #takeInTime(act: () => void): void {
    this.#turns.take(() => {
      void this.#checkTime();
      // Where its time is up, this turn ends the run, though its timer is late. One that comes back has not ended yet.
      if (this.scope.unfinished > 0 || this.comeback.isHearing || this.scope.isReliving) act();
    });
  }

  #checkTime(asOf?: number): Promise<void> | undefined {
    // Of what is past, the record says when its time was up; what a gate came to too late is too late in any case.
    const heard = this.scope.isReliving && asOf === undefined ? undefined : this.#deadline?.check(asOf);
    this.scope.waivers.checkTime();
    return heard;
  }

  #isTooLate(at: number): boolean {
    return this.#deadline?.isOverAt(at) === true;
  }

  #range(): DecisionRange {
    const { shown, subject, log } = this.scope;
    return possibleDecisions({ root: this.#root, tree: shown.tree, state: log.state, release: subject });
  }

  /** The third law: the verdict comes at the first moment it is determined. */
  #update(): void {
    if (!this.#turns.isOpen) return;
    const { host, log, lastLook } = this.scope;
    const range = this.#range();
    if (isDetermined(range)) this.#endWaits();
    else this.#areWaitsOver = false;
    const isBypassed = log.state.bypass !== undefined;
    const isDecided = isDetermined(range) && this.#input.options.settle === "early";
    if (!isDecided && this.scope.unfinished > 0) return lastLook.end();
    // The fourth law: nobody promotes on findings that have gone stale, or hold no more.
    const mustLook = range.best === "promote" && !isBypassed;
    if (mustLook) {
      if (this.comeback.isHearing || this.comeback.looksLater) return;
      this.#turns.lookAtTime();
      lastLook.forgetOld(host.now());
      if (this.#root.retakeStale(host.now()) > 0 || this.#root.confirm() > 0) return this.#update();
    }
    this.#stop(noLongerNeeded);
    if (this.comeback.maySay(mustLook)) this.#end();
  }

  #stop(reason: string): void {
    this.#root.stop({ status: "cancelled", reason });
  }

  // In a run that settles all, where nothing that somebody waives would change the verdict any more.
  #endWaits(): void {
    if (this.#areWaitsOver || this.#input.options.settle !== "all") return;
    this.#areWaitsOver = true;
    this.#root.endWaits();
  }

  #end(): void {
    const range = this.#range();
    this.#deadline?.cancel();
    this.scope.waivers.close();
    this.#turns.close();
    this.#input.options.signal?.removeEventListener("abort", this.#abort);
    void this.#decide(isDetermined(range) ? range.best : undefined);
  }

  async #decide(decision: Decision | undefined): Promise<void> {
    const { verdict, tell } = await giveVerdict(this.#input, this.scope, decision);
    this.#verdict = verdict;
    tell();
    this.#resolve(verdict);
  }
}
