/** What is told of a line of the record: enough to know what to look at again, and nothing that a page would not show. */
export interface ToldLine {
  readonly line: number;
  readonly type: string;
  readonly gate?: string;
}

// Whoever reads slower than a run goes is cut off, and begins again where they were.
const mostUntold = 10_000;

/** What has happened in a run and was not told yet. */
export class RunNews {
  #line: number;
  #isOver = false;
  #untold: ToldLine[] = [];
  #wake: (() => void) | undefined;

  /** Begins after a line of the record. */
  constructor(afterLine: number) {
    this.#line = afterLine;
  }

  /** Whether nothing is told any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether there is something to be told. */
  get hasCome(): boolean {
    return this.#untold.length > 0;
  }

  add(lines: readonly string[]): void {
    for (const text of lines) this.#untold.push(toldOf(text, ++this.#line));
    if (this.#untold.length > mostUntold) this.#isOver = true;
    this.#wake?.();
  }

  end(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  /** The next line, where there is one. */
  take(): ToldLine | undefined {
    return this.#untold.shift();
  }

  /** Resolves when something has come, or nothing does any more. */
  come(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isOver || this.#untold.length > 0) resolve();
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
