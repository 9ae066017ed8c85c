import { givenAt } from "./given-at.js";
import type { Answer } from "../host/host.js";
import type { InProcessHost } from "../host/in-process-host.js";

/** One gate of the plan as the answer desk knows it: whether it asks, and what it was given. */
export class AskingGate {
  readonly #path: string;
  readonly #host: InProcessHost | undefined;
  readonly #onCalmer: () => void;
  readonly #freeNumbers: number[] = [];
  /** Messages that it was given and has not judged, and when the store took each. */
  readonly #owed = new Map<string, number>();
  #lastNumber = 0;
  #askers = 0;
  #hasAsked = false;
  #askedAt = 0;
  #until = 0;
  #works = 0;
  #lagMs = 0;

  /** `onCalmer` is told when it has less to do with what it was given. */
  constructor(path: string, host: InProcessHost | undefined, onCalmer: () => void) {
    this.#path = path;
    this.#host = host;
    this.#onCalmer = onCalmer;
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

  /**
   * Notes that it asks, from now until its time is up (milliseconds since the epoch). The gates of a repeated composite share a place, and
   * each of them may.
   */
  ask(now: number, until: number): void {
    if (this.#askers === 0) this.#askedAt = now;
    this.#until = this.#askers === 0 ? until : Math.max(this.#until, until);
    this.#askers += 1;
    this.#hasAsked = true;
  }

  /** When a message was given that the store took at a time, in milliseconds since the epoch: nothing is answered before it was asked. */
  givenAt(storedAt: number, now: number): number {
    return givenAt(storedAt, { since: this.#askedAt, now });
  }

  /** Whether what was given at a time came after all the time that the gate has. */
  isTooLate(at: number): boolean {
    return this.#askers > 0 && at > this.#until;
  }

  /** Notes a message that it was given, until it is judged. */
  owe(messageId: string, at: number): void {
    this.#owed.set(messageId, at);
  }

  /** Notes that an answer was judged, or will never be. */
  settle({ messageId }: Pick<Answer, "messageId">): void {
    if (messageId === undefined || !this.#owed.delete(messageId)) return;
    this.#onCalmer();
  }

  /** How late it heard what it goes on with: a message that lay in the store while nobody read it. Milliseconds. */
  get lagMs(): number {
    return this.#lagMs;
  }

  /** Notes that it takes an answer, and how late. What it works on meanwhile is no later than it was. */
  hear({ at, messageId }: Answer, now: number): void {
    const late = messageId === undefined ? 0 : Math.max(0, now - at);
    this.#lagMs = this.#works === 0 ? late : Math.min(this.#lagMs, late);
  }

  /** Notes that nobody carried it for so long. Milliseconds. */
  resume(downMs: number): void {
    this.#lagMs += downMs;
  }

  /** Notes that it has slept until a time, and is as late as it woke. */
  wake(at: number, now: number): void {
    this.#lagMs = Math.min(this.#lagMs, Math.max(0, now - at));
  }

  /** Notes that it works on what it was given. Returns what says that it has done so. */
  work(): () => void {
    this.#works += 1;
    return () => {
      this.#works -= 1;
      this.#onCalmer();
    };
  }

  /** Until when it may be judging what the store took until `at`; `undefined` where it is not. Milliseconds since the epoch. */
  behindUntil(at: number, now: number): number | undefined {
    if ([...this.#owed.values()].some((given) => given <= at)) return Infinity;
    return this.#works > 0 && now - this.#lagMs <= at ? at + this.#lagMs + 1 : undefined;
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
