import type { DecisionRange } from "../../decision/range.js";
import { worstDecision, type Status } from "../../decision/status.js";
import { formatMs } from "../../gate/duration.js";
import type { Finding } from "../../gate/finding.js";
import type { CheckGate } from "../../gate/gate.js";
import { isGateError } from "../../gate/gate-error.js";
import type { Json } from "../../gate/json.js";
import { freshForOf } from "../../gate/spoken-evidence.js";
import { askStillHolds } from "./ask-still-holds.js";
import { CheckContext } from "../steps/check-context.js";
import type { Answer, AnswerReceipt } from "../host/host.js";
import { askTakesBack, receiptOf, type TakenAway, type Withdrawal } from "./ask-takes-back.js";
import { checkedEvidence, resultOf } from "./checked-answer.js";
import { GateNode } from "./gate-node.js";
import { lastWords } from "./last-words.js";
import type { LateTaker } from "./late-taker.js";
import type { StopCause } from "./node-answer.js";
import type { NodePlace } from "./parent-node.js";
import { Scope } from "../steps/scope.js";
import { messageOf } from "../host/step-error.js";
import { limitKey } from "../record/wait-key.js";
import { TimeLimit, type TimeLimitOptions } from "../steps/time-limit.js";

// Whoever waits to promote waits no longer for a gate to say that nothing has changed.
const longestConfirmMs = 300_000;

interface AttemptPlace {
  readonly scope: Scope;
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
  /** In milliseconds since the epoch. */
  readonly until: number;
  readonly attempt?: number;
}

interface AttemptEnd {
  readonly scope: Scope;
  readonly limit: TimeLimit;
  readonly context: CheckContext;
}

/** A gate that looks at the world itself. */
export class CheckNode extends GateNode implements LateTaker {
  readonly kind: string;
  readonly #gate: CheckGate;
  #scope: Scope | undefined;
  #context: CheckContext | undefined;
  #timeout: TimeLimit | undefined;
  /** The attempt in which it answered last. */
  #passedIn = 1;
  /** What it had found, while it is asked whether that still holds. */
  #confirmed: Finding | undefined;
  /** What is left of it, where somebody took something back to which nothing was due any more. */
  #left: Json | undefined;

  constructor(place: NodePlace, gate: CheckGate) {
    super(place, rangeOf(gate));
    this.kind = gate.kind;
    this.#gate = gate;
  }

