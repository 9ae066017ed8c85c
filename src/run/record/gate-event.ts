import type { Finding } from "../../gate/finding.js";
import type { Sample } from "../../gate/gate-context.js";
import type { Json } from "../../gate/json.js";
import type { StepError } from "../host/host.js";
import type { OverrideSource } from "../overrides/override-source.js";
import type { Waiver } from "../overrides/waiver.js";

/** What a gate does, and what is said to it. */
export type GateEvent =
  | GateStarted
  | StepRecorded
  | GateMeasured
  | GateWaiting
  | GateAnswered
  | GateRefused
  | GateSettled
  | GateLapsed
  | GateWithdrawn
  | GateWaivable
  | GateWaived
  | GateUpheld;

/** A gate has begun. */
export interface GateStarted {
  readonly type: "gate:started";
  readonly gate: string;
  readonly attempt: number;
  /** Set where it is asked only whether what it found in that attempt still holds. */
  readonly confirms?: number;
}

/** A step has ended. */
export type StepRecorded = {
  readonly type: "step:recorded";
  readonly gate: string;
  readonly step: string;
  readonly attempt: number;
  /** How often it was tried. */
  readonly tries: number;
  /** What was asked, where the name does not say it. */
  readonly input?: Json;
  /** When it ended, where it was recorded later. ISO 8601, UTC. */
  readonly happenedAt?: string;
} & ({ readonly ok: true; readonly value: Json } | { readonly ok: false; readonly error: StepError });

/** A gate has measured something. */
export interface GateMeasured {
  readonly type: "gate:measured";
  readonly gate: string;
  readonly sample: Sample;
}

/** A gate waits for an answer from outside. */
export interface GateWaiting {
  readonly type: "gate:waiting";
  readonly gate: string;
  readonly wait: string;
  /** What whoever answers should be shown. */
  readonly request?: Json;
}

/** A gate was given an answer, and took it. */
export interface GateAnswered {
  readonly type: "gate:answered";
  readonly gate: string;
  readonly wait: string;
  readonly answer: Json;
  /** When it was given, where it was recorded later. ISO 8601, UTC. */
  readonly happenedAt?: string;
  /** The message in the run's inbox that gave it. */
  readonly messageId?: string;
}

/** A gate was given an answer, and refused it. */
export interface GateRefused {
  readonly type: "gate:refused";
  readonly gate: string;
  readonly wait: string;
  readonly answer: Json;
  readonly reason: string;
  /** When it was given, where it was recorded later. ISO 8601, UTC. */
  readonly happenedAt?: string;
  /** The message in the run's inbox that gave it. */
  readonly messageId?: string;
}

/** A gate has answered. */
export interface GateSettled {
  readonly type: "gate:settled";
  readonly gate: string;
  readonly finding: Finding;
}

/**
 * What made a gate pass is not so any more, or nobody can tell, just before the run would promote; or somebody took it back, which the
 * line before says: the gate is asked again.
 */
export interface GateLapsed {
  readonly type: "gate:lapsed";
  readonly gate: string;
  /** The attempt in which it was asked whether it still holds. */
  readonly attempt: number;
  readonly reason: string;
}

/**
 * Somebody has taken back what they said, after the gate had passed: it is asked again where it does not pass without that, unless the gates
 * around it have decided without it.
 */
export interface GateWithdrawn {
  readonly type: "gate:withdrawn";
  readonly gate: string;
  /** What they said: to an approval, a vote. */
  readonly answer: Json;
  /** What was taken back, and by whom. */
  readonly reason: string;
  /** When, where it was recorded later. ISO 8601, UTC. */
  readonly happenedAt?: string;
  /** The message in the run's inbox that said it. */
  readonly messageId?: string;
}

/** A gate has not promoted, and the run waits for somebody who waives that. */
export interface GateWaivable {
  readonly type: "gate:waivable";
  readonly gate: string;
  /** Until when. ISO 8601, UTC. */
  readonly until: string;
}

/** Somebody has waived a gate: unless it promotes, it is set aside. */
export interface GateWaived extends OverrideSource {
  readonly type: "gate:waived";
  readonly gate: string;
  readonly waiver: Waiver;
}

/** Nobody waives a gate any more: what it found stands. */
export interface GateUpheld extends OverrideSource {
  readonly type: "gate:upheld";
  readonly gate: string;
  readonly reason: string;
  /** Who said so; absent where the time was up, or the run did not need to know. */
  readonly by?: string;
}
