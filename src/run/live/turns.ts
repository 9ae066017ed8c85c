import type { RunCancelled } from "../record/record-event.js";

/** Why a run is cancelled, and by whom. */
export type CancelCause = Omit<RunCancelled, "type">;

interface TurnsOptions {
  /** Looks, after each thing that happened, at what follows from it. */
  readonly afterEach: () => void;
  /** Ends the run, as somebody cancelled it. */
  readonly onCancel: (cause: CancelCause) => void;
}

/** Keeps what happens in a run in order: one thing after the other, and a cancel after the thing that led to it. */
export class Turns {
  readonly #afterEach: () => void;
  readonly #onCancel: (cause: CancelCause) => void;
  readonly #ends = new Set<() => void>();
  #phase: "starting" | "open" | "closed" = "starting";
  #isInTurn = false;
  #turnAt: number | undefined;
  #cancelledBecause: CancelCause | undefined;
  #isCancelDone = false;

  constructor({ afterEach, onCancel }: TurnsOptions) {
    this.#afterEach = afterEach;
    this.#onCancel = onCancel;
  }

  /** Whether the run has begun, and has no verdict yet. */
  get isOpen(): boolean {
    return this.#phase === "open";
  }

  get isCancelled(): boolean {
    return this.#cancelledBecause !== undefined;
  }

  open(): void {
    this.#phase = "open";
  }

  /** Nothing that happens from now on matters to the run. */
  close(): void {
    this.#phase = "closed";
    for (const end of this.#ends) end();
  }

  /** One thing that happens, with all that follows from it; after the end, nothing does. */
  take(act: () => void): void {
    if (this.#phase === "closed") return;
    this.#isInTurn = true;
    this.#turnAt = undefined;
    try {
      act();
      this.#afterEach();
    } finally {
      this.#isInTurn = false;
      this.#turnAt = undefined;
    }
    this.#cancelNow();
  }

  /** The time; within a turn it stands still, so that whatever happens at once has happened at one time. */
  now(read: () => number): number {
    return this.#isInTurn ? (this.#turnAt ??= read()) : read();
  }

  /** Looks at the time again: what a turn has led to may be old by now. */
  lookAtTime(): void {
    this.#turnAt = undefined;
  }

  /** Cancels the run; the first cause is the one that counts. */
  cancel(cause: CancelCause): void {
    this.#cancelledBecause ??= cause;
    // A listener may cancel while gates are between two states; then the turn ends first.
    if (!this.#isInTurn) this.#cancelNow();
  }

  /** Calls back when the run is closed, at once where it is. Returns a function that forgets it. */
  onEnd(callback: () => void): () => void {
    if (this.#phase === "closed") callback();
    else this.#ends.add(callback);
    return () => void this.#ends.delete(callback);
  }

  #cancelNow(): void {
    const cause = this.#cancelledBecause;
    if (!this.isOpen || cause === undefined || this.#isCancelDone) return;
    this.take(() => {
      this.#onCancel(cause);
      // A run that is done again may have more to come to, though it is cancelled.
      this.#isCancelDone = true;
    });
  }
}
