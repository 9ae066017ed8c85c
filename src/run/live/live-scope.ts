import pLimit, { type LimitFunction } from "p-limit";
import type { Gate } from "../../gate/gate.js";
import type { PlanIdentity } from "../../gate/plan.js";
import type { Release } from "../../gate/release.js";
import { AnswerDesk } from "../inbox/answer-desk.js";
import { buildNode } from "../nodes/build-node.js";
import { Conditions } from "../nodes/conditions.js";
import { freeze } from "../record/freeze.js";
import type { GateNode } from "../nodes/gate-node.js";
import type { NodePlace } from "../nodes/parent-node.js";
import type { Host } from "../host/host.js";
import { inProcessHost, type InProcessHost } from "../host/in-process-host.js";
import { LastLook } from "../nodes/last-look.js";
import { foundBy, type FoundByGate } from "../../gate/found-by.js";
import { LateAnswers } from "./late-answers.js";
import type { LiveRunInput } from "./live-run-input.js";
import { OneByOne } from "./one-by-one.js";
import type { Overrides } from "./overrides.js";
import type { RecordBody, RecordEvent } from "../record/record-event.js";
import { shownSubject, type ShownSubject } from "../record/redact-body.js";
import { Resumption } from "../resume/resumption.js";
import type { RunInbox } from "../inbox/run-inbox.js";
import { RunLog } from "./run-log.js";
import type { RunScope, Whose } from "./run-scope.js";
import { messageOf } from "../host/step-error.js";
import { runInboxOf } from "./take-messages.js";
import type { CancelCause, Turns } from "./turns.js";
import type { TimeLimit } from "../steps/time-limit.js";
import { WaiverDesk } from "./waiver-desk.js";

/** The run that the nodes of a scope belong to, as they see it. */
interface ScopePlace {
  readonly input: LiveRunInput;
  readonly turns: Turns;
  readonly overrides: Pick<Overrides, "take">;
  /** Looks whether a time is up whose timer is late, as {@link ParentNode.checkTime} does. */
  readonly checkTime: (asOf?: number) => Promise<void> | undefined;
  readonly isOverdue: () => boolean;
  /** Whether what came at a time (milliseconds since the epoch) came after all the time that the run has. */
  readonly isTooLate: (at: number) => boolean;
  /** Ends every gate, as the run itself failed. */
  readonly stop: () => void;
  /** Ends the run with what there is. */
  readonly end: () => void;
}

/** What the nodes of a run that goes share. */
export class LiveScope implements RunScope {
  readonly host: Host;
  readonly subject: Release;
  /** What is judged, by what: secrets removed. */
  readonly shown: ShownSubject;
  readonly conditions: Conditions;
  readonly limit: LimitFunction;
  readonly log: RunLog;
  readonly answers: AnswerDesk;
  readonly late: LateAnswers;
  readonly inbox: RunInbox | undefined;
  readonly waivers: WaiverDesk;
  readonly resumption: Resumption | undefined;
  readonly lastLook = new LastLook();
  readonly limits = new Set<TimeLimit>();
  unfinished = 0;
  readonly #place: ScopePlace;
  readonly #storing = new OneByOne();
  #lastGate = "";

  constructor(place: ScopePlace) {
    const { input, turns } = place;
    const { runId, release, plan, tree, redact, past } = input;
    const { clock, host, store, storeTimeout, concurrency } = input.options;
    this.#place = place;
    this.subject = release;
    this.shown = freeze(shownSubject({ release, plan, tree }, redact));
    this.conditions = new Conditions(release);
    const onTurns = () => inProcessHost(clock, () => turns.now(() => clock.now()));
    this.resumption = past && new Resumption(onTurns(), past);
    const inProcess = this.resumption?.host ?? (host ? undefined : onTurns());
    this.host = host ?? (inProcess as InProcessHost);
    this.limit = pLimit({ concurrency, rejectOnClear: true });
    this.log = new RunLog(tree, {
      runId,
      redact,
      store,
      storeTimeoutMs: storeTimeout,
      now: () => this.host.now(),
      onConflict: this.fault,
      past,
    });
    this.waivers = new WaiverDesk(this, this.log.state, input.rights);
    this.late = new LateAnswers({
      run: this,
      nodeAt: (path) => this.waivers.nodeAt(path),
      take: (act) =>
        turns.take(() => {
          void place.checkTime();
          act();
        }),
    });
    this.answers = new AnswerDesk(inProcess, {
      log: this.log,
      isOverAt: (gate, at) => place.isTooLate(at) || this.waivers.overAt(gate, at) !== undefined,
      late: this.late,
    });
    const cancel = (cause: CancelCause) => turns.cancel(cause);
    this.inbox =
      store &&
      runInboxOf({ run: this, runId, overrides: place.overrides, past, cancel, options: input.options, store });
  }

  get release(): Release {
    return this.shown.release;
  }

  get plan(): PlanIdentity {
    return this.shown.plan;
  }

  get isOverdue(): boolean {
    return this.#place.isOverdue();
  }

  get isReliving(): boolean {
    return this.resumption?.isOver === false;
  }

  build(gate: Gate, place: Omit<NodePlace, "run">): GateNode {
    const node = buildNode(gate, { run: this, ...place });
    this.waivers.note(node);
    return node;
  }

  append<Body extends RecordBody>(body: Body): Body & RecordEvent {
    if ("gate" in body && body.gate !== undefined) this.#lastGate = body.gate;
    return this.log.append(body);
  }

  stored(): Promise<void> | undefined {
    const { options, endsWithPast = false } = this.#place.input;
    // The recorded run that is done again may have had a store, which its record does not say: gates go on as that has it.
    if (!options.store && !endsWithPast) return undefined;
    // In the order of the record, so that a gate that does much at once sees the same order when the run is resumed.
    const stored = () => this.#storing.wait(this.log.recorder.writer.stored());
    // Asked for right after a gate has recorded something.
    return this.resumption ? this.resumption.stored(this.#lastGate, stored) : stored();
  }

  follow<Value>(promise: Promise<Value>, onValue: (value: Value) => void, whose?: Whose): void {
    const { turns, checkTime } = this.#place;
    const goOn = (value: Value): void =>
      turns.take(() => {
        const heard = checkTime(whose?.asOf());
        // What came too late ends nothing before what came in time is heard, and is looked at again then.
        if (whose && heard) heard.then(() => goOn(value)).catch(this.fault);
        else onValue(value);
      });
    const past = this.resumption;
    const held = past && whose ? promise.then((value) => past.inOrder(whose.gate, value)) : promise;
    held.then(goOn).catch(this.fault);
  }

  readonly found = (gates: readonly string[]): readonly FoundByGate[] =>
    foundBy(this.shown.tree, this.log.state.findings, gates);

  readonly onEnd = (callback: () => void): (() => void) => this.#place.turns.onEnd(callback);

  readonly fault = (error: unknown): void => {
    const { turns, stop, end } = this.#place;
    if (!turns.isOpen) return;
    try {
      if (this.host.isCancelled(error)) return turns.cancel({ reason: "the engine cancelled it" });
      const isFirst = this.log.state.fault === undefined;
      this.append({ type: "run:faulted", reason: messageOf(error) });
      // A fault while stopping because of a fault: then nothing is left but to say so.
      if (isFirst) turns.take(stop);
      else end();
    } catch (worse) {
      // Nothing of the run can be relied on any more, its clock least of all; the verdict still comes.
      this.log.state.fault ??= messageOf(worse);
      end();
    }
  };
}
