import { isSettled, type Prospect } from "../../decision/prospect.js";
import { Tally } from "../../decision/tally.js";
import { formatMs } from "../../gate/duration.js";
import type { CompositeGate } from "../../gate/gate.js";
import { joinPath } from "../../gate/path.js";
import { compositeAnswer } from "./composite-answer.js";
import { GateNode } from "./gate-node.js";
import type { LateTaker } from "./late-taker.js";
import type { StopCause } from "./node-answer.js";
import type { NodePlace, ParentNode } from "./parent-node.js";
import { supportOf } from "./support.js";
import { planPath } from "../record/plan-path.js";
import { limitKey } from "../record/wait-key.js";
import { TimeLimit } from "../steps/time-limit.js";

const nothingApplies: Prospect = { best: "hold", worst: "hold" };

/** A gate made of gates: narrows its range as they narrow theirs, and answers when it is one point. */
export class CompositeNode extends GateNode implements ParentNode {
  readonly kind: string;
  readonly #gate: CompositeGate;
  readonly #children: readonly GateNode[];
  readonly #tally = new Tally();
  readonly #settlesAll: boolean;
  /** Gates that the composite waits for before it tells the watching ones to end. */
  readonly #undecided = new Set<GateNode>();
  #started = 0;
  #isStarted = false;
  #isStopping = false;
  #areSiblingsDecided = false;
  /** The watching gates that have given a good answer, and go on. */
  readonly #goodForNow = new Set<GateNode>();
  #timeout: TimeLimit | undefined;

