import { canonicalJson } from "../../gate/fingerprint.js";
import { redactText } from "../../gate/redact.js";
import type { StepAddress, StepOutcome } from "../host/host.js";
import type { StepRecorded } from "./gate-event.js";
import type { RecordEvent } from "./record-event.js";

/** A line of the record that says how a step ended. */
export type RecordedStep = StepRecorded & RecordEvent;

/** What tells one step of a run from another. Secrets were removed from the names of steps, too. */
export function stepKey({ gate, step, attempt }: StepAddress): string {
  return JSON.stringify([gate, redactText(step), attempt]);
}

/** Whether a line says how a step ended that is asked for. */
export function isSameStep(recorded: RecordedStep, address: StepAddress): boolean {
  return stepKey(recorded) === stepKey(address) && isSameQuestion(recorded, address);
}

/** Whether a line answers what is asked now: another input is another question. */
export function isSameQuestion(recorded: RecordedStep, { input }: StepAddress): boolean {
  return canonicalJson(recorded.input ?? null) === canonicalJson(input ?? null);
}

/** How a step ended, as the record says. */
export function outcomeOf(recorded: RecordedStep): StepOutcome {
  const { tries } = recorded;
  const at = happenedAt(recorded);
  return recorded.ok ? { ok: true, value: recorded.value, tries, at } : { ok: false, error: recorded.error, tries, at };
}

/** When what a line says happened, in milliseconds since the epoch: it may have been recorded later. */
export function happenedAt({ at, happenedAt: before }: { readonly at: string; readonly happenedAt?: string }): number {
  return Date.parse(before ?? at);
}
