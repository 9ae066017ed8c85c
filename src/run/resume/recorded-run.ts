import type { Finding } from "../../gate/finding.js";
import type { PlanIdentity } from "../../gate/plan.js";
import { lossIn } from "../inbox/lost-answer.js";
import { isLeft } from "../record/settled-receipt.js";
import type { Answer, StepAddress, StepOutcome } from "../host/host.js";
import { isOfConsumption } from "../record/is-of-consumption.js";
import type { RecordEvent } from "../record/record-event.js";
import { happenedAt, isSameQuestion, outcomeOf, stepKey, type RecordedStep } from "../record/recorded-step.js";
import { planPath } from "../record/plan-path.js";
import { isWaiverAddress } from "../overrides/waiver-answer.js";

/** What a record holds of the world: how steps ended, and which answers gates were given. */
export interface RecordedRun {
  /** The plan that was run. */
  readonly plan: PlanIdentity | undefined;
  /** How a step ended, at the time of the record; `undefined` where the record does not hold it, or another question. */
  step(address: StepAddress): StepOutcome | undefined;
  /** The `ordinal`-th answer (from 1) that the gate of a path was given. */
  answer(gate: string, ordinal: number): Answer | undefined;
  /**
   * Until when a step of a gate's attempt that is not in the record may have been under way, in milliseconds since the epoch;
   * `undefined` where the gate answered by itself, or never began, and so did not wait for it.
   */
  openUntil(gate: string, attempt: number): number | undefined;
  /** When the gate, or the round of one, of an address first began, in milliseconds since the epoch. */
  startedAt(address: string): number | undefined;
  /** When the last thing happened. */
  readonly endedAt: number;
  /** Whether the gate of a path was asked at all. */
  wasAsked(gate: string): boolean;
}

/** Looks up what the events of a record hold. */
export function recordedRun(events: readonly RecordEvent[]): RecordedRun {
  // Null where two steps have one key: a redaction may have made one of them, and nobody knows which is meant.
  const steps = new Map<string, RecordedStep | null>();
  let before = new Set<string>();
  const starts = new Map<string, number>();
  const answers = new Map<string, Answer[]>();
  const asked = new Set<string>();
  // Whatever became of the verdict is not of the run.
  const endedAt = Date.parse(events.findLast((event) => !isOfConsumption(event))?.at ?? "");
  const open = new Map<string, number>();
  for (const event of events) {
    if (event.type === "gate:started") {
      asked.add(planPath(event.gate));
      open.set(attemptKey(event.gate, event.attempt), endedAt);
      if (!starts.has(event.gate)) starts.set(event.gate, Date.parse(event.at));
    }
    if (event.type === "gate:settled") {
      const key = attemptKey(event.gate, event.finding.attempt);
      if (wasStopped(event.finding)) open.set(key, Date.parse(event.at));
      else open.delete(key);
    }
    // Where nobody said in time whether it still holds, this is when the time was up.
    if (event.type === "gate:lapsed") open.set(attemptKey(event.gate, event.attempt), Date.parse(event.at));
    if (event.resumedAt !== undefined) before = new Set(steps.keys());
    if (event.type === "step:recorded") {
      // What a process that died had done for an answer which it did not take, the next one has done anew.
      const isAnew = event.input !== undefined && before.delete(stepKey(event));
      steps.set(stepKey(event), steps.has(stepKey(event)) && !isAnew ? null : event);
    }
    // What was taken back after its gate had passed is an answer like any other to a plan whose gate still asks then.
    if (event.type !== "gate:answered" && event.type !== "gate:refused" && event.type !== "gate:withdrawn") continue;
    if (isWaiverAddress(event.gate)) continue;
    // Nobody took it: a gate that asks again in the replay must not either.
    if (isLeft(event)) continue;
    const path = planPath(event.gate);
    const answer = { value: event.answer, at: happenedAt(event), ...lossOf(event) };
    answers.set(path, [...(answers.get(path) ?? []), answer]);
  }
  const [first] = events;
  return {
    plan: first?.type === "run:started" ? first.plan : undefined,
    step(address) {
      const recorded = steps.get(stepKey(address));
      return recorded && isSameQuestion(recorded, address) ? outcomeOf(recorded) : undefined;
    },
    openUntil: (gate, attempt) => open.get(attemptKey(gate, attempt)),
    startedAt: (address) => starts.get(address),
    endedAt,
    answer: (gate, ordinal) => answers.get(gate)?.[ordinal - 1],
    wasAsked: (gate) => asked.has(gate),
  };
}

function attemptKey(gate: string, attempt: number): string {
  return `${gate}~${attempt}`;
}

// One that was asked whether it still holds when the time around it was up is inconclusive.
function wasStopped({ status }: Finding): boolean {
  return status === "expired" || status === "cancelled" || status === "inconclusive";
}

/** Whether a line stands for an answer that died with the process that was given it, or may have. */
export function lossOf(event: RecordEvent): ReturnType<typeof lossIn> {
  return event.type === "gate:refused" ? lossIn(event.reason) : {};
}