  constructor(place: NodePlace, gate: CompositeGate) {
    super(place, nothingApplies);
    const { run, path, isAdvisory, settlesAll } = place;
    this.kind = gate.kind;
    this.#gate = gate;
    this.#children = gate.gates.map((child) =>
      run.build(child, { path: joinPath(path, child.name), parent: this, isAdvisory, settlesAll }),
    );
    this.#settlesAll = settlesAll;
    for (const child of this.#children) {
      if (!child.counts) continue;
      this.#tally.add(child.prospect);
      if (!child.awaitsSiblings) this.#undecided.add(child);
    }
    this.range = this.#tally.combine(gate.need) ?? nothingApplies;
    this.counts = this.#tally.size > 0;
  }

  /** A composite of nothing but gates that wait for the gates beside them waits for the gates beside itself. */
  override get awaitsSiblings(): boolean {
    return this.counts && this.#children.every((child) => !child.counts || child.awaitsSiblings);
  }

  override siblingsDecided(): void {
    this.#areSiblingsDecided = true;
    if (this.#isStarted) this.#tellWatching();
  }

  start(): void {
    if (this.finding) return;
    this.#isStarted = true;
    this.#begin();
    if (this.#gate.inOrder) this.#startNext();
    else for (const child of this.#children) if (!child.finding) child.start();
    this.#tellWatching();
    this.#update();
  }

  #begin(): void {
    const { run, path, attempt } = this;
    run.append({ type: "gate:started", gate: path, attempt });
    const { timeoutMs } = this.#gate;
    if (timeoutMs === undefined) return;
    const reason = `no answer within ${formatMs(timeoutMs)} of «${path}»`;
    this.#timeout = new TimeLimit(run, {
      key: limitKey(path, attempt),
      at: run.host.now() + timeoutMs,
      hearsFirst: true,
      onOver: () => this.stop({ status: "expired", reason }),
    });
  }

  stop(cause: StopCause): void {
    this.#stopAll(this.#children, cause);
    this.#update();
  }

  childChanged(child: GateNode, before: Prospect): void {
    if (child.counts) {
      this.#tally.replace(before, child.prospect);
      if (child.finding) this.#undecided.delete(child);
    }
    if (this.#isStopping || !this.#isStarted) return;
    if (child.finding && this.#gate.inOrder) this.#goOn(child);
    this.#tellWatching();
    this.#update();
  }

  childReopened(child: GateNode, before: Prospect): void {
    // Of advice, only that somebody took it back leads to that.
    if (!child.counts) return;
    this.#tally.replace(before, child.prospect);
    if (!child.awaitsSiblings) this.#undecided.add(child);
    const range = this.#tally.combine(this.#gate.need) ?? nothingApplies;
    if (!this.finding) return this.#narrow(range);
    this.reopen(range);
    this.#begin();
  }

  childWaived(child: GateNode, before: Prospect): void {
    if (!child.counts) return;
    this.#tally.replace(before, child.prospect);
    if (this.finding) return;
    if (this.#isStarted) return this.#update();
    const own = this.prospect;
    this.range = this.#tally.combine(this.#gate.need) ?? nothingApplies;
    this.parent.childWaived(this, own);
  }

  override endWaits(): void {
    for (const child of this.#children) child.endWaits();
  }

  childIsGoodForNow(child: GateNode): void {
    this.#goodForNow.add(child);
    if (this.#gate.inOrder && !this.finding && child === this.#children[this.#started - 1]) this.#startNext();
    this.#tellWatching();
    if (this.awaitsSiblings && !this.finding && this.#isGoodForNow()) this.parent.childIsGoodForNow(this);
  }

  isWaitedFor(child: GateNode): boolean {
    if (this.awaitsSiblings && this.parent.isWaitedFor(this)) return true;
    return this.#gate.inOrder && child === this.#children[this.#started - 1] && this.#started < this.#children.length;
  }

  /** The gates in it, where it is a round: whoever answers names the gate that it is a round of. */
  override get lateTakers(): readonly LateTaker[] {
    return planPath(this.path) === this.path ? [] : this.#children.flatMap((child) => child.lateTakers);
  }

  mayReopen(child: GateNode): boolean {
    if (!child.counts) return true;
    return (this.finding === undefined || this.finding.decision === "promote") && this.parent.mayReopen(this);
  }

  reconsider(): void {
    if (this.#isStarted) this.#update();
    this.parent.reconsider();
  }

  override checkTime(asOf?: number): Promise<void> | undefined {
    const around = this.parent.checkTime(asOf);
    const own = this.#timeout?.check(asOf);
    return around ?? own;
  }

  override isOverAt(at: number): boolean {
    return this.#timeout?.isOverAt(at) === true;
  }

  /** Whether it would promote, if what its gates said so far were all. */
  #isGoodForNow(): boolean {
    const counted = this.#children.filter(isRelevant);
    const good = counted.filter((child) => this.#goodForNow.has(child) || child.finding?.decision === "promote");
    return good.length >= (this.#gate.need === "all" ? counted.length : this.#gate.need);
  }

  override isStale(now: number): boolean {
    return this.#support(now).some((child) => child.isStale(now));
  }

  override retakeStale(now: number): number {
    return this.#support(now).reduce((sum, child) => sum + child.retakeStale(now), 0);
  }

  override confirm(): number {
    return this.#support(this.run.host.now()).reduce((sum, child) => sum + child.confirm(), 0);
  }

  #support(now: number): readonly GateNode[] {
    return supportOf(this.#children, this.#gate.need, now);
  }

  /** In a sequence: a gate that did not promote ends it, one that did lets the next begin. */
  #goOn(child: GateNode): void {
    if (child.counts && !child.letsOthersGoOn) {
      const reason = `«${child.path}» did not promote`;
      this.#stopAll(this.#children.slice(this.#started), { status: "cancelled", reason });
      this.#started = this.#children.length;
    } else if (this.#isGoodSoFar(this.#children[this.#started - 1])) this.#startNext();
  }

  #isGoodSoFar(child: GateNode | undefined): boolean {
    return child !== undefined && (child.letsOthersGoOn || (!child.finding && this.#goodForNow.has(child)));
  }

  #startNext(): void {
    const next = this.#children[this.#started];
    // One before it that is asked again, as somebody took something back, must promote first.
    const isHeldUp = this.#children.slice(0, this.#started).some((child) => child.counts && !this.#isGoodSoFar(child));
    if (!next || isHeldUp) return;
    this.#started += 1;
    if (!next.finding) next.start();
    // Nobody waits for a gate that does not count; one that settled at once has moved on already.
    if (!next.counts && next === this.#children[this.#started - 1]) this.#startNext();
  }

  #tellWatching(): void {
    const allStarted = !this.#gate.inOrder || this.#started === this.#children.length;
    // A gate that is decided already goes on for the report, and so do those in it: they must end some time.
    const isOver = this.finding !== undefined && !this.#settlesAll;
    if (this.#undecided.size > 0 || !allStarted || isOver) return;
    if (this.awaitsSiblings && !this.#areSiblingsDecided) return;
    // One that is decided is told, too: where all settle, gates in it go on until they hear that.
    for (const child of this.#children) if (child.awaitsSiblings) child.siblingsDecided();
  }

  #update(): void {
    const range = this.#tally.combine(this.#gate.need);
    if (this.finding) return;
    if (range && !isSettled(range)) return this.#narrow(range);
    if (this.#settlesAll) this.#endWaitsInside();
    else if (range) {
      // Advisory gates go on until the run ends: they are there to be seen.
      const open = this.#children.filter((child) => child.counts && !child.finding);
      this.#stopAll(open, { status: "cancelled", reason: `no longer needed, as «${this.path}» is decided` });
    }
    this.#timeout?.cancel();
    const isSetAside = range?.aside !== undefined;
    const counted = this.#children.filter(isRelevant);
    const findings = counted.map((child) => child.finding);
    const answer = compositeAnswer(this.#gate.need, isSetAside ? undefined : range?.best, findings, this.#tally.aside);
    this.settle({ ...answer, isSetAside, observedAtMs: this.run.host.now() });
    if (this.#settlesAll) this.#tellWatching();
  }

  // As with stopping: none of them settles this one half-way.
  #endWaitsInside(): void {
    this.#isStopping = true;
    this.endWaits();
    this.#isStopping = false;
  }

  // While several are stopped, none of them starts another or settles this one half-way.
  #stopAll(children: readonly GateNode[], cause: StopCause): void {
    this.#isStopping = true;
    for (const child of children) child.stop(cause);
    this.#isStopping = false;
  }

  #narrow(range: Prospect): void {
    const { best, worst, aside } = this.range;
    if (best === range.best && worst === range.worst && aside === range.aside) return;
    const before = this.prospect;
    this.range = range;
    this.parent.childChanged(this, before);
  }
}

/** Whether the answer depends on what a gate says. */
function isRelevant({ counts, prospect }: GateNode): boolean {
  return counts && prospect.aside !== "surely";
}
