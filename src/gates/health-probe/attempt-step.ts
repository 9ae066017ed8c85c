import { formatMs } from "../../gate/duration.js";
import type { GateContext } from "../../gate/gate-context.js";
import { isGateError } from "../../gate/gate-error.js";
import { makeAttempt } from "./attempt.js";
import type { HealthProbeSettings } from "./health-probe-config.js";
import type { HealthProbeEvidence, LastAttempt } from "./health-probe-evidence.js";

/** The world as a health probe sees it. */
export type ProbeContext = GateContext<HealthProbeSettings, HealthProbeEvidence>;

/** What an attempt saw, or why it could not be made. */
export type StepResult = LastAttempt | { readonly error: Error };

/** How long an attempt may take to end after its timeout. One that behaves needs none of it. */
const slackMs = 5_000;

/**
 * Makes one attempt as a step of its gate, and reports it as a measurement.
 *
 * Throws where making it again cannot help, and where the gate is no longer needed.
 */
export async function attemptStep(context: ProbeContext, offsetMs: number, wasReached: boolean): Promise<StepResult> {
  const { config, release } = context;
  const { probe } = config;
  const { timeoutMs } = config.schedule;
  const sample = { name: "latency", unit: "ms", bound: `healthy within ${formatMs(timeoutMs)}` };
  try {
    const { outcome, latencyMs } = await context.step(
      `attempt@${offsetMs / 1_000}s`,
      ({ signal }) =>
        makeAttempt((request) => probe.ask(request), { source: probe.target, release, timeoutMs, wasReached, signal }),
      // The thresholds are the retries.
      { retry: false, timeout: timeoutMs + slackMs, input: { probe: probe.description, timeoutMs } },
    );
    const status = outcome.status === "healthy" ? "good" : "bad";
    context.measure({ ...sample, at: context.now(), value: latencyMs, status, detail: outcome.reason });
    return { ...outcome, latencyMs, attemptedAt: new Date(context.now()).toISOString() };
  } catch (error) {
    if (!isPassing(error)) throw error;
    context.measure({ ...sample, at: context.now(), value: null, status: "unknown", detail: error.message });
    return { error };
  }
}

function isPassing(error: unknown): error is Error {
  if (isGateError(error, "STEP_TIMEOUT")) return true;
  return isGateError(error, "SOURCE_FAILED") && error.details.isRetryable;
}
