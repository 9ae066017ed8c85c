import * as z from "zod";
import type { Decision } from "../../decision/decision.js";
import { formatMs, type Duration } from "../../gate/duration.js";
import { positiveDurationSchema } from "../../gate/gate-config.js";
import { GateError, isGateError, type GateErrorDetails, type NotConsumable } from "../../gate/gate-error.js";
import { formatIssuesOf } from "../../gate/standard-schema.js";
import type { ConsumedLines } from "./consumed-lines.js";
import { hashLine } from "../record/hash-line.js";
import { recordEvent } from "../record/recorder.js";
import type { RecordBody, RecordEvent, RunConsumed, RunStarted } from "../record/record-event.js";
import { redactBody } from "../record/redact-body.js";
import { RunState } from "../record/run-state.js";
import { staleSupport } from "./stale-support.js";
import type { VerdictSummary } from "../verdict/verdict.js";
import { setAsideBy } from "../overrides/waiver-use.js";

/** What is shipped with a verdict. */
export interface ConsumeOptions {
  /** The content digest of what is about to be shipped. Must be the one of the release, character for character. */
  readonly digest: string;
  /** Who ships it: a person, or a job of a pipeline. Kept in the record. Up to 200 characters. */
  readonly by?: string;
  /** How old the verdict may be. @default "1d" */
  readonly within?: Duration;
}

/** That a verdict was consumed, as it is recorded. */
export interface Consumption extends Pick<RunConsumed, "digest" | "by"> {
  readonly runId: string;
  /** When. ISO 8601, UTC. */
  readonly at: string;
}

/** How a verdict is consumed. */
export interface ConsumeHow {
  readonly runId: string;
  readonly lines: ConsumedLines;
  /** Proves the lines of a record, and returns its events. Throws, or rejects, where they cannot be trusted. */
  readonly prove: (lines: readonly string[]) => readonly RecordEvent[] | Promise<readonly RecordEvent[]>;
  readonly redact: (text: string) => string;
  readonly now: () => number;
}

// Whoever can try may try again and again: the record keeps so many attempts that were refused, and no more.
const maxRefusals = 20;
// Whoever loses against another one finds out at the next try; only so much is ever written after a verdict.
const maxTries = maxRefusals + 3;
// Clocks of two machines differ by as much. Milliseconds.
const clockSkewMs = 60_000;

const schema = z.strictObject({
  digest: z.string({ error: "expected the digest of what is shipped, a string" }).min(1),
  by: z.string().trim().min(1).max(200).exactOptional(),
  within: positiveDurationSchema.default(86_400_000),
});

type ParsedConsume = z.output<typeof schema>;

/** Checks what is shipped with a verdict. Throws a `GateError` with code `RUN_INPUT_INVALID`. */
export function parseConsume(options: unknown): ParsedConsume {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const { issues } = result.error;
  const message = `Invalid options for consuming a verdict: ${formatIssuesOf(options, issues)}`;
  throw new GateError("RUN_INPUT_INVALID", message, { issues });
}

/**
 * Consumes the verdict of a record: appends that it was, where it may be, and nobody has.
 *
 * Rejects with a `GateError` of code `VERDICT_NOT_CONSUMABLE` that says why not, and notes that in the record; with what the store
 * says where it fails, and then nobody knows whether the verdict was consumed. `refusal` is what else speaks against it.
 */
export async function consume(
  how: ConsumeHow,
  options: ParsedConsume,
  refusal?: (state: RunState) => Refusal | undefined,
): Promise<Consumption> {
  const { runId, lines, redact, now } = how;
  const { digest, by } = options;
  const said = { digest, ...(by === undefined ? {} : { by }) };
  for (let tries = 1; ; tries++) {
    const record = await lines.read();
    const events = await provenEvents(how, record);
    const state = stateOf(events);
    const atMs = now();
    const refused = refusal?.(state) ?? whyNotConsumable(state, options, atMs);
    const append = async <Body extends RecordBody>(body: Body): Promise<Body & RecordEvent> => {
      const end = { lines: record.length, head: hashLine(record.at(-1) ?? "") };
      const event = recordEvent(redactBody(body, redact) as Body, end, atMs);
      await lines.append(record.length, JSON.stringify(event));
      return event;
    };
    try {
      if (refused) {
        const { why, reason } = refused;
        // A run that has not decided writes its record itself, and alone.
        if (state.decided && mayBeNoted(events)) await append({ type: "consume:refused", ...said, why, reason });
        throw notConsumable(runId, refused);
      }
      const event = await append<RunConsumed>({ type: "run:consumed", ...said });
      return { runId, digest, ...(event.by === undefined ? {} : { by: event.by }), at: event.at };
    } catch (error) {
      const isLost = isGateError(error, "STORE_CONFLICT") && tries < maxTries;
      // That it could not be written down does not make it any less refused.
      if (!isLost)
        throw refused && !isGateError(error, "VERDICT_NOT_CONSUMABLE") ? notConsumable(runId, refused) : error;
    }
  }
}

