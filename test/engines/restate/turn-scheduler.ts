import { setImmediate } from "node:timers/promises";
import type { Json } from "../../../src/gate/json.js";
import type { Clock } from "../../../src/run/host/clock.js";
import type { Answer, Host, Operation, StepOutcome } from "../../../src/run/host/host.js";

/**
 * A durable engine that keys its journal by the order in which operations are started.
 *
 * `Op` is opaque: something in flight. What is started again in a later execution is answered from the journal.
 */
export interface OrderedEngine<Op> {
  readonly clock: Clock;
  run(key: string, effect: () => Promise<Json | StepOutcome>): Op;
  sleep(key: string, until: number): Op;
  answer(gate: string, ordinal: number): Op;
  /** The only await. Winners come in the order of the journal; a rejection is the engine's own, never an operation's. */
  race(ops: readonly Op[]): Promise<{ readonly op: Op; readonly value: unknown }>;
  isCancelled(error: unknown): boolean;
}

interface Parked {
  wake(value: unknown): void;
  reject(error: unknown): void;
  /** When the operation settled, where its value says so. */
  at?(value: unknown): number;
}

/**
 * Carries a run on an engine that keys by order, and resolves to what `body` does.
 *
 * Whatever the run waits for is parked. When every branch that can go on has parked, the engine picks one winner, and just
 * that one is woken: so the same branches start the same operations in the same order, each time the run is executed.
 */
export async function inTurns<Op, Value>(
  engine: OrderedEngine<Op>,
  body: (host: Host) => Promise<Value>,
): Promise<Value> {
  const parked = new Map<Op, Parked>();
  const faults: unknown[] = [];
  let now = 0;

  const park = <Settled>(start: () => Op, at?: (value: Settled) => number): Operation<Settled> => {
    let op: Op | undefined;
    const settled = new Promise<Settled>((wake, reject) => {
      try {
        op = start();
        parked.set(op, { wake, reject, ...(at ? { at } : {}) });
      } catch (error) {
        // The engine's own fault is no answer to what the gate asked: it ends this execution instead.
        faults.push(error);
      }
    });
    return { settled, cancel: () => op !== undefined && parked.delete(op) };
  };

  // A value that lay in the journal, or a timer that was due, while no worker lived: what it says of the time is old.
  const present = async (): Promise<number> => {
    const { value } = await engine.race([engine.run("now", async () => engine.clock.now())]);
    return value as number;
  };

  const takeTurn = async (): Promise<void> => {
    const [first] = parked.values();
    if (!first) throw new Error("The run waits for something that is not an operation of its host.");
    try {
      const { op, value } = await engine.race([...parked.keys()]);
      const winner = parked.get(op);
      parked.delete(op);
      now = Math.max(now, winner?.at?.(value) ?? (await present()));
      winner?.wake(value);
    } catch (error) {
      if (!engine.isCancelled(error)) throw error;
      first.reject(error);
    }
  };

  const host: Host = {
    clock: engine.clock,
    now: () => now,
    // Only effects ask, for the jitter between their tries; they are not executed again.
    random: Math.random,
    isCancelled: (error) => engine.isCancelled(error),
    run: (key, effect) =>
      park<StepOutcome>(
        () => engine.run(key, effect),
        ({ at }) => at,
      ).settled,
    sleep: (key, until) => park<void>(() => engine.sleep(key, until)),
    answer: (gate, ordinal) => park<Answer>(() => engine.answer(gate, ordinal)),
  };

  now = await present();
  let isSettled = false;
  const result = body(host);
  const settle = () => void (isSettled = true);
  result.then(settle, settle);
  for (;;) {
    // A turn of the event loop: nothing that can go on without the engine is left then.
    await setImmediate();
    if (faults.length > 0) throw faults[0];
    if (isSettled) return result;
    await takeTurn();
  }
}
