import pRetry from "p-retry";
import type { LimitFunction } from "p-limit";
import { formatMs, toMs } from "../gate/duration.js";
import type { StepIo, StepOptions } from "../gate/gate-context.js";
import { GateError, isGateError, type GateErrorCode } from "../gate/gate-error.js";
import type { Json } from "../gate/json.js";
import { toJson } from "../gate/to-json.js";
import { sleepOn } from "./in-process-host.js";
import type { Host, StepOutcome } from "./host.js";
import type { Scope } from "./scope.js";
import { describeError } from "./step-error.js";
import { StepTry } from "./step-try.js";

interface Step {
  readonly gate: string;
  readonly name: string;
  readonly effect: (io: StepIo) => unknown;
  readonly options: StepOptions;
  readonly scope: Scope;
  readonly host: Host;
  readonly limit: LimitFunction;
}

const defaultRetries = 2;
const defaultTimeout = "30s";
const firstBackoffMs = 250;
const longestBackoffMs = 30_000;

/** A step's value is kept in every record of the run, so it is small: evidence, not dumps. */
export const maxValueBytes = 262_144;

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
  const attempt = async (number: number) => {
    tries = number;
    try {
      return await step.limit(() => attemptStep(step, number));
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
        if (isTerminal((error as FailedTry).thrown)) return false;
        await scope.wait(sleepOn(host.clock, host.clock.now() + backoffMs(attemptNumber, host.random())));
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

function isTerminal(thrown: unknown): boolean {
  if (!isGateError(thrown)) return false;
  return terminalCodes.has(thrown.code) || (isGateError(thrown, "SOURCE_FAILED") && !thrown.details.isRetryable);
}

async function attemptStep({ gate, name, effect, options, scope, host }: Step, attempt: number): Promise<Json> {
  scope.throwIfClosed();
  const timeoutMs = toMs(options.timeout ?? defaultTimeout);
  const io = new StepTry(attempt);
  const forget = scope.onClose((reason) => io.end(reason));
  const cancelTimer = host.clock.schedule(host.clock.now() + timeoutMs, () => {
    const message = `Step "${name}" of gate "${gate}" timed out after ${formatMs(timeoutMs)}.`;
    io.end(new GateError("STEP_TIMEOUT", message, { gate, step: name, timeoutMs }));
  });
  try {
    // An effect that ignores its signal is left behind; its answer is no longer wanted.
    const value = await Promise.race([effect(io), io.ended]);
    return checkedValue(gate, name, value);
  } finally {
    forget();
    cancelTimer();
  }
}

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
  if (typeof json === "string" || (typeof json === "object" && json !== null)) {
    const size = Buffer.byteLength(JSON.stringify(json));
    if (size > maxValueBytes) throw invalid(`its value has ${size} bytes, more than ${maxValueBytes}`);
  }
  return json;
}
