import { randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

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

  /**
   * Writes the batch that begins after so many lines. `false` where somebody else has written it.
   *
   * Only where a whole batch is on disk does it get its name, and a name is given once: that is what makes it safe with several
   * writers and with a crash at any moment.
   */
  async write(linesBefore: number, lines: readonly string[]): Promise<boolean> {
    const isNew = (await mkdir(this.#folder, { recursive: true })) !== undefined;
    if (isNew) await syncFolder(join(this.#folder, ".."));
    const draft = join(this.#folder, `draft-${randomUUID()}`);
    try {
      await writeSynced(draft, lines.map((line) => `${line}\n`).join(""));
      await link(draft, this.#file(linesBefore));
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
    await syncFolder(this.#folder);
    return true;
  }

  async #readBatch(linesBefore: number): Promise<readonly string[] | undefined> {
    try {
      const text = await readFile(this.#file(linesBefore), "utf8");
      return text.split("\n").slice(0, -1);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
  }

  #file(linesBefore: number): string {
    return join(this.#folder, `${String(linesBefore + 1).padStart(10, "0")}.jsonl`);
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

// A name is only as durable as the folder that holds it. Windows cannot open a folder, and needs no such thing.
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
