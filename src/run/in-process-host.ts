import type { Json } from "../gate/json.js";
import { systemClock, type Clock } from "./clock.js";
import type { Answer, AnswerReceipt, Host, Operation } from "./host.js";
import { Mailbox } from "./mailbox.js";

/** A host that can be given answers from this process. */
export interface InProcessHost extends Host {
  /** Gives a gate an answer; resolves when the gate took or refused it, or at once where it does not ask yet. */
  deliver(gate: string, value: Json): Promise<AnswerReceipt>;
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
    answer: (gate, ordinal) => mailbox.take(gate, ordinal),
    deliver: (gate, value) =>
      new Promise((resolve) => {
        const answer: Answer = { value, at: clock.now(), acknowledge: resolve };
        if (!mailbox.put(gate, answer)) resolve({ status: "kept" });
      }),
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
