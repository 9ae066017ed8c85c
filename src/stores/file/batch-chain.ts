import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { StoredLine } from "../../run/record/record-store.js";
import { pageBytes, pageLines, type LinePage } from "../line-page.js";
import { linesOf, unfinished } from "./lines-of.js";
import { codeOf, writeOnce } from "./write-once.js";

/** Where in a chain to read. */
interface PageStart {
  /** After how many lines the batch begins from which to read. */
  readonly begin: number;
  /** How many lines, from the first of the record on, are not wanted. */
  readonly after: number;
  /** How much of a line is read at most. Bytes. */
  readonly maxLineBytes: number;
}

/** Some lines, and after how many lines the batch begins in which the next one is. */
interface BatchPage extends LinePage {
  readonly begin: number;
}

/** Batches kept in one folder, each in a file named after its first line; where one ends, the next begins. */
export class BatchChain {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Reads every line. Rejects where a batch is there whose lines follow others that are not. */
  async readAll(): Promise<readonly string[]> {
    // Batches are never taken away: whatever is there now must have been read below.
    const names = (await this.#names()).toSorted();
    const starts = new Set<string>();
    const lines = await this.readFrom(0, (start) => starts.add(fileName(start)));
    const stray = names.find((name) => !starts.has(name));
    if (stray === undefined) return lines;
    const file = join(this.#folder, stray);
    throw new Error(`The record in "${this.#folder}" has lines missing in its middle: nothing leads to "${file}".`);
  }

  /** Reads the batches that begin after so many lines, which must be where one ends. Empty where there is none. */
  async readFrom(linesBefore: number, onBatch: (start: number) => void = () => {}): Promise<readonly string[]> {
    const lines: string[] = [];
    for (;;) {
      const start = linesBefore + lines.length;
      const batch = await this.#readBatch(start);
      if (batch === undefined) return lines;
      onBatch(start);
      for (const line of batch) lines.push(line);
    }
  }

  /** Reads some lines, with when their batch was written. */
  async page({ begin, after, maxLineBytes }: PageStart): Promise<BatchPage> {
    const lines: StoredLine[] = [];
    let bytes = 0;
    for (let seen = begin; ; begin = seen) {
      const file = join(this.#folder, fileName(begin));
      const storedAt = await writtenAt(file);
      if (storedAt === undefined) return { lines, begin, isLast: true };
      for await (const some of linesOf(file, maxLineBytes)) {
        for (const line of some) {
          seen += 1;
          if (seen <= after) continue;
          lines.push({ line, storedAt });
          bytes += line.length;
          if (lines.length >= pageLines || bytes >= pageBytes) return { lines, begin, isLast: false };
        }
      }
      if (seen === begin) throw unfinished(file);
    }
  }

  /** Whether the first batch is there. */
  async hasBegun(): Promise<boolean> {
    return (await writtenAt(join(this.#folder, fileName(0)))) !== undefined;
  }

  /** Writes the batch that begins after so many lines. `false` where somebody else has written it. */
  async write(linesBefore: number, lines: readonly string[]): Promise<boolean> {
    return writeOnce(this.#folder, fileName(linesBefore), lines.map((line) => `${line}\n`).join(""));
  }

  async #readBatch(linesBefore: number): Promise<readonly string[] | undefined> {
    const file = join(this.#folder, fileName(linesBefore));
    let text: string;
    try {
      text = await readFile(file, "utf8");
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
    if (!text.endsWith("\n")) throw unfinished(file);
    return text.split("\n").slice(0, -1);
  }

  async #names(): Promise<readonly string[]> {
    try {
      return (await readdir(this.#folder)).filter((name) => /^\d{10}\.jsonl$/.test(name));
    } catch (error) {
      if (codeOf(error) === "ENOENT") return [];
      throw error;
    }
  }
}

// The file was written once, and got its name after that.
async function writtenAt(file: string): Promise<number | undefined> {
  try {
    return Math.floor((await stat(file)).mtimeMs);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** The file of the batch that begins after so many lines. */
export function fileName(linesBefore: number): string {
  return `${String(linesBefore + 1).padStart(10, "0")}.jsonl`;
}
