import { setAside, waived, type Prospect } from "../../decision/prospect.js";
import { exactly } from "../../decision/range.js";
import { decisionOf, type NegativeDecision } from "../../decision/status.js";
import type { Finding } from "../../gate/finding.js";
import { formatMs } from "../../gate/duration.js";
import type { RunScope } from "../live/run-scope.js";
import type { LateTaker } from "./late-taker.js";
import type { NodeAnswer, StopCause, WaitEnd } from "./node-answer.js";
import type { NodePlace, ParentNode } from "./parent-node.js";
import { planPath } from "../record/plan-path.js";

const maxAsked = 10;

/** One gate of a run: its range, and in the end its finding. */
export abstract class GateNode {
  readonly path: string;
  readonly isAdvisory: boolean;
  protected readonly run: RunScope;
  protected readonly parent: ParentNode;
  /** What the gate may still decide, whoever waives it. */
  range: Prospect;
  #isWaived = false;
  /** The gate's answer, once it has one. */
  finding: Finding | undefined;
  /** Whether the gate takes part in its composite: advisory and skipped gates do not. */
  counts = true;
  protected attempt = 1;
  /** How often it was asked; whether what it found still holds is another question. */
  #asked = 1;
  readonly #initialRange: Prospect;
  abstract readonly kind: string;

  constructor({ run, path, parent, isAdvisory }: NodePlace, range: Prospect) {
    this.run = run;
    this.path = path;
    this.parent = parent;
    this.isAdvisory = isAdvisory;
    this.range = range;
    this.#initialRange = range;
    run.unfinished += 1;
  }

  /** What the gate may still bring to the one around it. */
  get prospect(): Prospect {
    return this.#isWaived ? waived(this.range) : this.range;
  }

  /** Whether the gate has said what it found, though somebody may yet waive that. */
  get hasAnswered(): boolean {
    return this.finding !== undefined;
  }

  /** Whether the gate has settled, and the next one in a sequence may begin. */
  get letsOthersGoOn(): boolean {
    return this.finding !== undefined && (this.finding.decision === "promote" || this.prospect.aside === "surely");
  }

  /** Whether the gate ends only when the gates beside it have decided. */
  get awaitsSiblings(): boolean {
    return false;
  }

  /** Begins. */
  abstract start(): void;

  /** Ends an unfinished gate, begun or not; does nothing to a finished one. */
  abstract stop(cause: StopCause): void;

  /** The gates beside this one have decided. */
  siblingsDecided(): void {}

  /** From now on the gate is set aside, unless it promotes. */
  waive(): void {
    const before = this.markWaived();
    this.parent.childWaived(this, before);
  }

  /** Ends the wait for a waiver. Returns whether there was one. */
  uphold(_end: WaitEnd): boolean {
    return false;
  }

  /** Nothing that somebody may do about the gate would change the verdict any more. */
  endWaits(): void {}

  /** Ends what has no time left, around the gate and at it. */
  checkTime(asOf?: number): Promise<void> | undefined {
    return this.parent.checkTime(asOf);
  }

  /** Whether what came at a time (milliseconds since the epoch) came after the time of the gate, which it may not have ended at yet. */
  isOverAt(_at: number): boolean {
    return false;
  }

  /** Whether what a pass rests on is too old for a promote. */
  isStale(now: number): boolean {
    const { finding, freshForMs } = this;
    if (freshForMs === undefined || finding?.status !== "passed") return false;
    return now - Date.parse(finding.observedAt) > freshForMs;
  }

  /** Asks the gates again whose findings are too old for a promote that rests on them. Returns how many. */
  retakeStale(now: number): number {
    if (!this.isStale(now)) return 0;
    const old = `was older than ${formatMs(this.freshForMs ?? 0)} before the rest was ready`;
    this.reopen();
    this.run.lastLook.startAgain(this);
    this.#askAgain(old);
    return 1;
  }

  /** Those that have passed and still hear who takes something back: the gate, or those in the round that it rests on. */
  get lateTakers(): readonly LateTaker[] {
    return [];
  }

  /** Asks the gates that a promote rests on whether what they found still holds. Returns how many do not say so at once. */
  confirm(): number {
    return 0;
  }

  /** How old a pass may be when the run promotes. Milliseconds. */
  protected get freshForMs(): number | undefined {
    return undefined;
  }

  /** What an open gate had found holds no more: it is asked again. A round is not: the gate that it is a round of is. */
  protected lapse(reason: string): void {
    const { path: gate, attempt, run } = this;
    run.append({ type: "gate:lapsed", gate, attempt, reason });
    run.lastLook.startAgain(this);
    if (planPath(gate) !== gate) return this.#giveUp(`holds no more: ${reason}`);
    // What it is asked now is another question, with steps of its own.
    this.attempt += 1;
    this.#askAgain("held no more");
  }

  /** What a gate is that is stopped. One that had passed, and was being asked again, was not late: that must not roll a release back. */
  protected statusWhenStopped({ status }: StopCause): "cancelled" | "expired" | "inconclusive" {
    return status === "expired" && this.attempt > 1 ? "inconclusive" : status;
  }

  // Gates that keep ageing while the others are asked again would be asked for ever.
  #askAgain(why: string): void {
    if (this.run.isOverdue) return this.#giveUp(`its answer ${why}, and the run's time is up`);
    if (this.#asked >= maxAsked) return this.#giveUp(`asked ${maxAsked} times, and each answer ${why}`);
    this.#asked += 1;
    this.start();
  }

  #giveUp(reason: string): void {
    this.settle({ status: "inconclusive", reason, observedAtMs: this.run.host.now() });
  }

  protected settle({ status, reason, evidence, decision, isSetAside, observedAtMs }: NodeAnswer): void {
    const { path: gate, kind, attempt } = this;
    const { finding } = this.run.append({
      type: "gate:settled",
      gate,
      finding: {
        gate,
        kind,
        status,
        decision: decision ?? (status === "skipped" ? "hold" : decisionOf(status, this.consequences)),
        reason,
        ...(evidence === undefined ? {} : { evidence }),
        observedAt: new Date(observedAtMs).toISOString(),
        attempt,
        ...(this.isAdvisory ? { advisory: true } : {}),
      },
    });
    const before = this.prospect;
    this.run.unfinished -= 1;
    this.finding = finding;
    this.range = isSetAside ? setAside : exactly(finding.decision);
    this.run.lastLook.note(this, this.run.host.now());
    this.parent.childChanged(this, before);
  }

  /** Opens a settled gate to be asked again. */
  protected reopen(range: Prospect = this.#initialRange): void {
    const before = this.prospect;
    this.run.unfinished += 1;
    this.finding = undefined;
    this.range = range;
    this.attempt += 1;
    this.parent.childReopened(this, before);
  }

  /** Notes that the gate is waived, and returns what it brought before. */
  protected markWaived(): Prospect {
    const before = this.prospect;
    this.#isWaived = true;
    return before;
  }

  protected get consequences(): { readonly onFail: NegativeDecision; readonly onError: NegativeDecision } {
    return { onFail: "hold", onError: "hold" };
  }
}
