import { dirname } from "node:path";
import { futureFolder } from "./own-folder.js";
import { startQueryProcess, type QueryProcess, type QueryProgram } from "./query-process.js";

/** How long a process waits for the next query. Milliseconds. */
const idleMs = 60_000;

// Shared by all sources: what a spare process has loaded is the same for each of them, and one is enough memory.
const spares = new Map<string, QueryProcess>();

/**
 * Takes the process that waits for the next query of a program, where there is one that lives and may use such a folder.
 *
 * Nobody else is given it.
 */
export function takeSpare(program: QueryProgram, folder: string): QueryProcess | undefined {
  const key = keyOf(program);
  const spare = spares.get(key);
  if (spare === undefined) return undefined;
  spares.delete(key);
  spare.keepAsker(true);
  if (!spare.hasEnded() && dirname(spare.folder) === dirname(folder)) return spare;
  spare.kill();
  return undefined;
}

/**
 * Starts the process for the next query of a program, a moment later, unless one waits already.
 *
 * It knows nothing of any query, has no folder yet, and does not keep our own process from ending, with which it ends.
 */
export function keepSpare(program: QueryProgram): void {
  const start = async () => {
    const folder = await futureFolder(program);
    const key = keyOf(program);
    if (spares.get(key)?.hasEnded() === false) return;
    const spare = startQueryProcess(program, folder, { idleMs });
    spares.set(key, spare);
    spare.keepAsker(false);
  };
  // Whoever asked has the answer first. Where there is no folder for temporary files, the next query says so.
  setImmediate(() => void start().catch(() => {})).unref();
}

function keyOf({ file, preload }: QueryProgram): string {
  return `${file} ${JSON.stringify(preload)}`;
}
