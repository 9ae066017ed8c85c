import type { GateDescription } from "../../gate/describe.js";
import type { Json } from "../../gate/json.js";
import type { NotConsumable } from "../../gate/gate-error.js";
import type { PlanIdentity } from "../../gate/plan.js";
import type { Release } from "../../gate/release.js";
import type { Bypass } from "../overrides/bypass.js";
import type { ShownRule } from "../overrides/override-rule.js";
import type { OverrideSource } from "../overrides/override-source.js";
import type { GateEvent } from "./gate-event.js";
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
  | GateEvent
  | AnswerRefused
  | InboxRefused
  | OverrideRefused
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
