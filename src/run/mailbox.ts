import type { Answer, Operation } from "./host.js";

interface Box {
  readonly answers: Answer[];
  readonly takers: Map<number, (answer: Answer) => void>;
}

/** Answers from outside, each kept until the gate it is for asks for it. */
export class Mailbox {
  readonly #boxes = new Map<string, Box>();

  /** Puts an answer in. Returns whether somebody waited for it. */
  put(gate: string, answer: Answer): boolean {
    const box = this.#box(gate);
    box.answers.push(answer);
    const taker = box.takers.get(box.answers.length);
    taker?.(answer);
    return taker !== undefined;
  }

  /** Takes the `ordinal`-th answer (from 1) of a gate, now or when it comes. */
  take(gate: string, ordinal: number): Operation<Answer> {
    const { answers, takers } = this.#box(gate);
    const settled = new Promise<Answer>((resolve) => {
      const given = answers[ordinal - 1];
      if (given) resolve(given);
      else takers.set(ordinal, resolve);
    });
    return { settled, cancel: () => void takers.delete(ordinal) };
  }

  #box(gate: string): Box {
    let box = this.#boxes.get(gate);
    if (!box) this.#boxes.set(gate, (box = { answers: [], takers: new Map() }));
    return box;
  }
}
