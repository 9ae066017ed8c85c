import { defineGate, type GateFactory } from "../../gate/define-gate.js";
import type { CheckResult } from "../../gate/finding.js";
import { attemptStep, type ProbeContext, type StepResult } from "./attempt-step.js";
import { healthProbeConfig, type HealthProbeConfig } from "./health-probe-config.js";
import { healthProbeEvidence, type HealthProbeEvidence, type LastAttempt } from "./health-probe-evidence.js";
import { failReason, passReason, undecidedReason } from "./probe-reason.js";
import { longestMs, nextAttemptAt } from "./schedule.js";
import { countAttempt, judgeAttempts, noAttempts, type AttemptCounts, type AttemptsJudgement } from "./thresholds.js";

/**
 * Makes a gate that asks a target whether it is healthy, as a Kubernetes probe does.
 *
 * Passes after `successThreshold` healthy attempts in a row; fails after `failureThreshold` unhealthy ones, which rolls the
 * release back by default; errors where attempts cannot be made. Takes at most as long as `maxAttempts` do.
 *
 * @example
 * ```ts
 * import { healthProbe } from "release-gates";
 *
 * export const ready = healthProbe("orders is ready", {
 *   http: { url: "https://orders.internal/healthz", expect: { status: 200, release: true } },
 *   period: "5s",
 *   successThreshold: 3,
 * });
 * ```
 */
export const healthProbe: GateFactory<"health-probe", HealthProbeConfig, HealthProbeEvidence> = defineGate({
  kind: "health-probe",
  config: healthProbeConfig,
  evidence: healthProbeEvidence,
  defaults: {
    onFail: "rollback",
    timeout: ({ schedule, thresholds }) => longestMs(thresholds.maxAttempts, schedule) + slackMs,
  },
  describe: ({ probe, schedule, thresholds }) => ({ probe: probe.description, ...schedule, ...thresholds }),
  check,
});

/** What the run itself may need in all, such as a free place among the steps in flight. */
const slackMs = 30_000;

async function check(context: ProbeContext): Promise<CheckResult<HealthProbeEvidence>> {
  const { schedule, thresholds } = context.config;
  const startedAt = context.now();
  const firstAt = startedAt + schedule.initialDelayMs;
  let dueAt = firstAt;
  let seen: Seen = { counts: noAttempts };
  for (;;) {
    if (dueAt > context.now()) await context.sleep(dueAt - context.now());
    seen = addAttempt(seen, await attemptStep(context, dueAt - startedAt, seen.last !== undefined));
    const judgement = judgeAttempts(seen.counts, thresholds);
    if (judgement !== undefined) return conclude(context, judgement, seen, context.now() - firstAt);
    dueAt = nextAttemptAt(dueAt, context.now(), schedule);
  }
}

interface Seen {
  readonly counts: AttemptCounts;
  readonly last?: LastAttempt;
  readonly lastError?: Error;
}

function addAttempt({ counts, ...before }: Seen, attempt: StepResult): Seen {
  return "error" in attempt
    ? { ...before, counts: countAttempt(counts, "errored"), lastError: attempt.error }
    : { ...before, counts: countAttempt(counts, attempt.status), last: attempt };
}

function conclude(
  context: ProbeContext,
  judgement: AttemptsJudgement,
  { counts, last, lastError }: Seen,
  overMs: number,
): CheckResult<HealthProbeEvidence> {
  // What decides without an attempt that could be made is an error.
  if (judgement === "errored" || !last) throw lastError ?? new Error("No attempt was made.");
  const { probe, thresholds } = context.config;
  const { target } = probe;
  const { errorsInRow: _, ...counted } = counts;
  const evidence = { target, ...counted, last, ...(lastError ? { lastError: lastError.message } : {}) };
  const answer = { target, counts, thresholds, last, overMs };
  if (judgement === "passed") return context.pass(passReason(answer), evidence);
  if (judgement === "failed") return context.fail(failReason(answer), evidence);
  return context.inconclusive(undecidedReason(answer), evidence);
}
