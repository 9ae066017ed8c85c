import type { Clock } from "../host/clock.js";
import type { Answer, Operation, StepAddress, StepOutcome } from "../host/host.js";
import type { InProcessHost } from "../host/in-process-host.js";
import type { PastAnswer, PastLines } from "../record/past-lines.js";
import { isLeft } from "../record/settled-receipt.js";
import { answerOf } from "./past-answer.js";

/** Something in flight while a run relives its past: it goes on when the record says so. */
export type Parked =
  | {
      readonly kind: "step";
      readonly address: StepAddress;
      readonly settle: (outcome: StepOutcome) => void;
      readonly goLive: () => void;
    }
  | {
      readonly kind: "sleep";
      readonly key: string;
      readonly until: number;
      readonly settle: () => void;
      readonly goLive: () => void;
    }
  | {
      readonly kind: "answer";
      readonly gate: string;
      readonly settle: (answer: Answer) => void;
      readonly goLive: () => void;
    }
  | {
      readonly kind: "stored";
      readonly gate: string;
      readonly at: number;
      readonly settle: () => void;
      readonly goLive: () => void;
    }
  | { readonly kind: "turn"; readonly gate: string; readonly settle: () => void; readonly goLive: () => void };

/** A wait for a time. */
export type Sleep = Extract<Parked, { readonly kind: "sleep" }>;

/**
 * The host of a run that is resumed: holds everything back that the run waits for, until the record says that it happened; and carries
 * the run in this process when there is no more to be relived.
 */
export class ResumeHost implements InProcessHost {
  readonly clock: Clock;
  readonly #past: PastLines;
  readonly #live: InProcessHost;
  readonly #parked = new Set<Parked>();
  #now: number;

  /** `live` carries the run when its past is over. */
  constructor(live: InProcessHost, past: PastLines) {
    this.clock = live.clock;
    this.#past = past;
    this.#now = past.begunAt;
    this.#live = live;
  }

  get parked(): readonly Parked[] {
    return [...this.#parked];
  }

  now(): number {
    return this.#past.isRelived ? this.#live.now() : this.#now;
  }

  random(): number {
    return this.#live.random();
  }

  isCancelled(): boolean {
    return false;
  }

  run(key: string, effect: () => Promise<StepOutcome>, address: StepAddress): Promise<StepOutcome> {
    const live = () => this.#live.run(key, effect, address);
    if (this.#past.isRelived) return live();
    return this.#park<StepOutcome>((settle) => ({
      kind: "step",
      address,
      settle,
      goLive: () => void live().then(settle),
    })).settled;
  }

  sleep(key: string, until: number): Operation<void> {
    const live = () => this.#live.sleep(key, until);
    return this.#later(live, (settle, goLive) => ({ kind: "sleep", key, until, settle, goLive }));
  }

  answer(gate: string, ordinal: number, isGiven?: boolean): Operation<Answer> {
    const live = () => this.#live.answer(gate, ordinal, isGiven);
    return this.#later(live, (settle, goLive) => ({ kind: "answer", gate, settle, goLive }));
  }

  deliver(...given: Parameters<InProcessHost["deliver"]>): void {
    this.#live.deliver(...given);
  }

  given(gate: string): number {
    return this.#live.given(gate);
  }

  awaits(gate: string): boolean {
    return this.#live.awaits(gate) || this.parked.some((one) => one.kind === "answer" && one.gate === gate);
  }

  takeBack(gate: string): readonly Answer[] {
    if (this.#past.isRelived) return this.#live.takeBack(gate);
    // Whatever ends the gate, its record says next what it had been given in vain.
    return this.#past.leading(gate, isLeft).map((event) => answerOf(event as PastAnswer));
  }

  /** Waits, for a gate, until what it has recorded is stored. */
  stored(gate: string, stored: () => Promise<void> | undefined): Promise<void> {
    const at = this.#now;
    const live = async () => stored();
    return this.#park<void>((settle, fail) => ({
      kind: "stored",
      gate,
      at,
      settle,
      goLive: () => void live().then(settle, fail),
    })).settled;
  }

  /** Goes on with what a gate has come to, when the record does. */
  turn(gate: string): Promise<void> {
    return this.#park<void>((settle) => ({ kind: "turn", gate, settle, goLive: settle })).settled;
  }

  /** What is relived now happened at this time, in milliseconds since the epoch. */
  timeIs(now: number): void {
    this.#now = now;
  }

  /** From now on the run goes on by itself: with what is done first, then with waits in the order in which they end. */
  goLive(): void {
    const order = { turn: 0, stored: 1, answer: 2, step: 3, sleep: 4 } as const;
    const all = this.parked.toSorted((a, b) => order[a.kind] - order[b.kind] || untilOf(a) - untilOf(b));
    for (const one of all) if (this.#parked.delete(one)) one.goLive();
  }

  #later<Value>(
    live: () => Operation<Value>,
    make: (settle: (value: Value) => void, goLive: () => void) => Parked,
  ): Operation<Value> {
    if (this.#past.isRelived) return live();
    let operation: Operation<Value> | undefined;
    return this.#park<Value>(
      (settle, fail) =>
        make(settle, () => {
          operation = live();
          operation.settled.then(settle, fail);
        }),
      () => operation?.cancel(),
    );
  }

  #park<Value>(
    make: (settle: (value: Value) => void, fail: (error: unknown) => void) => Parked,
    cancelLive = () => {},
  ): Operation<Value> {
    let parked: Parked | undefined;
    const settled = new Promise<Value>((resolve, reject) => {
      parked = make((value) => {
        if (parked) this.#parked.delete(parked);
        resolve(value);
      }, reject);
      this.#parked.add(parked);
    });
    const cancel = () => {
      if (parked) this.#parked.delete(parked);
      cancelLive();
    };
    return { settled, cancel };
  }
}

function untilOf(one: Parked): number {
  return one.kind === "sleep" ? one.until : 0;
}
