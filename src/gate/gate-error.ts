import type { SchemaIssue } from "./standard-schema.js";

/**
 * Why a source did not answer: it was `refused` before it was asked; the answer would have been `incomplete`, or over a `limit` of
 * rows, bytes or time; an `anomaly`: the session was not, or no longer, what it must be; `failed`: it could not do it.
 */
export type SourceFaultKind = "refused" | "incomplete" | "limit" | "anomaly" | "failed";

/**
 * Why a verdict cannot be consumed: the store holds no such run (`unknown-run`), or its record cannot be trusted (`record-invalid`);
 * it has no verdict yet (`undecided`), another one (`not-promote`), or one of the past (`replayed`); its release says no digest
 * (`no-digest`), or another one (`other-digest`); somebody has consumed it (`consumed`), or it came too long ago (`too-old`).
 */
export type NotConsumable =
  | "unknown-run"
  | "record-invalid"
  | "undecided"
  | "not-promote"
  | "replayed"
  | "no-digest"
  | "other-digest"
  | "consumed"
  | "too-old";

/** What each error code carries in `details`. Codes are never renamed; a minor version may add some. */
export interface GateErrorDetails {
  /** A gate's config was refused when the gate was built. */
  readonly GATE_CONFIG_INVALID: {
    readonly kind: string;
    readonly gate: string;
    readonly issues: readonly SchemaIssue[];
  };
  /** Something that should be a duration is not. */
  readonly DURATION_INVALID: { readonly got: string };
  /** A plan's input, or a release, was refused before the run began. */
  readonly RUN_INPUT_INVALID: { readonly issues: readonly SchemaIssue[] };
  /** Two gates of one plan have the same path. */
  readonly PATH_DUPLICATE: { readonly path: string };
  /** A step or a wait was used twice under one name in one gate. */
  readonly STEP_DUPLICATE: { readonly gate: string; readonly step: string };
  /** A step's value does not survive JSON, or is too large to be recorded. */
  readonly STEP_VALUE_INVALID: { readonly gate: string; readonly step: string };
  /** A step did not end in time. */
  readonly STEP_TIMEOUT: { readonly gate: string; readonly step: string; readonly timeoutMs: number };
  /** A gate's evidence does not fit its own evidence schema. */
  readonly GATE_EVIDENCE_INVALID: { readonly gate: string; readonly issues: readonly SchemaIssue[] };
  /** An answer was given to a gate that this run does not have, or no longer asks. */
  readonly ANSWER_UNEXPECTED: { readonly gate: string; readonly waiting: readonly string[] };
  /** A waiver, a bypass or a decision about one was refused: it is none, or this run does not take it. */
  readonly OVERRIDE_INVALID: { readonly issues: readonly SchemaIssue[] };
  /** The store holds no run of that id. */
  readonly RUN_UNKNOWN: { readonly runId: string };
  /** A run cannot go on where its record ends: another plan, release or option, or gates that do not do the same again. */
  readonly RESUME_REFUSED: { readonly runId: string; readonly seq: number };
  /** A message to a run was stored, or may have been, and the run has not taken it yet. */
  readonly MESSAGE_PENDING: { readonly runId: string; readonly messageId: string; readonly isStored: boolean };
  /** The run was cancelled, or does not need the gate any more. */
  readonly CANCELLED: { readonly reason: string };
  /** A record was changed, cut or reordered, or is of a newer schema. */
  readonly RECORD_INVALID: { readonly seq: number };
  /** A replay was asked what the record does not hold, or a backtest what history does not. */
  readonly NOT_IN_RECORD: { readonly gate: string; readonly step: string };
  /** The store holds other events than this run expected: somebody else writes the same run. */
  readonly STORE_CONFLICT: { readonly runId: string; readonly expectedLines: number; readonly actualLines: number };
  /** `assertPromote` was given a verdict that does not promote. `details` holds the decision, `cause` nothing. */
  readonly NOT_PROMOTED: { readonly decision: string; readonly decidedBy: readonly string[] };
  /** A verdict cannot be attested: its release says no digest that identifies what was judged. */
  readonly VERDICT_NOT_ATTESTABLE: { readonly runId: string; readonly issues: readonly SchemaIssue[] };
  /** A verdict could not be consumed: nothing may be shipped with it. */
  readonly VERDICT_NOT_CONSUMABLE: {
    readonly runId: string;
    readonly why: NotConsumable;
    /** When and by whom it was consumed, where it was. */
    readonly consumed?: { readonly at: string; readonly digest: string; readonly by?: string };
  };
  /** A measurement, probe or query could not be made. The gate that wanted it is `errored`. */
  readonly SOURCE_FAILED: {
    readonly source: string;
    /** Whether asking again may help. */
    readonly isRetryable: boolean;
    /** What kind of fault it is, where the source tells them apart. */
    readonly fault?: SourceFaultKind;
    /** For how long the source asks to be left alone, in milliseconds. A step's retry waits as long, up to 30 seconds. */
    readonly retryAfterMs?: number;
  };
}

/** The code of a {@link GateError}. */
export type GateErrorCode = keyof GateErrorDetails;

const brand = Symbol.for("release-gates/GateError");

/** Every error this library throws. Switch on `code`; recognise one with {@link isGateError}. */
export class GateError<Code extends GateErrorCode = GateErrorCode> extends Error {
  override readonly name = "GateError";
  readonly code: Code;
  readonly details: GateErrorDetails[Code];

  constructor(code: Code, message: string, details: GateErrorDetails[Code], options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.details = details;
  }

  // A brand, not `instanceof`: it holds across two installed copies of this package.
  get [brand](): true {
    return true;
  }
}

/** Whether `value` is a {@link GateError}, of the given code where one is given. Holds across copies of this package. */
export function isGateError<Code extends GateErrorCode = GateErrorCode>(
  value: unknown,
  code?: Code,
): value is { [K in Code]: GateError<K> }[Code] {
  if (typeof value !== "object" || value === null) return false;
  try {
    if ((value as { [brand]?: unknown })[brand] !== true) return false;
    return code === undefined || (value as GateError).code === code;
  } catch {
    // A proxy may refuse to be looked at; it is none of ours then.
    return false;
  }
}
