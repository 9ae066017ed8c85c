import type { Finding } from "../../gate/finding.js";
import type { GateDescription } from "../../gate/describe.js";
import type { Sample } from "../../gate/gate-context.js";
import type { Json } from "../../gate/json.js";
import type { NotConsumable } from "../../gate/gate-error.js";
import type { PlanIdentity } from "../../gate/plan.js";
import type { Release } from "../../gate/release.js";
import type { Bypass } from "../overrides/bypass.js";
import type { StepError } from "../host/host.js";
import type { ShownRule } from "../overrides/override-rule.js";
import type { OverrideSource } from "../overrides/override-source.js";
import type { VerdictSummary } from "../verdict/verdict.js";
import type { Waiver } from "../overrides/waiver.js";

/** The version of the record's schema. A reader refuses a newer one. */
export const recordVersion = 1;

/** One line of a record. */
export type RecordEvent = RecordBody & {
  /** The schema's version. */
  readonly v: typeof recordVersion;
  /** 1 for the first line. */
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The SHA-256 of the line before, in hexadecimal; of the run's id for the first. */
  readonly prev: string;
  /** When the process that wrote this line, as its first, went on with the run of another one. ISO 8601, UTC. */
  readonly resumedAt?: string;
};

/** What happened. Everything else is derived from these. */
export type RecordBody =
  | RunStarted
  | GateStarted
  | StepRecorded
  | GateMeasured
  | GateWaiting
  | GateAnswered
  | GateRefused
  | AnswerRefused
  | InboxRefused
  | OverrideRefused
  | GateSettled
  | GateLapsed
  | GateWithdrawn
  | GateWaivable
  | GateWaived
  | GateUpheld
  | WaiverLapsed
  | RunBypassed
  | RunCancelled
  | RunFaulted
  | RunDecided
  | RunConsumed
  | ConsumeRefused;

/** A run has begun; says what is judged, by what. */
export interface RunStarted {
  readonly type: "run:started";
  readonly runId: string;
  readonly release: Release;
  readonly plan: PlanIdentity;
  readonly tree: GateDescription;
  readonly settle: "early" | "all";
  /** When the run expires. ISO 8601, UTC. */
  readonly deadlineAt?: string;
  /** Set where somebody may bypass the gates. */
  readonly allowBypass?: true;
  /** Who may waive a gate, or bypass all, where that is not for whoever calls to say. */
  readonly overrideRules?: { readonly waive?: ShownRule; readonly bypass?: ShownRule };
}

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

/** An answer was refused before it came to a gate: no gate of that name asks. */
export interface AnswerRefused {
  readonly type: "answer:refused";
  /** The gate as whoever answered named it. */
  readonly gate: string;
  readonly reason: string;
  /** What was answered, unless it is too large, or stands in the inbox. */
  readonly answer?: Json;
  /** The message in the run's inbox that gave it. */
  readonly messageId?: string;
}

/** A line of the run's inbox was refused: it is no message that this run understands, or one too many. */
export interface InboxRefused {
  readonly type: "inbox:refused";
  /** Which line of the inbox, from 1. */
  readonly line: number;
  readonly reason: string;
  readonly messageId?: string;
}

/** Somebody wanted to override gates, and was refused. */
export interface OverrideRefused extends OverrideSource {
  readonly type: "override:refused";
  readonly override: "waive" | "uphold" | "bypass";
  /** The gate as they named it. */
  readonly gate?: string;
  /** Who wanted it, where that could be read. */
  readonly by?: string;
  /** Why they wanted it. */
  readonly because?: string;
  /** Why it was refused. */
  readonly reason: string;
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

/** A waiver does not count any more, or did not when it was given. */
export interface WaiverLapsed {
  readonly type: "waiver:lapsed";
  readonly gate: string;
  readonly waiver: Waiver;
}

/** Break-glass: somebody goes on whatever the gates say. An alarm for whoever looks after releases. */
export interface RunBypassed extends OverrideSource {
  readonly type: "run:bypassed";
  readonly bypass: Bypass;
}

/** Somebody has cancelled the run. */
export interface RunCancelled {
  readonly type: "run:cancelled";
  readonly reason: string;
  /** Who cancelled it, where a message in the run's inbox did. */
  readonly by?: string;
  /** When it was given, where it was recorded later. ISO 8601, UTC. */
  readonly happenedAt?: string;
  readonly messageId?: string;
}

/** The run itself failed: its store, its host, or a fault of our own. Such a run promotes nothing. */
export interface RunFaulted {
  readonly type: "run:faulted";
  readonly reason: string;
}

/** The verdict is out. */
export interface RunDecided {
  readonly type: "run:decided";
  readonly verdict: VerdictSummary;
}

/** Somebody ships with the verdict, the only one who may. */
export interface RunConsumed {
  readonly type: "run:consumed";
  /** The digest of the artifact that is shipped: that of the release. */
  readonly digest: string;
  readonly by?: string;
}

/** Somebody wanted to ship with the verdict, and may not. */
export interface ConsumeRefused {
  readonly type: "consume:refused";
  /** The digest of what was to be shipped, as whoever tried said it. */
  readonly digest: string;
  readonly by?: string;
  readonly why: NotConsumable;
  readonly reason: string;
}
