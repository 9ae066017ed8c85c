import { systemClock, type Clock } from "./clock.js";
import type { Answer, Host, Operation } from "./host.js";
import { Mailbox } from "./mailbox.js";

/** A host that can be given answers from this process. */
export interface InProcessHost extends Host {
  /** Gives a gate an answer; `at` says when it was given, where that was not now. */
  deliver(gate: string, answer: Omit<Answer, "at"> & Partial<Pick<Answer, "at">>): void;
  /** How many answers a gate was given and has not taken. */
  given(gate: string): number;
  /** Whether somebody waits for an answer of a gate. */
  awaits(gate: string): boolean;
  /** Takes back every answer that a gate was given and has not taken. */
  takeBack(gate: string): readonly Answer[];
}

/** The host that carries a run in this process, on the machine's clock or another one. */
export function inProcessHost(clock: Clock = systemClock, now: () => number = () => clock.now()): InProcessHost {
  const mailbox = new Mailbox();
  return {
    clock,
    now,
    random: Math.random,
    isCancelled: () => false,
    run: (_key, effect) => effect(),
    sleep: (_key, until) => sleepOn(clock, until),
    // Answers are taken in the order in which they came, which is what their numbers say.
    answer: (gate, _ordinal, isGiven) =>
      isGiven && mailbox.count(gate) === 0 ? lostAnswer(clock.now()) : mailbox.take(gate),
    deliver: (gate, answer) => mailbox.put(gate, { at: clock.now(), ...answer }),
    given: (gate) => mailbox.count(gate),
    awaits: (gate) => mailbox.awaits(gate),
    takeBack: (gate) => mailbox.empty(gate),
  };
}

// It was given to a process that has died since, and stood nowhere else.
function lostAnswer(at: number): Operation<Answer> {
  return { settled: Promise.resolve({ value: null, at, isLost: true }), cancel: () => {} };
}

/** A wait on a clock. */
export function sleepOn(clock: Clock, until: number): Operation<void> {
  let cancel: (() => void) | undefined;
  const settled = new Promise<void>((resolve) => {
    cancel = clock.schedule(until, resolve);
  });
  return { settled, cancel: () => cancel?.() };
}