  start(): void {
    const { run, path: gate, attempt } = this;
    const { timeoutMs } = this.#gate;
    const startedAt = run.host.now();
    this.#left = undefined;
    run.append({ type: "gate:started", gate, attempt });
    run.lastLook.begin(this);
    const scope = (this.#scope = new Scope(run.fault));
    const until = startedAt + timeoutMs;
    const onOver = () => this.#end({ status: "expired", reason: `no answer within ${formatMs(timeoutMs)}` });
    const limit = this.#endAt({ at: until, hearsFirst: true, onOver });
    const context = this.#contextOf({ scope, startedAt, until });
    this.#context = context;
    this.#settleWith(this.#check(context), { scope, limit, context });
  }

  stop(cause: StopCause): void {
    this.#end(cause, this.statusWhenStopped(cause));
  }

  override confirm(): number {
    const { run, path: gate, finding } = this;
    if (!this.#gate.stillHolds || finding?.status !== "passed" || run.lastLook.isSure(this)) return 0;
    const { evidence, observedAt } = finding;
    const startedAt = run.host.now();
    const scope = new Scope(run.fault);
    const timeoutMs = Math.min(this.#gate.timeoutMs, longestConfirmMs);
    const until = startedAt + timeoutMs;
    const context = this.#contextOf({ scope, startedAt, until, attempt: this.attempt + 1 });
    const answer = askStillHolds(this.#gate, context, { evidence, attempt: this.#passedIn, observedAt });
    if (!(answer instanceof Promise)) {
      scope.close("the gate has answered");
      return answer.holds ? this.#holdsAtOnce() : this.#lapsesAtOnce(answer.reason);
    }
    this.reopen();
    run.append({ type: "gate:started", gate, attempt: this.attempt, confirms: this.#passedIn });
    run.lastLook.ask(this);
    this.#scope = scope;
    this.#context = undefined;
    this.#confirmed = finding;
    const onOver = () => this.#lapse(`nobody said within ${formatMs(timeoutMs)} whether it still holds`);
    const limit = this.#endAt({ at: until, onOver });
    const settle = answer.then((said) => () => (said.holds ? this.#settleAsBefore(finding) : this.#lapse(said.reason)));
    this.#settleWith(settle, { scope, limit, context });
    return 1;
  }

  override get lateTakers(): readonly LateTaker[] {
    return this.#gate.takesBack && this.#passed ? [this] : [];
  }

  judgeLate(answer: Answer): AnswerReceipt | undefined {
    return receiptOf(this.#withdrawal(answer));
  }

  takeBack(given: Answer): AnswerReceipt | undefined {
    const { run, path: gate } = this;
    const taken = this.#withdrawal(given);
    if (!taken || "refused" in taken) return receiptOf(taken);
    const { value: answer, at, messageId } = given;
    const source = { happenedAt: new Date(at).toISOString(), ...(messageId === undefined ? {} : { messageId }) };
    const { reason } = run.append({ type: "gate:withdrawn", gate, answer, reason: taken.withdrawn, ...source });
    this.#left = taken.evidence;
    if (this.parent.mayReopen(this)) this.#goOnWithout(taken, reason);
    return receiptOf(taken);
  }

  protected override get freshForMs(): number | undefined {
    return freshForOf(this.finding, this.#gate.freshForMs);
  }

  protected override get consequences(): CheckGate {
    return this.#gate;
  }

  /** What the gate has found, where it has passed. */
  get #passed(): Finding | undefined {
    const found = this.finding ?? this.#confirmed;
    return found?.status === "passed" ? found : undefined;
  }

  #withdrawal({ value: answer, at }: Answer): Withdrawal | undefined {
    const passed = this.#passed;
    if (!passed) return undefined;
    const { observedAt, evidence } = passed;
    const late = { answer, at, config: this.#gate.settings, release: this.run.subject };
    const found = { evidence: this.#left ?? evidence, attempt: this.#passedIn, observedAt };
    return askTakesBack(this.path, this.#gate, late, found);
  }

  #goOnWithout({ evidence, passes }: TakenAway, reason: string): void {
    const { run, path: gate } = this;
    const passed = this.#passed;
    const isOpen = this.finding === undefined;
    if (passed && passes !== undefined && evidence !== undefined) {
      if (isOpen) this.#close("somebody took something back");
      else {
        this.reopen();
        run.append({ type: "gate:started", gate, attempt: this.attempt, confirms: this.#passedIn });
      }
      const observedAtMs = Date.parse(passed.observedAt);
      this.settle({ status: "passed", reason: passes, evidence, observedAtMs });
      // Whether what is left still holds, nobody has asked.
      run.lastLook.startAgain(this);
    } else if (isOpen) this.#lapse(reason);
    else this.#lapsesAtOnce(reason);
    this.parent.reconsider();
  }

  #contextOf({ attempt = this.attempt, ...rest }: AttemptPlace): CheckContext {
    const { run, path: gate } = this;
    return new CheckContext({ run, gate, attempt, config: this.#gate.settings, ...rest });
  }

  #endAt(options: Omit<TimeLimitOptions, "key">): TimeLimit {
    return (this.#timeout = new TimeLimit(this.run, { key: limitKey(this.path, this.attempt), ...options }));
  }

  #settleWith(answer: Promise<() => void>, { scope, limit, context }: AttemptEnd): void {
    let at: number | undefined;
    const asOf = () => (at ??= context.asOf());
    const onAnswer = (settle: () => void): void => {
      if (this.#scope !== scope || this.finding) return;
      // What took too long is no answer, however good it is.
      const heard = this.parent.checkTime(asOf()) ?? limit.check(asOf());
      if (heard) return this.run.follow(heard, () => onAnswer(settle));
      if (this.#scope === scope && !this.finding) settle();
    };
    this.run.follow(answer, onAnswer, { gate: this.path, asOf });
  }

  #end(cause: StopCause, status: Status = cause.status): void {
    if (this.finding) return;
    const { reason } = cause;
    // What was never asked cannot have been late: it must not roll a release back.
    const answer = this.#scope
      ? {
          status,
          reason,
          ...(cause.status === "expired" ? lastWords(this.path, this.#gate, this.#context, reason) : {}),
        }
      : ({ status: "cancelled", reason: `not started: ${reason}` } as const);
    this.#close(reason);
    this.settle({ ...answer, observedAtMs: this.run.host.now() });
  }

  #holdsAtOnce(): number {
    this.run.lastLook.begin(this);
    this.run.lastLook.note(this, this.run.host.now());
    return 0;
  }

  #lapsesAtOnce(reason: string): number {
    this.reopen();
    this.lapse(reason);
    return 1;
  }

  #settleAsBefore({ status, reason, evidence, observedAt }: Finding): void {
    const observedAtMs = Date.parse(observedAt);
    this.#answer({ status, reason, ...(evidence === undefined ? {} : { evidence }), observedAtMs });
  }

  #lapse(reason: string): void {
    this.#close("what it found holds no more");
    this.#scope = undefined;
    this.lapse(reason);
  }

  // Resolves to what settles the gate; a throw of the gate's own is an answer too.
  async #check(context: CheckContext): Promise<() => void> {
    const observedAtMs = () => context.now();
    try {
      const { status, reason, evidence } = resultOf(this.path, await this.#gate.check(context));
      const checked = await checkedEvidence(this.path, this.#gate.evidence, evidence);
      return () => {
        this.#passedIn = context.attempt;
        this.#answer({ status, reason, evidence: checked, observedAtMs: observedAtMs() });
      };
    } catch (error) {
      const reason = `could not be checked: ${messageOf(error)}`;
      // What a record does not hold says nothing about the release, whatever the gate makes of errors.
      const decision = isGateError(error, "NOT_IN_RECORD") ? { decision: "hold" as const } : {};
      return () => this.#answer({ status: "errored", reason, ...decision, observedAtMs: observedAtMs() });
    }
  }

  #answer(answer: Parameters<GateNode["settle"]>[0]): void {
    this.#close("the gate has answered");
    this.settle(answer);
  }

  #close(reason: string): void {
    this.#confirmed = undefined;
    this.#scope?.close(reason);
    this.#timeout?.cancel();
  }
}

function rangeOf(gate: CheckGate): DecisionRange {
  return { best: "promote", worst: worstDecision(gate) };
}
