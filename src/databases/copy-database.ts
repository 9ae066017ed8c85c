import { copyFile, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { queryFault } from "./query-fault.js";

/** A copy of a database file that nobody writes to. */
export interface DatabaseCopy {
  readonly file: string;
  /** Removes the copy. */
  remove(): Promise<void>;
}

/**
 * Copies a SQLite database, with its write-ahead log, so that reading it takes no lock that a writer could meet.
 *
 * Throws a retryable `GateError` with code `SOURCE_FAILED` where the database was written to meanwhile: the copy could be torn.
 */
export async function copyDatabase(file: string, source: string): Promise<DatabaseCopy> {
  const folder = await mkdtemp(join(tmpdir(), "release-gates-sqlite-"));
  const copy = join(folder, basename(file));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const before = await stateOf(file);
    if (before.includes("journal")) throw busy(source);
    await copyFile(file, copy);
    await copyFile(`${file}-wal`, `${copy}-wal`).catch(ignoreMissing);
    if ((await stateOf(file)) !== before) throw busy(source);
    return { file: copy, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** What changes when somebody writes: sizes and times to the nanosecond, and the journal of a write under way. */
async function stateOf(file: string): Promise<string> {
  const database = await stat(file, { bigint: true });
  const [log, journal] = await Promise.all([
    stat(`${file}-wal`, { bigint: true }).catch(ignoreMissing),
    stat(`${file}-journal`, { bigint: true }).catch(ignoreMissing),
  ]);
  const parts = [database, log].map((part) => (part ? `${part.size}@${part.mtimeNs}` : "none"));
  return journal && journal.size > 0n ? `${parts.join()} journal` : parts.join();
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}

function busy(source: string) {
  return queryFault(source, "it was written to while it was copied", { isRetryable: true });
}
