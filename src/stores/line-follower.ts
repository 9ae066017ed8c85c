import type { LineListener } from "../run/record/record-store.js";
import type { LinePage } from "./line-page.js";
import { tell } from "./tell.js";

interface LineFollowerOptions {
  readonly afterLine: number;
  /** Reads the next lines after one. */
  readonly read: (afterLine: number) => Promise<LinePage>;
  readonly listener: LineListener;
  /** After how long it tries again by itself what could not be read: nobody may wake it any more. Milliseconds. */
  readonly retryMs: number;
}

/** Tells a listener of a record's lines, each once and in order, whenever somebody wakes it. */
export class LineFollower {
  readonly #read: LineFollowerOptions["read"];
  readonly #listener: LineListener;
  readonly #retryMs: number;
  #told: number;
  #isReading = false;
  #isWoken = false;
  #hasEnded = false;
  #lastFault: string | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor({ afterLine, read, listener, retryMs }: LineFollowerOptions) {
    this.#told = afterLine;
    this.#read = read;
    this.#listener = listener;
    this.#retryMs = retryMs;
  }

  /** How many lines the listener was told of, or did not want. */
  get told(): number {
    return this.#told;
  }

  /** There may be more lines than before. */
  wake(): void {
    this.#isWoken = true;
    if (!this.#isReading) void this.#readAll();
  }

  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#retry);
  }

  async #readAll(): Promise<void> {
    this.#isReading = true;
    while (this.#isWoken && !this.#hasEnded) {
      this.#isWoken = false;
      await this.#readOnce();
    }
    this.#isReading = false;
  }

  async #readOnce(): Promise<void> {
    try {
      const { lines, isLast } = await this.#read(this.#told);
      this.#lastFault = undefined;
      if (!isLast) this.#isWoken = true;
      if (this.#hasEnded || lines.length === 0) return;
      this.#told += lines.length;
      tell(this.#listener, lines);
    } catch (error) {
      if (!this.#hasEnded) this.#tryAgain(error instanceof Error ? error.message : String(error));
    }
  }

  // A fault that stays is said once.
  #tryAgain(fault: string): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.wake(), this.#retryMs);
    if (fault === this.#lastFault) return;
    this.#lastFault = fault;
    process.emitWarning(`A record cannot be followed for now: ${fault}`);
  }
}
