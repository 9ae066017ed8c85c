import pRetry from "p-retry";
import type { LimitFunction } from "p-limit";
import { formatMs, toMs } from "../../gate/duration.js";
import type { StepIo, StepOptions } from "../../gate/gate-context.js";
import { GateError, isGateError, type GateErrorCode } from "../../gate/gate-error.js";
import type { Json } from "../../gate/json.js";
import { toJson } from "../../gate/to-json.js";
import { sleepOn } from "../host/in-process-host.js";
import type { Host, StepOutcome } from "../host/host.js";
import type { Scope } from "./scope.js";
import { describeError } from "../host/step-error.js";
import { StepTry } from "./step-try.js";
import { maxValueBytes, sizeOf } from "../record/value-size.js";

interface Step {
  readonly gate: string;
  readonly name: string;
  readonly effect: (io: StepIo) => unknown;
  readonly options: StepOptions;
  readonly scope: Scope;
  readonly host: Host;
  readonly limit: LimitFunction;
  readonly found: StepIo["found"];
  /** Calls back when the run is over. Returns what takes that back. */
  readonly onRunEnd: (callback: () => void) => () => void;
}

const defaultRetries = 2;
const defaultTimeout = "30s";
const firstBackoffMs = 250;
const longestBackoffMs = 30_000;
/** For how long an effect that ignores its signal keeps its slot. */
const graceMs = 10_000;

const terminalCodes: ReadonlySet<GateErrorCode> = new Set([
  "GATE_CONFIG_INVALID",
  "DURATION_INVALID",
  "STEP_VALUE_INVALID",
  "GATE_EVIDENCE_INVALID",
  "CANCELLED",
  "NOT_IN_RECORD",
]);

/** Does a step with retries and timeouts. Never rejects: a failure is an outcome. */
export async function doStep(step: Step): Promise<StepOutcome> {
  const { host, options, scope } = step;
  let tries = 0;
  let leftBehind = Promise.resolve();
  const attempt = async (number: number) => {
    tries = number;
    const io = new StepTry(number, step.found);
    const inSlot = step.limit(() => attemptStep(step, io));
    leftBehind = inSlot.then(nothing, nothing);
    try {
      // An effect that ignores its signal keeps its slot for a while; nobody waits for its answer.
      return await Promise.race([inSlot, io.ended]);
    } catch (error) {
      throw new FailedTry(error);
    }
  };
  try {
    const retries = options.retry === false ? 0 : (options.retry?.retries ?? defaultRetries);
    // What is tried once needs no machinery for more; it takes as long as the step itself.
    if (retries === 0) return { ok: true, value: await attempt(1), tries, at: host.clock.now() };
    const value = await pRetry(attempt, {
      retries,
      // The wait between tries is ours, below, so that it passes on the run's clock.
      minTimeout: 0,
      shouldRetry: async ({ error, attemptNumber }) => {
        const { thrown } = error as FailedTry;
        if (isTerminal(thrown)) return false;
        // Two tries of one step never run side by side, where that can be helped.
        await scope.wait({ settled: leftBehind, cancel: nothing });
        const waitMs = Math.max(backoffMs(attemptNumber, host.random()), wishedMs(thrown));
        await scope.wait(sleepOn(host.clock, host.clock.now() + waitMs));
        return true;
      },
    });
    return { ok: true, value, tries, at: host.clock.now() };
  } catch (error) {
    const thrown = error instanceof FailedTry ? error.thrown : error;
    return { ok: false, error: describeError(thrown), tries, at: host.clock.now() };
  }
}

// p-retry 7 gives up on every TypeError that it does not know as a network's, and calls a thrown non-error a bug.
class FailedTry extends Error {
  readonly thrown: unknown;

  constructor(thrown: unknown) {
    super("a try failed", { cause: thrown });
    this.thrown = thrown;
  }
}

/** Full doubling with jitter: from half of the step to all of it. */
function backoffMs(attempt: number, random: number): number {
  return Math.min(longestBackoffMs, firstBackoffMs * 2 ** (attempt - 1)) * (0.5 + random / 2);
}

/** For how long a source asks to be left alone. The gate's time is not the source's to spend, so there is an end to it. */
function wishedMs(thrown: unknown): number {
  if (!isGateError(thrown, "SOURCE_FAILED")) return 0;
  // A source may be written in JavaScript.
  const wished: unknown = thrown.details.retryAfterMs;
  return typeof wished === "number" && wished > 0 ? Math.min(longestBackoffMs, wished) : 0;
}

function isTerminal(thrown: unknown): boolean {
  if (!isGateError(thrown)) return false;
  return terminalCodes.has(thrown.code) || (isGateError(thrown, "SOURCE_FAILED") && !thrown.details.isRetryable);
}

async function attemptStep(step: Step, io: StepTry): Promise<Json> {
  const { gate, name, effect, options, scope, host } = step;
  scope.throwIfClosed();
  const timeoutMs = toMs(options.timeout ?? defaultTimeout);
  const forget = scope.onClose((reason) => io.end(reason));
  const cancelTimer = host.clock.schedule(host.clock.now() + timeoutMs, () => {
    const message = `Step "${name}" of gate "${gate}" timed out after ${formatMs(timeoutMs)}.`;
    io.end(new GateError("STEP_TIMEOUT", message, { gate, step: name, timeoutMs }));
  });
  let running: unknown;
  try {
    running = effect(io);
    const value = await Promise.race([running, io.ended]);
    return checkedValue(gate, name, value);
  } catch (error) {
    cancelTimer();
    if (io.isEnded) await endOf(running, step);
    throw error;
  } finally {
    forget();
    cancelTimer();
  }
}

/** Waits until an effect that was ended has ended, though not for ever, and not once the run is over. */
async function endOf(running: unknown, { host, onRunEnd }: Step): Promise<void> {
  let forget = nothing;
  let isRunOver = false;
  const runOver = new Promise<void>((resolve) => {
    forget = onRunEnd(() => {
      isRunOver = true;
      resolve();
    });
  });
  if (isRunOver) return;
  const grace = sleepOn(host.clock, host.clock.now() + graceMs);
  await Promise.race([Promise.resolve(running).then(nothing, nothing), grace.settled, runOver]);
  grace.cancel();
  forget();
}

function nothing(): void {}

function checkedValue(gate: string, step: string, value: unknown): Json {
  const invalid = (why: string, cause?: unknown) =>
    new GateError(
      "STEP_VALUE_INVALID",
      `Step "${step}" of gate "${gate}" cannot be recorded: ${why}.`,
      { gate, step },
      { cause },
    );
  let json: Json;
  try {
    json = toJson(value);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : "its value does not survive JSON", error);
  }
  const size = sizeOf(json);
  if (size > maxValueBytes) throw invalid(`its value has ${size} bytes, more than ${maxValueBytes}`);
  return json;
}
