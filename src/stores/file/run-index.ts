import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { fileName } from "./batch-chain.js";
import { fileLimit } from "./file-limit.js";
import { runFolder } from "./run-folder.js";
import { codeOf, writeOnce } from "./write-once.js";

/** A run as it stands in its folder, beside its lines. */
const runSchema = z.object({ runId: z.string(), begunAt: z.number() });

type ListedRun = z.output<typeof runSchema>;

const runFile = "run.json";

/** Which runs a folder holds. The name of a run's folder does not say its id, which may be anything. */
export class RunIndex {
  readonly #folder: string;
  // What is written there never changes.
  readonly #known = new Map<string, ListedRun>();
  readonly #unlisted = new Set<string>();
  #lastBegunAt = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Notes a run that is about to get its first lines. */
  async note(runId: string): Promise<void> {
    // Of two that begin in the same millisecond, one after the other, the second is the newer one.
    const begunAt = (this.#lastBegunAt = Math.max(Date.now(), this.#lastBegunAt + 0.001));
    await writeOnce(runFolder(this.#folder, runId), runFile, `${JSON.stringify({ runId, begunAt })}\n`);
  }

  /** The ids of the runs that have lines, the one that began last first. */
  async newestFirst(): Promise<readonly string[]> {
    const names = (await namesIn(this.#folder)).filter((name) => name.startsWith("run-"));
    const found = await fileLimit.map(names, (name) => this.#runIn(name));
    return found
      .filter((run) => run !== undefined)
      .toSorted((a, b) => b.begunAt - a.begunAt || (a.runId < b.runId ? 1 : -1))
      .map(({ runId }) => runId);
  }

  async #runIn(name: string): Promise<ListedRun | undefined> {
    const known = this.#known.get(name);
    if (known) return known;
    const folder = join(this.#folder, name);
    try {
      const run = runSchema.parse(JSON.parse(await readFile(join(folder, runFile), "utf8")));
      // A copy of another run's folder is no run of its own.
      if (runFolder(this.#folder, run.runId) !== folder) throw new Error("its run.json is another run's");
      // A writer that was killed may have begun nothing.
      await access(join(folder, fileName(0)));
      this.#known.set(name, run);
      return run;
    } catch (error) {
      if (isOurs(error)) throw error;
      if (codeOf(error) !== "ENOENT" && codeOf(error) !== "ENOTDIR") this.#warn(folder, error);
      return undefined;
    }
  }

  // One run that cannot be listed must not hide the others; it is said once for each.
  #warn(folder: string, error: unknown): void {
    if (this.#unlisted.has(folder)) return;
    this.#unlisted.add(folder);
    const why =
      error instanceof z.ZodError || error instanceof SyntaxError ? "its run.json is broken" : messageOf(error);
    process.emitWarning(
      `The run in "${folder}" cannot be listed: ${why}. Whoever knows its id can read it all the same.`,
    );
  }
}

// A process without room for another open file says nothing of the run.
function isOurs(error: unknown): boolean {
  return codeOf(error) === "EMFILE" || codeOf(error) === "ENFILE";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}
