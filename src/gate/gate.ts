import type { NegativeDecision, Status } from "../decision/status.js";
import type { Need } from "../decision/tally.js";
import type { CheckResult, Finding } from "./finding.js";
import type { GateContext } from "./gate-context.js";
import type { JsonObject } from "./json.js";
import type { Release } from "./release.js";
import type { StandardSchemaV1 } from "./standard-schema.js";
import type { HoldsAnswer, HoldsContext, PassedFinding } from "./still-holds.js";
import type { LateAnswer, TakenBack } from "./taken-back.js";

/** A named question about a release. Gates compose into gates; a run evaluates exactly one. */
export type Gate = CheckGate | CompositeGate | RepeatedGate | AdvisoryGate | ConditionalGate;

/**
 * A gate that looks at the world itself. Made by a factory of `defineGate`; any object of this shape is one.
 *
 * Rules for `check`:
 * - It may run in several runs at the same time, and keeps nothing between them.
 * - It touches the world through its context alone, and honours `context.signal`.
 * - What it throws makes the gate `errored`; it can harm nothing else.
 */
export interface CheckGate<Kind extends string = string, Evidence = unknown> {
  readonly form: "check";
  readonly kind: Kind;
  readonly name: string;
  /** What of the config may be shown: recorded, described, fingerprinted. */
  readonly config: JsonObject;
  /** The config as its schema returned it. May hold secrets; never recorded. */
  readonly settings: unknown;
  readonly onFail: NegativeDecision;
  readonly onError: NegativeDecision;
  readonly timeoutMs: number;
  readonly freshForMs?: number;
  /** How old the finding may be when the verdict is consumed. Milliseconds. @default as `freshForMs` */
  readonly consumableForMs?: number;
  /** How long the run waits for somebody to waive the gate, where it did not promote. Milliseconds. */
  readonly waivableMs?: number;
  readonly evidence: StandardSchemaV1<unknown, Evidence>;
  /**
   * The same gate, as one of `count` gates of a plan that may each roll a good release back by chance: they share one chance.
   *
   * A composite calls it when it is built, for all such gates below it that decide; the outermost one is the last to call.
   * Only gates that draw conclusions from samples have it.
   */
  among?(count: number): CheckGate<Kind, Evidence>;
  /**
   * Says why no answer could make the gate pass for a release, or `undefined` where one could. Asked before a run starts.
   *
   * Rules:
   * - It looks at release and config alone, and answers at once. What it throws is a reason, too.
   * - A run is refused whose plan needs the gate. Replays and backtests do not ask.
   */
  assess?(release: Release): string | undefined;
  /**
   * Gates beside it whose findings it looks at, by paths or names, for each field of its config that names some. A run is refused
   * whose plan does not have all of them.
   */
  readonly reliesOn?: Readonly<Record<string, readonly string[]>>;
  /**
   * Says whether what was found when the gate passed is still so. Asked just before the run promotes, of each gate that the
   * promote rests on, unless it has only just passed. Where it is not so, the gate is asked again.
   *
   * Rules:
   * - As for `check`; its steps are journaled, and their names are its own. It has as long as the gate, and five minutes at most.
   * - One that needs no step may answer without a promise; it takes no step then, and nothing is recorded where it holds.
   * - What it throws, no answer in time, and anything that is no answer mean that it holds no more.
   */
  stillHolds?(context: HoldsContext<unknown>, passed: PassedFinding<unknown>): HoldsAnswer | Promise<HoldsAnswer>;
  /**
   * Says what somebody takes back who says something after the gate has passed, and before the run has its verdict; `undefined` where
   * what they say is nothing of that kind, and comes too late. Without it every answer does.
   *
   * Rules:
   * - It looks at what it is given alone, and answers at once. What it throws refuses the answer.
   * - It is never asked of a gate that did not pass: what was found against a release stands.
   * - Where the gate does not pass without what was taken back, it is asked again at once.
   */
  takesBack?(late: LateAnswer<unknown>, passed: PassedFinding<unknown>): TakenBack<unknown> | undefined;
  // A method: its parameter is bivariant, so that gates of any evidence fit into one list.
  check(context: GateContext<unknown, unknown>): CheckResult<unknown> | Promise<CheckResult<unknown>>;
}

/** A gate that combines the decisions of others by order statistics. */
export interface CompositeGate {
  readonly form: "composite";
  readonly kind: string;
  readonly name: string;
  readonly gates: readonly Gate[];
  /** How many of the gates that apply must promote. */
  readonly need: Need;
  /** Whether each gate starts only when the one before promotes. */
  readonly inOrder: boolean;
  readonly timeoutMs?: number;
  readonly waivableMs?: number;
}

/** A gate that asks another one again and again. */
export interface RepeatedGate<State = unknown> {
  readonly form: "repeated";
  readonly kind: string;
  readonly name: string;
  readonly gate: Gate;
  readonly config: JsonObject;
  /** From the start of one round to the start of the next. */
  readonly everyMs: number;
  readonly onError: NegativeDecision;
  readonly timeoutMs?: number;
  readonly freshForMs?: number;
  /** How old the finding may be when the verdict is consumed. Milliseconds. @default as `freshForMs` */
  readonly consumableForMs?: number;
  readonly waivableMs?: number;
  /** Whether the last round's answer is taken as soon as the gates beside this one have decided. */
  readonly untilSiblingsDecide: boolean;
  /** Judges a round: a pure reducer. `undefined` as the first state. */
  judge(state: State | undefined, round: Round): Judgement<State>;
}

/** One answer of the gate that is asked again and again. */
export interface Round {
  /** 1 for the first. */
  readonly number: number;
  readonly finding: Finding;
  /** When it was seen, in milliseconds since the epoch. */
  readonly observedAtMs: number;
  /**
   * Whether the round began more than a whole `everyMs` too late: the machine slept, or its clock was set forward. Nobody knows
   * what happened in between.
   */
  readonly isAfterGap: boolean;
  /** When the gate's own time is up, in milliseconds since the epoch; absent where it has none. */
  readonly endsAtMs?: number;
}

/** What a round means: ask again, or an answer. */
export interface Judgement<State> {
  readonly state: State;
  readonly answer?: { readonly status: Exclude<Status, "skipped">; readonly reason: string };
  /** `false` where no round that is to come can make it pass: the verdict need not wait for that. @default true */
  readonly canPass?: boolean;
}

/** A gate that is reported and never decides. */
export interface AdvisoryGate {
  readonly form: "advisory";
  readonly kind: "advisory";
  readonly name: string;
  readonly gate: Gate;
}

/** A gate that applies to some releases only. */
export interface ConditionalGate {
  readonly form: "conditional";
  readonly kind: "when";
  readonly name: string;
  readonly gate: Gate;
  /** The condition in words. */
  readonly condition: string;
  applies(release: Release): boolean;
}

const forms: ReadonlySet<unknown> = new Set(["check", "composite", "repeated", "advisory", "conditional"]);

/** Whether `value` is a gate. */
export function isGate(value: unknown): value is Gate {
  if (typeof value !== "object" || value === null) return false;
  const { form, kind, name } = value as Partial<Gate>;
  return forms.has(form) && typeof kind === "string" && typeof name === "string";
}
