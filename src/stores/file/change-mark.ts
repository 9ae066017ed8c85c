import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

// A writer that is killed may have written, and said nothing; where the system does not tell either, this is how long nobody knows.
const looksUntilAll = 60;

/**
 * A file that says that something in a folder has changed: its text is another one each time. Whoever follows a thousand runs by
 * looking reads one file now and then, and not a thousand.
 */
export class ChangeMark {
  readonly #file: string;
  readonly #pollMs: number;
  readonly #wakes = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #seen: string | undefined;
  #looks = 0;
  #isLooking = false;

  constructor(folder: string, pollMs: number) {
    this.#file = join(folder, "changed");
    this.#pollMs = pollMs;
  }

  /** Says that something has changed. */
  async set(): Promise<void> {
    // What was written is written: that nobody is told of it must not be taken for a failure.
    await writeFile(this.#file, randomUUID()).catch(() => {});
  }

  /** Calls back, within the time of a poll, when something has changed, and at every sixtieth poll. Returns what ends that. */
  onChange(wake: () => void): () => void {
    // Of its own, so that one who comes twice leaves once.
    const own = () => wake();
    this.#wakes.add(own);
    this.#timer ??= setInterval(() => void this.#look(), this.#pollMs);
    return () => {
      this.#wakes.delete(own);
      if (this.#wakes.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  async #look(): Promise<void> {
    // A disk that hangs is asked once.
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#looks += 1;
    const text = await readFile(this.#file, "utf8").catch(() => "");
    this.#isLooking = false;
    if (text === this.#seen && this.#looks % looksUntilAll > 0) return;
    this.#seen = text;
    for (const wake of this.#wakes) wake();
  }
}
