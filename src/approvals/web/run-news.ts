import type { Decision } from "../../decision/decision.js";
import { lastWordAt } from "./last-word.js";

/** What is told of a line of the record: enough to know what to look at again, and nothing that a page would not show. */
export interface ToldLine {
  readonly line: number;
  readonly type: string;
  readonly gate?: string;
}

interface Untold {
  readonly told: ToldLine;
  readonly lastWordAt?: number;
}

interface Line {
  readonly type?: unknown;
  readonly gate?: unknown;
  readonly at?: unknown;
  readonly verdict?: { readonly decision: Decision };
}

// Whoever reads slower than a run goes is told so much, and begins again where they were.
const mostUntold = 10_000;

/** What has happened in a run and was not told yet. */
export class RunNews {
  #line: number;
  #isClosed = false;
  #untold: Untold[] = [];
  #lastWordAt: number | undefined;
  #wake: (() => void) | undefined;

  /** Begins after a line of the record. */
  constructor(afterLine: number) {
    this.#line = afterLine;
  }

  /** From when on the verdict that was told last is the last one, in milliseconds since the epoch; none where none was told. */
  get lastWordAt(): number | undefined {
    return this.#lastWordAt;
  }

  /** Whether nothing is told any more. */
  get isOver(): boolean {
    return this.#isClosed && this.#untold.length === 0;
  }

  /** Whether there is something to be told. */
  get hasCome(): boolean {
    return this.#untold.length > 0;
  }

  /** Adds the next lines. Where there are too many untold ones, those before them are still told, and then it is over. */
  add(lines: readonly string[]): void {
    for (const text of lines) {
      this.#isClosed ||= this.#untold.length === mostUntold;
      // After a line that was left out, none can be told by its number.
      if (this.#isClosed) break;
      this.#untold.push(untoldOf(text, ++this.#line));
    }
    this.#wake?.();
  }

  /** Ends it, whatever was not told yet. */
  end(): void {
    this.#isClosed = true;
    this.#untold = [];
    this.#wake?.();
  }

  /** The next line, where there is one. */
  take(): ToldLine | undefined {
    const next = this.#untold.shift();
    this.#lastWordAt = next?.lastWordAt ?? this.#lastWordAt;
    return next?.told;
  }

  /** Resolves when something has come, or nothing does any more. */
  come(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isClosed || this.#untold.length > 0) resolve();
      else this.#wake = resolve;
    });
  }
}

function untoldOf(text: string, line: number): Untold {
  try {
    const { type, gate, at, verdict } = JSON.parse(text) as Line;
    const told = { line, type: String(type), ...(typeof gate === "string" ? { gate } : {}) };
    return {
      told,
      ...(type === "run:decided" && verdict ? { lastWordAt: lastWordAt(verdict.decision, String(at)) } : {}),
    };
  } catch {
    // That the record is broken is said by the page, which proves it.
    return { told: { line, type: "unknown" } };
  }
}
