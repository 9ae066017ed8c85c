import type { DecisionRange } from "../decision/range.js";
import { exactly } from "../decision/range.js";
import { decisionOf, type NegativeDecision, type Status } from "../decision/status.js";
import type { Decision } from "../decision/decision.js";
import type { Finding } from "../gate/finding.js";
import { formatMs } from "../gate/duration.js";
import type { Json } from "../gate/json.js";
import type { RunScope } from "./run-scope.js";

/** What a node tells the one above it. */
export interface ParentNode {
  /** A gate's range has become smaller, or it has settled; `before` is what it was. */
  childChanged(child: GateNode, before: DecisionRange): void;
  /** A settled gate is being asked again, as its finding is stale. */
  childReopened(child: GateNode, before: DecisionRange): void;
  /** A gate that goes on has given a first good answer. */
  childIsGoodForNow(child: GateNode): void;
  /** Whether gates start only when this one has given a good answer. */
  isWaitedFor(child: GateNode): boolean;
  /** Something is about to be believed: ends what has no time left for it, from the outermost gate on. */
  checkTime(): void;
}

/** Where a node stands in its run. */
export interface NodePlace {
  readonly run: RunScope;
  readonly path: string;
  readonly parent: ParentNode;
  /** Whether the gate, or one around it, is reported and never decides. */
  readonly isAdvisory: boolean;
  /** Whether the gates in it go on after they can no longer change its decision, for the report. */
  readonly settlesAll: boolean;
}

/** What a node answers. */
export interface NodeAnswer {
  readonly status: Status;
  readonly reason: string;
  readonly evidence?: Json;
  /** Where it is not what the status means for this gate. */
  readonly decision?: Decision;
  /** In milliseconds since the epoch. */
  readonly observedAtMs: number;
}

/** Why unfinished gates are stopped. */
export interface StopCause {
  readonly status: "cancelled" | "expired";
  readonly reason: string;
}

// Gates that keep ageing while the others are asked again would be asked for ever.
const maxAttempts = 10;

/** One gate of a run: its range, and in the end its finding. */
export abstract class GateNode {
  readonly path: string;
  readonly isAdvisory: boolean;
  protected readonly run: RunScope;
  protected readonly parent: ParentNode;
  /** What the gate may still decide. */
  range: DecisionRange;
  /** The gate's answer, once it has one. */
  finding: Finding | undefined;
  /** Whether the gate takes part in its composite: advisory and skipped gates do not. */
  counts = true;
  protected attempt = 1;
  abstract readonly kind: string;

  constructor({ run, path, parent, isAdvisory }: NodePlace, range: DecisionRange) {
    this.run = run;
    this.path = path;
    this.parent = parent;
    this.isAdvisory = isAdvisory;
    this.range = range;
    run.unfinished += 1;
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

  /** Asks again the gates inside whose findings are too old for a promote. Returns how many. */
  retakeStale(_now: number): number {
    return 0;
  }

  /** Asks a gate again whose finding is older than it may be, though not for ever. Returns how many gates that are. */
  protected retake(freshForMs: number | undefined, now: number, range: DecisionRange): number {
    if (freshForMs === undefined || this.finding?.status !== "passed") return 0;
    if (now - Date.parse(this.finding.observedAt) <= freshForMs) return 0;
    this.reopen(range);
    const old = `older than ${formatMs(freshForMs)}`;
    const ready = "before the rest was ready";
    if (this.run.isOverdue) this.#giveUp(`its answer was ${old} ${ready}, and the run's time is up`, now);
    else if (this.attempt > maxAttempts)
      this.#giveUp(`asked ${maxAttempts} times, and each answer was ${old} ${ready}`, now);
    else this.start();
    return 1;
  }

  #giveUp(reason: string, observedAtMs: number): void {
    this.settle({ status: "inconclusive", reason, observedAtMs });
  }

  protected settle({ status, reason, evidence, decision, observedAtMs }: NodeAnswer): void {
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
    const before = this.range;
    this.run.unfinished -= 1;
    this.finding = finding;
    this.range = exactly(finding.decision);
    this.parent.childChanged(this, before);
  }

  /** Opens a settled gate to be asked again. */
  protected reopen(range: DecisionRange): void {
    const before = this.range;
    this.run.unfinished += 1;
    this.finding = undefined;
    this.range = range;
    this.attempt += 1;
    this.parent.childReopened(this, before);
  }

  protected get consequences(): { readonly onFail: NegativeDecision; readonly onError: NegativeDecision } {
    return { onFail: "hold", onError: "hold" };
  }
}