function mayBeNoted(events: readonly RecordEvent[]): boolean {
  return events.filter(({ type }) => type === "consume:refused").length < maxRefusals;
}

interface Refusal extends Pick<GateErrorDetails["VERDICT_NOT_CONSUMABLE"], "why" | "consumed"> {
  /** Goes on after "…cannot be consumed:". */
  readonly reason: string;
}

/** Why the verdict of a record cannot be consumed, or `undefined` where it can be. Pure. */
export function whyNotConsumable(
  state: RunState,
  { digest, within }: ParsedConsume,
  nowMs: number,
): Refusal | undefined {
  const { started, decided, consumed } = state;
  if (!started) return { why: "unknown-run", reason: "the store holds no such run" };
  if (!decided) return { why: "undecided", reason: "the run has not decided yet" };
  if (consumed) return consumedAlready(consumed);
  const { decision, decidedAt } = decided;
  if (decision !== "promote") return notPromote(decision);
  const expected = started.release.artifact?.digest;
  if (expected === undefined) {
    return {
      why: "no-digest",
      reason: "its release names no digest of an artifact, so that nobody knows what was judged",
    };
  }
  if (expected !== digest) {
    return {
      why: "other-digest",
      reason: `what was judged is ${expected}, and what is to be shipped is another artifact`,
    };
  }
  const ageMs = nowMs - Date.parse(decidedAt);
  if (ageMs < -clockSkewMs) {
    return { why: "too-old", reason: `it came at ${decidedAt}, which is still to come by the clock of this machine` };
  }
  if (ageMs <= within) return whyStale(state, started, nowMs) ?? whyWaivedNoMore(decided, nowMs);
  return { why: "too-old", reason: `it came at ${decidedAt}, more than ${formatMs(within)} ago; run the gates again` };
}

// The verdict rests on what was so then: a measurement grows old, and somebody who was reachable may be so no more.
function whyStale({ findings, waivers, bypass }: RunState, { tree }: RunStarted, nowMs: number): Refusal | undefined {
  const stale = bypass ? undefined : staleSupport(tree, findings, setAsideBy(waivers.all), nowMs);
  if (!stale) return undefined;
  const until = new Date(stale.until).toISOString();
  return { why: "too-old", reason: `«${stale.gate}» passed until ${until}, which is over; run the gates again` };
}

// What somebody set aside until then is not set aside any more.
function whyWaivedNoMore({ waivers = [] }: VerdictSummary, nowMs: number): Refusal | undefined {
  const over = waivers.find(({ use, expires }) => use === "used" && Date.parse(expires) <= nowMs);
  if (!over) return undefined;
  const { gate, by, expires } = over;
  return {
    why: "too-old",
    reason: `«${gate}» was waived by ${by} until ${expires}, which is over; run the gates again`,
  };
}

/** The error for a verdict that cannot be consumed. */
export function notConsumable(runId: string, { why, reason, consumed }: Refusal, cause?: unknown) {
  const details = { runId, why, ...(consumed ? { consumed } : {}) };
  const message = `The verdict of run "${runId}" cannot be consumed: ${reason}.`;
  return new GateError("VERDICT_NOT_CONSUMABLE", message, details, { cause });
}

/** Why a verdict that is no promote cannot be consumed. */
export function notPromote(decision: Decision): Refusal {
  return { why: "not-promote", reason: `it is ${decision}, not promote` };
}

function consumedAlready({ at, digest, by }: RunConsumed & RecordEvent): Refusal {
  const consumed = { at, digest, ...(by === undefined ? {} : { by }) };
  return { why: "consumed", consumed, reason: `it was consumed at ${at}${by === undefined ? "" : ` by ${by}`}` };
}

async function provenEvents({ runId, prove }: ConsumeHow, lines: readonly string[]): Promise<readonly RecordEvent[]> {
  try {
    return lines.length === 0 ? [] : await prove(lines);
  } catch (error) {
    const why: NotConsumable = "record-invalid";
    const said = error instanceof Error ? error.message.replace(/\.$/, "") : "its record cannot be read";
    throw notConsumable(runId, { why, reason: said }, error);
  }
}

function stateOf(events: readonly RecordEvent[]): RunState {
  const state = new RunState();
  for (const event of events) state.apply(event);
  return state;
}
