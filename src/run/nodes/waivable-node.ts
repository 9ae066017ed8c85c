import { waivable, type Prospect } from "../../decision/prospect.js";
import { formatMs } from "../../gate/duration.js";
import type { Finding } from "../../gate/finding.js";
import type { Json } from "../../gate/json.js";
import { GateNode } from "./gate-node.js";
import type { LateTaker } from "./late-taker.js";
import type { StopCause, WaitEnd } from "./node-answer.js";
import type { NodePlace, ParentNode } from "./parent-node.js";
import type { Answer, AnswerReceipt, Operation } from "../host/host.js";
import { messageOf } from "../host/step-error.js";
import { waivableKey } from "../record/wait-key.js";
import { TimeLimit } from "../steps/time-limit.js";
import { readWaiverAnswer, waiverAddress } from "../overrides/waiver-answer.js";

/** A gate that, where it did not promote, waits for somebody to waive what it found before it says so to those around it. */
export class WaivableNode extends GateNode implements ParentNode {
  readonly kind: string;
  readonly #inner: GateNode;
  readonly #waivableMs: number;
  /** Set while it waits. */
  #found: Finding | undefined;
  #limit: TimeLimit | undefined;
  #answer: Operation<Answer> | undefined;
  #answers = 0;
  #waits = 0;
  #isPointless = false;

  constructor(place: NodePlace, build: (place: NodePlace) => GateNode, waivableMs: number) {
    super(place, { best: "hold", worst: "hold" });
    this.#inner = build({ ...place, parent: this });
    this.#waivableMs = waivableMs;
    this.kind = this.#inner.kind;
    this.counts = this.#inner.counts;
    this.range = waivable(this.#inner.prospect);
  }

  override get hasAnswered(): boolean {
    return this.#inner.hasAnswered;
  }

  override get awaitsSiblings(): boolean {
    return this.#inner.awaitsSiblings;
  }

  override siblingsDecided(): void {
    this.#inner.siblingsDecided();
  }

  start(): void {
    this.#inner.start();
  }

  stop(cause: StopCause): void {
    // What is stopped was given its time.
    this.#isPointless = true;
    // Also where it has settled: gates inside that do not count may go on, or have not begun.
    this.#inner.stop(cause);
    this.uphold({ reason: cause.reason });
  }

  override endWaits(): void {
    this.#isPointless = true;
    this.#inner.endWaits();
    this.uphold({ reason: "the verdict does not depend on it any more" });
  }

  /** Ends the wait, if it waits: what the gate found stands. Returns whether it did. */
  override uphold({ reason, ...source }: WaitEnd): boolean {
    const found = this.#found;
    if (!found) return false;
    this.run.append({ type: "gate:upheld", gate: this.path, reason, ...source });
    this.#adopt(found, this.prospect);
    return true;
  }

  override waive(): void {
    const found = this.#found;
    const before = this.markWaived();
    if (found) this.#adopt(found, before);
    else this.parent.childWaived(this, before);
  }

  override isStale(now: number): boolean {
    return this.#inner.isStale(now);
  }

  override confirm(): number {
    return this.#inner.confirm();
  }

  override get lateTakers(): readonly LateTaker[] {
    return this.#inner.lateTakers;
  }

  override retakeStale(now: number): number {
    return this.#inner.retakeStale(now);
  }

  childChanged(): void {
    if (this.finding || this.#found) return;
    const { finding } = this.#inner;
    const before = this.prospect;
    if (!finding) {
      this.range = waivable(this.#inner.prospect);
      return this.parent.childChanged(this, before);
    }
    this.range = this.#inner.prospect;
    const isMet = this.#inner.letsOthersGoOn || finding.status === "skipped" || this.prospect.aside === "surely";
    // Nobody waits for a waiver after all the time that the run has.
    if (isMet || this.#isPointless || this.run.isOverdue) this.#adopt(finding, before);
    else this.#await(finding, before);
  }

  childReopened(): void {
    const before = this.prospect;
    // Where it waits already, as one gate in it has given up, another one is asked again: then it waits no more, and goes on.
    if (this.#found) this.#endWait();
    else this.run.unfinished += 1;
    this.#isPointless = false;
    this.finding = undefined;
    this.range = waivable(this.#inner.prospect);
    this.parent.childReopened(this, before);
  }

  childWaived(): void {
    if (this.#inner.hasAnswered) return;
    const before = this.prospect;
    this.range = waivable(this.#inner.prospect);
    this.parent.childWaived(this, before);
  }

  childIsGoodForNow(): void {
    this.parent.childIsGoodForNow(this);
  }

  mayReopen(): boolean {
    return this.parent.mayReopen(this);
  }

  reconsider(): void {
    this.parent.reconsider();
  }

  isWaitedFor(): boolean {
    return this.parent.isWaitedFor(this);
  }

  override checkTime(asOf?: number): Promise<void> | undefined {
    const around = this.parent.checkTime(asOf);
    // Of what is past, the record says when its time was up.
    if (!this.run.isReliving) void this.#limit?.check();
    return around;
  }

  override isOverAt(at: number): boolean {
    return this.#limit?.isOverAt(at) === true || this.#inner.isOverAt(at);
  }

  #adopt(finding: Finding, before: Prospect): void {
    this.#endWait();
    this.run.unfinished -= 1;
    this.finding = finding;
    this.range = this.#inner.prospect;
    this.parent.childChanged(this, before);
  }

  #endWait(): void {
    this.#found = undefined;
    this.#limit?.cancel();
    this.#answer?.cancel();
    this.#limit = this.#answer = undefined;
  }

  #await(finding: Finding, before: Prospect): void {
    const { run, path } = this;
    const at = run.host.now() + this.#waivableMs;
    this.#found = finding;
    this.#waits += 1;
    run.append({ type: "gate:waivable", gate: path, until: new Date(at).toISOString() });
    this.#limit = new TimeLimit(run, {
      key: waivableKey(path, this.#waits),
      at,
      hearsFirst: true,
      onOver: () => void this.uphold({ reason: `nobody waived it within ${formatMs(this.#waivableMs)}` }),
    });
    this.#listen();
    this.range = waivable(this.#inner.prospect);
    // Last, as it may decide what is around, which ends the wait.
    this.parent.childChanged(this, before);
  }

  // An engine, and whoever else carries answers, brings the decision under the address of the gate.
  #listen(): void {
    const { run, path } = this;
    const operation = run.host.answer(waiverAddress(path), this.#answers + 1);
    this.#answer = operation;
    run.follow(operation.settled, (answer) => {
      if (this.#answer !== operation) return;
      this.#answers += 1;
      answer.acknowledge?.(this.#receive(answer));
      if (this.#found) this.#listen();
    });
  }

  #receive({ value }: Answer): AnswerReceipt {
    const { run, path } = this;
    const receipt = this.#decide(value);
    if (receipt.status === "refused") {
      const { reason } = receipt;
      run.append({ type: "gate:refused", gate: waiverAddress(path), wait: "waiver", answer: value, reason });
    }
    return receipt;
  }

  #decide(value: Json): AnswerReceipt {
    try {
      const decision = readWaiverAnswer(this.path, value);
      if ("waive" in decision) return this.run.waivers.giveFromEngine(decision.waive, decision.roles);
      const { by, reason } = decision.uphold;
      this.uphold({ by, reason });
      return { status: "accepted" };
    } catch (error) {
      return { status: "refused", reason: messageOf(error) };
    }
  }
}
