import { systemClock, type Clock } from "./clock.js";
import type { Answer, Host, Operation } from "./host.js";
import { Mailbox } from "./mailbox.js";

/** A host that can be given answers from this process. */
export interface InProcessHost extends Host {
  /** Gives a gate an answer, now. */
  deliver(gate: string, answer: Omit<Answer, "at">): void;
  /** How many answers a gate was given and has not taken. */
  given(gate: string): number;
  /** Takes back every answer that a gate was given and has not taken. */
  takeBack(gate: string): readonly Answer[];
}

/** The host that carries a run in this process, on the machine's clock or another one. */
export function inProcessHost(clock: Clock = systemClock): InProcessHost {
  const mailbox = new Mailbox();
  return {
    clock,
    now: () => clock.now(),
    random: Math.random,
    isCancelled: () => false,
    run: (_key, effect) => effect(),
    sleep: (_key, until) => sleepOn(clock, until),
    // Answers are taken in the order in which they came, which is what their numbers say.
    answer: (gate) => mailbox.take(gate),
    deliver: (gate, answer) => mailbox.put(gate, { ...answer, at: clock.now() }),
    given: (gate) => mailbox.count(gate),
    takeBack: (gate) => mailbox.empty(gate),
  };
}

/** A wait on a clock. */
export function sleepOn(clock: Clock, until: number): Operation<void> {
  let cancel: (() => void) | undefined;
  const settled = new Promise<void>((resolve) => {
    cancel = clock.schedule(until, resolve);
  });
  return { settled, cancel: () => cancel?.() };
}
