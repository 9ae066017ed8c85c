import type { LimitFunction } from "p-limit";
import type { Gate } from "../../gate/gate.js";
import type { PlanIdentity } from "../../gate/plan.js";
import type { Release } from "../../gate/release.js";
import type { AnswerDesk } from "../inbox/answer-desk.js";
import type { Conditions } from "../nodes/conditions.js";
import type { GateNode } from "../nodes/gate-node.js";
import type { NodePlace } from "../nodes/parent-node.js";
import type { Host } from "../host/host.js";
import type { LastLook } from "../nodes/last-look.js";
import type { RecordBody, RecordEvent } from "../record/record-event.js";
import type { RunInbox } from "../inbox/run-inbox.js";
import type { FoundByGate } from "../../gate/found-by.js";
import type { TimeLimit } from "../steps/time-limit.js";
import type { WaiverDesk } from "./waiver-desk.js";

/** Whose answer a promise settles with. */
export interface Whose {
  /** The gate's path. */
  readonly gate: string;
  /** As of when the answer counts, in milliseconds since the epoch. */
  readonly asOf: () => number;
}

/** What the nodes of one run share. */
export interface RunScope {
  readonly host: Host;
  /** What is judged, secrets included: for the gates, and for nobody else. */
  readonly subject: Release;
  /** What is judged, secrets removed. */
  readonly release: Release;
  readonly plan: PlanIdentity;
  readonly conditions: Conditions;
  /** What gates of the run have found so far, by paths or names: secrets removed. */
  readonly found: (gates: readonly string[]) => readonly FoundByGate[];
  /** Caps the steps in flight. */
  readonly limit: LimitFunction;
  /** Calls back when the run is over. Returns what takes that back. */
  readonly onEnd: (callback: () => void) => () => void;
  /** The times that are not up yet, in the order in which they began. */
  readonly limits: Set<TimeLimit>;
  /** Whether the run's own time is up: then nothing is asked again. */
  readonly isOverdue: boolean;
  /** What the gates that have passed say just before the run promotes. */
  readonly lastLook: LastLook;
  /** Whether the run is resumed, and what it comes to is what its record says. */
  readonly isReliving: boolean;
  /** How many gates have not answered; kept by the nodes themselves. */
  unfinished: number;
  /** Records an event, and returns it as it was recorded, secrets removed. */
  append<Body extends RecordBody>(body: Body): Body & RecordEvent;
  /** Resolves when everything recorded so far is stored. */
  stored(): Promise<void> | undefined;
  /** Where answers from outside come in. */
  readonly answers: Pick<AnswerDesk, "next" | "note">;
  /** Where messages of other processes come in, of a run with a store. */
  readonly inbox: Pick<RunInbox, "isOpen" | "read" | "caughtUp"> | undefined;
  /** Where waivers come in. */
  readonly waivers: Pick<WaiverDesk, "giveFromEngine">;
  /** Builds the node of a gate. */
  build(gate: Gate, place: Omit<NodePlace, "run">): GateNode;
  /** Ends the run because of a fault of our own, or of the host. */
  readonly fault: (error: unknown) => void;
  /**
   * Goes on when a promise settles; `whose` says whose answer it is. A fault of our own, or of the host, ends the run; it never gets lost.
   */
  follow<Value>(promise: Promise<Value>, onValue: (value: Value) => void, whose?: Whose): void;
}
