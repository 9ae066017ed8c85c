import type { Answer, Host, Operation, StepAddress, StepOutcome } from "../host/host.js";
import { sleepOn } from "../host/in-process-host.js";
import type { RecordEvent } from "../record/record-event.js";
import { recordedRun, type RecordedRun } from "./recorded-run.js";
import { parseRoundKey, roundPath } from "../record/round-key.js";
import { isWaiverAddress } from "../overrides/waiver-answer.js";
import { virtualClock, type VirtualClock } from "../host/virtual-clock.js";

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

/** Makes the host that carries a run over what was recorded of another. */
export function replayHost(events: readonly RecordEvent[]): ReplayHost {
  const clock = virtualClock(events[0]?.at);
  const recorded = recordedRun(events);
  const unknown: Unknown[] = [];
  return {
    clock,
    unknown,
    past: { ...(recorded.plan && { plan: recorded.plan }) },
    now: () => clock.now(),
    // Nothing of a replay may depend on chance.
    random: () => 0.5,
    isCancelled: () => false,
    sleep: (key, until) => sleepOn(clock, roundStart(recorded, key, until) ?? until),
    async run(_key, _effect, address) {
      const outcome = recorded.step(address);
      if (!outcome) {
        // It may have been under way when its gate was stopped; what stopped that stops it here, a moment before this does.
        const until = recorded.openUntil(address.gate, address.attempt);
        if (until !== undefined) await sleepOn(clock, until + 1).settled;
        unknown.push({ gate: address.gate, asked: address.step });
        return notInRecord(address, clock.now());
      }
      await sleepOn(clock, outcome.at).settled;
      return outcome;
    },
    answer(gate, ordinal): Operation<Answer> {
      const given = recorded.answer(gate, ordinal);
      // What somebody waived in the recorded run is waived again, at its time; it is no answer that a gate asked for.
      if (!given && !isWaiverAddress(gate)) unknown.push({ gate, asked: `answer ${ordinal}` });
      return answerAt(clock, given);
    },
  };
}

/**
 * When a round of a repeated gate began, for the key of the wait before it.
 *
 * Real timers are late, each time by a little: on exact time a replay would ask for rounds that never were. A round that the
 * record does not hold is asked for after everything that it does.
 */
function roundStart(recorded: RecordedRun, key: string, until: number): number | undefined {
  const wait = parseRoundKey(key);
  if (!wait || recorded.startedAt(wait.path) === undefined) return undefined;
  const startedAt = recorded.startedAt(roundPath(wait.path, wait.attempt, wait.round));
  return Math.max(until, startedAt ?? recorded.endedAt + 1);
}

/** An answer that is given when it was given; one that never was leaves its gate waiting. */
export function answerAt(clock: VirtualClock, given: Answer | undefined): Operation<Answer> {
  const wait = sleepOn(clock, given?.at ?? Number.POSITIVE_INFINITY);
  if (!given) wait.cancel();
  return { settled: wait.settled.then(() => given as Answer), cancel: wait.cancel };
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
