import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, writeOnce } from "./write-once.js";

/** Batches kept in one folder, each in a file named after its first line; where one ends, the next begins. */
export class BatchChain {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Reads the batches that begin after so many lines, which must be where one ends. Empty where there is none. */
  async readFrom(linesBefore: number): Promise<readonly string[]> {
    const lines: string[] = [];
    for (;;) {
      const batch = await this.#readBatch(linesBefore + lines.length);
      if (batch === undefined) return lines;
      lines.push(...batch);
    }
  }

  /** Writes the batch that begins after so many lines. `false` where somebody else has written it. */
  async write(linesBefore: number, lines: readonly string[]): Promise<boolean> {
    return writeOnce(this.#folder, fileName(linesBefore), lines.map((line) => `${line}\n`).join(""));
  }

  async #readBatch(linesBefore: number): Promise<readonly string[] | undefined> {
    try {
      const text = await readFile(join(this.#folder, fileName(linesBefore)), "utf8");
      return text.split("\n").slice(0, -1);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
  }
}

/** The file of the batch that begins after so many lines. */
export function fileName(linesBefore: number): string {
  return `${String(linesBefore + 1).padStart(10, "0")}.jsonl`;
}
