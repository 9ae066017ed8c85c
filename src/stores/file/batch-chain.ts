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
  /** After how many lines the last batch begins that was found. */
  readonly found: number;
}

/** Batches kept in one folder, each in a file named after its first line; where one ends, the next begins. */
export class BatchChain {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Reads the batches that begin after so many lines, which must be where one ends. Empty where there is none; rejects where one is there
   * whose lines follow others that are not.
   */
  async readFrom(linesBefore: number): Promise<readonly string[]> {
    // Batches are never taken away: whatever is there now must have been read below.
    const names = await this.#namesFrom(linesBefore);
    const read = new Set<string>();
    const lines: string[] = [];
    for (;;) {
      const start = linesBefore + lines.length;
      const batch = await this.#readBatch(start);
      if (batch === undefined) break;
      read.add(fileName(start));
      for (const line of batch) lines.push(line);
    }
    const stray = names.find((name) => !read.has(name));
    if (stray !== undefined) throw this.#broken(stray);
    return lines;
  }

  /** Reads some lines, with when their batch was written. */
  async page({ begin, after, maxLineBytes }: PageStart): Promise<BatchPage> {
    const lines: StoredLine[] = [];
    let bytes = 0;
    let found = begin;
    for (let seen = begin; ; begin = seen) {
      const file = join(this.#folder, fileName(begin));
      const storedAt = (await writtenAt(file)) ?? (await this.#writtenMeanwhile(begin));
      if (storedAt === undefined) return { lines, begin, found, isLast: true };
      found = begin;
      for await (const some of linesOf(file, maxLineBytes)) {
        for (const line of some) {
          seen += 1;
          if (seen <= after) continue;
          lines.push({ line, storedAt });
          bytes += line.length;
          if (lines.length >= pageLines || bytes >= pageBytes) return { lines, begin, found, isLast: false };
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

  // A batch that others follow was there before them: where it is not, somebody has removed it.
  async #writtenMeanwhile(linesBefore: number): Promise<number | undefined> {
    const [next] = await this.#namesFrom(linesBefore);
    if (next === undefined) return undefined;
    const storedAt = await writtenAt(join(this.#folder, fileName(linesBefore)));
    if (storedAt === undefined) throw this.#broken(next);
    return storedAt;
  }

  #broken(stray: string): Error {
    const file = join(this.#folder, stray);
    return new Error(`The record in "${this.#folder}" has lines missing in its middle: nothing leads to "${file}".`);
  }

  /** The names of the batches that begin after so many lines, in order. */
  async #namesFrom(linesBefore: number): Promise<readonly string[]> {
    const first = fileName(linesBefore);
    try {
      const names = await readdir(this.#folder);
      return names.filter((name) => /^\d{10}\.jsonl$/.test(name) && name >= first).toSorted();
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
