import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { isGateError } from "../../gate/gate-error.js";
import { queryFault } from "../query-fault.js";

/** A copy of a database file that nobody writes to. */
export interface DatabaseCopy {
  readonly file: string;
  /** Removes the copy. */
  remove(): Promise<void>;
}

// File systems tell time in steps: two writes within one may carry the same time, and the second would not be seen.
const clockStepMs = 50;

/**
 * Copies a SQLite database, with its write-ahead log, so that reading it takes no lock that a writer could meet.
 *
 * Throws a retryable `GateError` with code `SOURCE_FAILED` where the database was written to meanwhile: the copy could be torn.
 */
export async function copyDatabase(file: string, source: string, signal: AbortSignal): Promise<DatabaseCopy> {
  const folder = await mkdtemp(join(tmpdir(), "release-gates-sqlite-"));
  const copy = join(folder, basename(file));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const before = await quietState(file, source, signal);
    await copyFile(file, copy, signal);
    if (before.log) await copyFile(`${file}-wal`, `${copy}-wal`, signal);
    if ((await stateOf(file)).text !== before.text) throw busy(source);
    return { file: copy, remove };
  } catch (error) {
    await remove();
    if (signal.aborted) throw signal.reason;
    if (isGateError(error)) throw error;
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw queryFault(source, `it could not be copied (${code})`, { isRetryable: false, cause: error });
  }
}

async function copyFile(from: string, to: string, signal: AbortSignal): Promise<void> {
  await pipeline(createReadStream(from), createWriteStream(to), { signal });
}

interface DatabaseState {
  /** The same as long as nobody writes. */
  readonly text: string;
  readonly log: boolean;
  readonly changedMs: number;
  readonly isBeingWritten: boolean;
}

/** The state once the last write is so long ago that the next will show. */
async function quietState(file: string, source: string, signal: AbortSignal): Promise<DatabaseState> {
  const isQuiet = ({ changedMs, isBeingWritten }: DatabaseState) =>
    !isBeingWritten && Math.abs(Date.now() - changedMs) > clockStepMs;
  const state = await stateOf(file);
  if (isQuiet(state)) return state;
  await sleep(2 * clockStepMs, undefined, { signal });
  const later = await stateOf(file);
  if (!isQuiet(later)) throw busy(source);
  return later;
}

async function stateOf(file: string): Promise<DatabaseState> {
  const database = await stat(file, { bigint: true });
  const log = await stat(`${file}-wal`, { bigint: true }).catch(ignoreMissing);
  return {
    text: [database, log].map((part) => (part ? `${part.ino}:${part.size}@${part.mtimeNs}` : "none")).join(),
    log: log !== undefined,
    changedMs: Math.max(Number(database.mtimeMs), Number(log?.mtimeMs ?? 0)),
    isBeingWritten: await hasJournal(file),
  };
}

/** Whether a rollback journal holds a write under way. One that is kept for the next write begins with zeros. */
async function hasJournal(file: string): Promise<boolean> {
  const journal = await open(`${file}-journal`).catch(ignoreMissing);
  try {
    const { buffer } = (await journal?.read(Buffer.alloc(8), 0, 8, 0)) ?? { buffer: Buffer.alloc(0) };
    return buffer.some((byte) => byte !== 0);
  } finally {
    await journal?.close();
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}

function busy(source: string) {
  return queryFault(source, "it was written to while it was copied", { isRetryable: true });
}
