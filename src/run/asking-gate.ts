import type { Answer } from "./host.js";
import type { InProcessHost } from "./in-process-host.js";

/** One gate of the plan as the answer desk knows it: whether it asks, and what it was given. */
export class AskingGate {
  readonly #path: string;
  readonly #host: InProcessHost | undefined;
  readonly #freeNumbers: number[] = [];
  #lastNumber = 0;
  #askers = 0;
  #hasAsked = false;

  constructor(path: string, host: InProcessHost | undefined) {
    this.#path = path;
    this.#host = host;
  }

  get isAsking(): boolean {
    return this.#askers > 0;
  }

  get hasAsked(): boolean {
    return this.#hasAsked;
  }

  /** How many answers were given and not taken. Where an engine carries the run, it alone knows, and this says none. */
  get given(): number {
    return this.#host?.given(this.#path) ?? 0;
  }

  /** Notes that it asks. The gates of a repeated composite share a place, and each of them may. */
  ask(): void {
    this.#askers += 1;
    this.#hasAsked = true;
  }

  /** Notes that it asks no more. */
  rest(): void {
    this.#askers -= 1;
  }

  /** The number of the next answer that is taken, from 1. */
  next(): number {
    return this.#freeNumbers.shift() ?? ++this.#lastNumber;
  }

  /** Frees the number of an answer that never came: the next one to come has it. */
  giveBack(number: number): void {
    this.#freeNumbers.push(number);
    this.#freeNumbers.sort((a, b) => a - b);
  }

  /** The answers that nobody will take any more, where nobody asks any more. */
  takeBack(): readonly Answer[] {
    return this.isAsking ? [] : (this.#host?.takeBack(this.#path) ?? []);
  }
}
