import type { LineListener } from "../run/record/record-store.js";
import type { LinePage } from "./line-page.js";
import { tell } from "./tell.js";

interface LineFollowerOptions {
  readonly afterLine: number;
  /** Reads the next lines after one. */
  readonly read: (afterLine: number) => Promise<LinePage>;
  readonly listener: LineListener;
}

/** Tells a listener of a record's lines, each once and in order, whenever somebody wakes it. */
export class LineFollower {
  readonly #read: LineFollowerOptions["read"];
  readonly #listener: LineListener;
  #told: number;
  #isReading = false;
  #isWoken = false;
  #hasEnded = false;
  #lastFault: string | undefined;

  constructor({ afterLine, read, listener }: LineFollowerOptions) {
    this.#told = afterLine;
    this.#read = read;
    this.#listener = listener;
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
      this.#warn(error instanceof Error ? error.message : String(error));
    }
  }

  // Whoever wakes it next lets it try again; a fault that stays is said once.
  #warn(fault: string): void {
    if (fault === this.#lastFault || this.#hasEnded) return;
    this.#lastFault = fault;
    process.emitWarning(`A record cannot be followed for now: ${fault}`);
  }
}
