import type { Answer, Operation } from "./host.js";

interface Box {
  /** Given, and not taken yet. */
  readonly answers: Answer[];
  /** Those who wait for one, in the order in which they came. */
  readonly takers: ((answer: Answer) => void)[];
}

/** Answers from outside, each kept until the gate it is for takes it. */
export class Mailbox {
  readonly #boxes = new Map<string, Box>();

  /** Puts an answer in, into the hands of whoever waits longest for one. */
  put(gate: string, answer: Answer): void {
    const { answers, takers } = this.#box(gate);
    const taker = takers.shift();
    if (taker) taker(answer);
    else answers.push(answer);
  }

  /** Takes the next answer of a gate, now or when it comes. */
  take(gate: string): Operation<Answer> {
    const { answers, takers } = this.#box(gate);
    let taker: ((answer: Answer) => void) | undefined;
    const settled = new Promise<Answer>((resolve) => {
      const given = answers.shift();
      if (given) resolve(given);
      else takers.push((taker = resolve));
    });
    const cancel = () => {
      const index = taker ? takers.indexOf(taker) : -1;
      if (index !== -1) takers.splice(index, 1);
    };
    return { settled, cancel };
  }

  /** How many answers of a gate nobody has taken yet. */
  count(gate: string): number {
    return this.#boxes.get(gate)?.answers.length ?? 0;
  }

  /** Whether somebody waits for an answer of a gate. */
  awaits(gate: string): boolean {
    return (this.#boxes.get(gate)?.takers.length ?? 0) > 0;
  }

  /** Takes out every answer of a gate that nobody has taken. */
  empty(gate: string): readonly Answer[] {
    return this.#boxes.get(gate)?.answers.splice(0) ?? [];
  }

  #box(gate: string): Box {
    let box = this.#boxes.get(gate);
    if (!box) this.#boxes.set(gate, (box = { answers: [], takers: [] }));
    return box;
  }
}
