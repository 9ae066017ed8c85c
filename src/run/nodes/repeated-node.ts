import { worseOf } from "../../decision/decision.js";
import type { DecisionRange } from "../../decision/range.js";
import { worstDecision, type NegativeDecision, type Status } from "../../decision/status.js";
import { formatMs } from "../../gate/duration.js";
import type { Finding } from "../../gate/finding.js";
import type { RepeatedGate, Round } from "../../gate/gate.js";
import { freshForOf } from "../../gate/spoken-evidence.js";
import { roundKey, roundPath } from "../record/round-key.js";
import { GateNode } from "./gate-node.js";
import type { LateTaker } from "./late-taker.js";
import type { StopCause } from "./node-answer.js";
import type { NodePlace, ParentNode } from "./parent-node.js";
import { roundAnswer } from "./round-answer.js";
import type { Operation } from "../host/host.js";
import { limitKey } from "../record/wait-key.js";
import { TimeLimit } from "../steps/time-limit.js";

// In a sequence, the gates after a watching one wait for its first good answer; monitoring that is down would hold them for ever.
const maxRoundsInTheWay = 10;

/** A gate that asks another one again and again, a round at a time. */
export class RepeatedNode extends GateNode implements ParentNode {
  readonly kind: string;
  readonly #gate: RepeatedGate;
  #rounds = 0;
  #roundsBefore = 0;
  #round: GateNode | undefined;
  #lastRound: GateNode | undefined;
  /** What it had found, while it is asked whether the last round still holds. */
  #held: Finding | undefined;
  #roundStartedAt = 0;
  #isAfterGap = false;
  #last: Finding | undefined;
  #state: unknown;
  #isLastRound = false;
  #endsAt: number | undefined;
  #pause: Operation<void> | undefined;
  #timeout: TimeLimit | undefined;

  constructor(place: NodePlace, gate: RepeatedGate, worstInside: DecisionRange["worst"]) {
    const worst = worseOf(worstInside, worstDecision({ onFail: "hold", onError: gate.onError }));
    super(place, { best: "promote", worst });
    this.kind = gate.kind;
    this.#gate = gate;
  }

  override get awaitsSiblings(): boolean {
    return this.#gate.untilSiblingsDecide;
  }

