/** What is told of a line of the record: enough to know what to look at again, and nothing that a page would not show. */
export interface ToldLine {
  readonly line: number;
  readonly type: string;
  readonly gate?: string;
}

// Whoever reads slower than a run goes is told so much, and begins again where they were.
const mostUntold = 10_000;

/** What has happened in a run and was not told yet. */
export class RunNews {
  #line: number;
  #isClosed = false;
  #untold: ToldLine[] = [];
  #wake: (() => void) | undefined;

  /** Begins after a line of the record. */
  constructor(afterLine: number) {
    this.#line = afterLine;
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
      this.#untold.push(toldOf(text, ++this.#line));
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
    return this.#untold.shift();
  }

  /** Resolves when something has come, or nothing does any more. */
  come(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isClosed || this.#untold.length > 0) resolve();
      else this.#wake = resolve;
    });
  }
}

function toldOf(text: string, line: number): ToldLine {
  try {
    const { type, gate } = JSON.parse(text) as { readonly type?: unknown; readonly gate?: unknown };
    return { line, type: String(type), ...(typeof gate === "string" ? { gate } : {}) };
  } catch {
    // That the record is broken is said by the page, which proves it.
    return { line, type: "unknown" };
  }
}
