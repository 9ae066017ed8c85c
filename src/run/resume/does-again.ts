import { canonicalJson } from "../../gate/fingerprint.js";
import type { Gate } from "../../gate/gate.js";
import type { Plan, PlanIdentity } from "../../gate/plan.js";
import { redacted } from "../../gate/redact.js";
import { virtualClock } from "../host/virtual-clock.js";
import type { LiveRunInput } from "../live/live-run-input.js";
import type { OverrideRule, ShownRule } from "../overrides/override-rule.js";
import { PastLines } from "../record/past-lines.js";
import type { RecordEvent, RunStarted } from "../record/record-event.js";
import { prepareRun } from "../start-run.js";
import { relivedRun } from "./relived-run.js";
import { waiversAhead } from "./waivers-ahead.js";
import { whyAnother } from "./why-another.js";

/** A record whose run has decided. */
interface Recorded {
  readonly lines: readonly string[];
  readonly events: readonly RecordEvent[];
  readonly started: RecordEvent & RunStarted;
}

/**
 * Whether a gate, or a plan, does again what a record says until its verdict, line by line; nothing is asked but of the record. `undefined`
 * where it is not the one of the record; `false`, too, where it is and the record shows it without the run's secrets.
 *
 * Throws a `GateError` where the plan's input is wrong.
 */
export async function doesAgain(
  { lines, events, started }: Recorded,
  target: Gate | Plan<unknown>,
  options: { readonly input?: unknown },
): Promise<boolean | undefined> {
  const input = inputAgain(started, target, options);
  if (whyAnother(started, input) !== undefined) return isOwnPlan(started.plan, input.plan) ? false : undefined;
  const end = events.findIndex(({ type }) => type === "run:decided");
  const again = { ...input, waivers: waiversAhead(events) ?? [], endsWithPast: true };
  const { run, past } = await relivedRun(
    again,
    (late) => new PastLines(events.slice(0, end), lines.slice(0, end), input.options.clock.now(), late),
  );
  const isOver = run.snapshot().verdict !== undefined;
  if (!isOver) run.cancel({ reason: "the record says nothing more of it" });
  // Its own verdict is the one line that is not of the past.
  return past.mismatch === undefined && isOver && run.scope.log.recorder.lines.length === end + 1;
}

// Nobody knows here what the run's secrets were: its own plan is told by what they do not change, or may have changed.
function isOwnPlan(recorded: PlanIdentity, given: PlanIdentity): boolean {
  if (recorded.name !== given.name || recorded.fingerprint !== given.fingerprint) return false;
  const [before, now] = [recorded.input ?? null, given.input ?? null].map((input) => canonicalJson(input));
  return before === now || before?.includes(redacted) === true;
}

/** What the recorded run was made of, but for the gates. */
function inputAgain(
  { at, runId, release, settle, deadlineAt, allowBypass, overrideRules = {} }: RecordEvent & RunStarted,
  target: Gate | Plan<unknown>,
  options: { readonly input?: unknown },
): LiveRunInput {
  const deadline = deadlineAt === undefined ? {} : { deadline: Date.parse(deadlineAt) - Date.parse(at) };
  const how = {
    release,
    runId,
    settle,
    allowBypass: allowBypass === true,
    clock: virtualClock(at),
    ...deadline,
    ...options,
  };
  const input = prepareRun(target, how, () => []);
  return { ...input, options: { ...input.options, overrideRules: rulesOf(overrideRules) } };
}

// Who might was asked in the recorded run, and nobody is asked again.
function rulesOf({ waive, bypass }: NonNullable<RunStarted["overrideRules"]>) {
  return { waive: ruleOf(waive), bypass: ruleOf(bypass) };
}

function ruleOf(shown: ShownRule | undefined): OverrideRule | undefined {
  if (!shown) return undefined;
  const { isAsked, ...rule } = shown;
  return { ...rule, ...(isAsked ? { ask: () => false } : {}) };
}