  start(): void {
    const { run, path, attempt } = this;
    const { timeoutMs } = this.#gate;
    this.#last = undefined;
    this.#state = undefined;
    this.#roundsBefore = this.#rounds;
    this.#isAfterGap = false;
    run.append({ type: "gate:started", gate: path, attempt });
    if (timeoutMs !== undefined) {
      const reason = `no answer within ${formatMs(timeoutMs)}`;
      this.#endsAt = run.host.now() + timeoutMs;
      this.#timeout = new TimeLimit(run, {
        key: limitKey(path, attempt),
        at: this.#endsAt,
        hearsFirst: true,
        onOver: () => this.#stop({ status: "expired", reason }),
      });
    }
    this.#startRound();
  }

  stop(cause: StopCause): void {
    this.#stop(cause, this.statusWhenStopped(cause));
  }

  override siblingsDecided(): void {
    if (!this.awaitsSiblings || this.#isLastRound || this.finding) return;
    this.#isLastRound = true;
    if (this.#last?.status === "passed") this.#adopt(this.#last);
    // Between two rounds: an answer that is not good is asked for once more.
    else if (this.#pause) this.#startRound();
  }

  override confirm(): number {
    return this.finding?.status === "passed" ? (this.#lastRound?.confirm() ?? 0) : 0;
  }

  override get lateTakers(): readonly LateTaker[] {
    if (this.#held) return this.#round?.lateTakers ?? [];
    return this.finding?.status === "passed" ? (this.#lastRound?.lateTakers ?? []) : [];
  }

  protected override get freshForMs(): number | undefined {
    return freshForOf(this.finding, this.#gate.freshForMs);
  }

  childChanged(node: GateNode): void {
    const { finding } = node;
    if (!finding || this.finding || node !== this.#round) return;
    this.#round = undefined;
    this.#lastRound = node;
    // Advice that is still to come is of a round that is over.
    node.stop({ status: "cancelled", reason: "the round is over" });
    if (this.#held) return this.#settleHeld(this.#held, finding);
    this.#last = finding;
    const { state, answer, canPass = true } = this.#gate.judge(this.#state, this.#roundOf(finding));
    this.#state = state;
    if (answer) return this.#adopt(roundAnswer(finding, answer.status), answer.reason);
    if (this.#isLastRound) return this.#adopt(finding);
    const isGood = finding.status === "passed";
    if (!isGood && this.#isInTheWay()) return this.#adopt(finding);
    this.#pauseUntil(this.#roundStartedAt + this.#gate.everyMs);
    if (isGood && this.awaitsSiblings) this.parent.childIsGoodForNow(this);
    // Last, as it may decide what is around, which ends this gate.
    if (!canPass) this.#narrow();
  }

  // A round that has ended is asked only whether it still holds; then so is the gate.
  childReopened(node: GateNode): void {
    const { run, path, attempt, finding } = this;
    if (node !== this.#lastRound || !finding) return;
    this.#round = node;
    this.#held = finding;
    this.reopen();
    run.append({ type: "gate:started", gate: path, attempt: this.attempt, confirms: attempt });
  }

  // Nobody waives a round.
  childWaived(): void {}

  childIsGoodForNow(): void {}

  mayReopen(node: GateNode): boolean {
    const rests = this.#held ? this.#round : this.finding?.status === "passed" ? this.#lastRound : undefined;
    return node === rests && this.parent.mayReopen(this);
  }

  reconsider(): void {
    this.parent.reconsider();
  }

  isWaitedFor(): boolean {
    return false;
  }

  override checkTime(asOf?: number): Promise<void> | undefined {
    const around = this.parent.checkTime(asOf);
    const own = this.#timeout?.check(asOf);
    return around ?? own;
  }

  override isOverAt(at: number): boolean {
    return this.#timeout?.isOverAt(at) === true;
  }

  protected override get consequences(): { readonly onFail: NegativeDecision; readonly onError: NegativeDecision } {
    return { onFail: "hold", onError: this.#gate.onError };
  }

  #stop(cause: StopCause, status: Status = cause.status): void {
    if (this.finding) return;
    const { reason } = cause;
    const last = this.#last;
    const observedAtMs = this.run.host.now();
    // What was never asked cannot have been late: it must not roll a release back.
    if (this.#rounds === 0) return this.settle({ status: "cancelled", reason: `not started: ${reason}`, observedAtMs });
    // Time is up: what was seen last is evidence, unless it was good but not for long enough.
    if (cause.status === "expired" && last?.status === "failed") return this.#adopt(last, `${reason}: ${last.reason}`);
    this.#end(reason);
    const seen = last ? `; last: ${last.reason}` : "";
    this.settle({ status, reason: reason + seen, observedAtMs });
  }

  #isInTheWay(): boolean {
    if (!this.awaitsSiblings || !this.parent.isWaitedFor(this)) return false;
    return this.#rounds - this.#roundsBefore >= maxRoundsInTheWay;
  }

  #startRound(): void {
    this.#pause?.cancel();
    this.#pause = undefined;
    this.#rounds += 1;
    this.#roundStartedAt = this.run.host.now();
    const path = roundPath(this.path, this.attempt, this.#rounds);
    // A round goes on no longer than it must: the next one is part of the report, too.
    const place = { path, parent: this, isAdvisory: this.isAdvisory, settlesAll: false };
    this.#round = this.run.build(this.#gate.gate, place);
    this.#round.siblingsDecided();
    this.#round.start();
  }

  #roundOf(finding: Finding): Round {
    return {
      number: this.#rounds,
      finding,
      observedAtMs: Date.parse(finding.observedAt),
      isAfterGap: this.#isAfterGap,
      ...(this.#endsAt === undefined ? {} : { endsAtMs: this.#endsAt }),
    };
  }

  #settleHeld({ status, reason, evidence, observedAt }: Finding, now: Finding): void {
    this.#held = undefined;
    if (now.status === "passed") {
      const observedAtMs = Date.parse(observedAt);
      return this.settle({ status, reason, ...(evidence === undefined ? {} : { evidence }), observedAtMs });
    }
    this.lapse(now.reason);
  }

  // The time that is left is too short to pass in.
  #narrow(): void {
    const before = this.prospect;
    if (this.finding || this.range.best !== "promote") return;
    this.range = { best: "hold", worst: this.range.worst };
    this.parent.childChanged(this, before);
  }

  #pauseUntil(until: number): void {
    // A round that took longer than `everyMs` is followed by the next one at once, and nothing was missed.
    const due = Math.max(until, this.run.host.now());
    const pause = this.run.host.sleep(roundKey(this.path, this.attempt, this.#rounds + 1), until);
    this.#pause = pause;
    this.run.follow(pause.settled, () => {
      if (this.#pause !== pause) return;
      this.#isAfterGap = this.run.host.now() - due > this.#gate.everyMs;
      this.#startRound();
    });
  }

  #adopt({ status, decision, evidence, observedAt }: Finding, reason?: string): void {
    const last = this.#last;
    this.#end("no longer asked");
    this.settle({
      status,
      decision,
      reason: reason ?? last?.reason ?? "",
      ...(evidence === undefined ? {} : { evidence }),
      observedAtMs: Date.parse(observedAt),
    });
  }

  #end(reason: string): void {
    const round = this.#round;
    this.#round = undefined;
    this.#held = undefined;
    this.#pause?.cancel();
    this.#pause = undefined;
    this.#timeout?.cancel();
    this.#timeout = undefined;
    round?.stop({ status: "cancelled", reason });
  }
}
