import { canonicalJson } from "../gate/fingerprint.js";
import type { Answer, Host, Operation, StepAddress, StepOutcome } from "./host.js";
import { sleepOn } from "./in-process-host.js";
import type { RecordEvent, StepRecorded } from "./record-event.js";
import { planPath } from "./run-state.js";
import { virtualClock, type VirtualClock } from "./virtual-clock.js";

/** Something that a plan asked and the record does not hold. */
export interface Unknown {
  /** The path of the gate that asked. */
  readonly gate: string;
  /** The step whose outcome, or the answer from outside, is not in the record. */
  readonly asked: string;
}

/** A host that answers from a record, at the times of the record. */
export interface ReplayHost extends Host {
  readonly clock: VirtualClock;
  /** What was asked in vain so far. */
  readonly unknown: readonly Unknown[];
}

type RecordedStep = StepRecorded & RecordEvent;

/** Makes the host that carries a run over what was recorded of another. */
export function replayHost(events: readonly RecordEvent[]): ReplayHost {
  const clock = virtualClock(events[0]?.at);
  const steps = new Map<string, RecordedStep>();
  const answers = new Map<string, Answer[]>();
  const unknown: Unknown[] = [];
  for (const event of events) {
    if (event.type === "step:recorded") steps.set(stepKey(event), event);
    if (event.type !== "gate:answered" && event.type !== "gate:refused") continue;
    const path = planPath(event.gate);
    answers.set(path, [...(answers.get(path) ?? []), { value: event.answer, at: Date.parse(event.at) }]);
  }
  return {
    clock,
    unknown,
    now: () => clock.now(),
    // Nothing of a replay may depend on chance.
    random: () => 0.5,
    isCancelled: () => false,
    sleep: (_key, until) => sleepOn(clock, until),
    async run(_key, _effect, address) {
      const recorded = steps.get(stepKey(address));
      if (!recorded || !isSameQuestion(recorded, address)) {
        unknown.push({ gate: address.gate, asked: address.step });
        return notInRecord(address, clock.now());
      }
      await sleepOn(clock, Date.parse(recorded.at)).settled;
      return outcomeOf(recorded);
    },
    answer(gate, ordinal): Operation<Answer> {
      const given = answers.get(gate)?.[ordinal - 1];
      if (!given) unknown.push({ gate, asked: `answer ${ordinal}` });
      const wait = sleepOn(clock, given?.at ?? Number.POSITIVE_INFINITY);
      if (!given) wait.cancel();
      return { settled: wait.settled.then(() => given as Answer), cancel: wait.cancel };
    },
  };
}

function stepKey({ gate, step, attempt }: StepAddress): string {
  return JSON.stringify([gate, step, attempt]);
}

function isSameQuestion(recorded: RecordedStep, { input }: StepAddress): boolean {
  return canonicalJson(recorded.input ?? null) === canonicalJson(input ?? null);
}

function outcomeOf(recorded: RecordedStep): StepOutcome {
  const { tries } = recorded;
  const at = Date.parse(recorded.at);
  return recorded.ok ? { ok: true, value: recorded.value, tries, at } : { ok: false, error: recorded.error, tries, at };
}

function notInRecord({ gate, step }: StepAddress, at: number): StepOutcome {
  const message = `The record holds no answer to step "${step}" of gate "${gate}".`;
  return {
    ok: false,
    tries: 0,
    at,
    error: { name: "GateError", message, code: "NOT_IN_RECORD", details: { gate, step } },
  };
}
