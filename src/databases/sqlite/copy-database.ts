import { constants, type BigIntStats } from "node:fs";
import { mkdir, open, realpath, stat, statfs, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isGateError } from "../../gate/gate-error.js";
import { queryFault } from "../query-fault.js";
import { isShortage } from "../shortage.js";
import { hasWriterLock } from "./writer-lock.js";
import { committedFrames, logHeader } from "./write-ahead-log.js";

/** A copy of a database file that nobody writes to. */
export interface DatabaseCopy {
  readonly file: string;
  /** How large it is, in bytes. */
  readonly bytes: number;
  /** How many pages of its write-ahead log are committed. */
  readonly logFrames: number;
}

/** What is copied, and how much of it at most. */
export interface CopyOptions {
  readonly file: string;
  /** The folder to make, which holds nothing else. Whoever asks removes it. */
  readonly folder: string;
  readonly maxBytes: number;
  /** Who asks, for errors. */
  readonly source: string;
  readonly signal: AbortSignal;
}

// File systems tell time in steps: two writes within one may carry the same time, and the second would not be seen.
const clockStepMs = 50;
const tries = 3;
const chunkBytes = 1_048_576;
/** Room that must be left on the disk. */
const spareBytes = 16_777_216;

/**
 * Copies a SQLite database, with its write-ahead log, without taking any lock that a writer could meet.
 *
 * Throws a retryable `GateError` with code `SOURCE_FAILED` where the database was written to meanwhile: the copy could be torn.
 */
export async function copyDatabase(options: CopyOptions): Promise<DatabaseCopy> {
  const { source, folder, signal } = options;
  signal.throwIfAborted();
  try {
    // Fails where somebody else made it.
    await mkdir(folder, { mode: 0o700 });
    // Beside the file that a link points to stands its log.
    const from = await realpath(options.file);
    const to = join(folder, "database");
    for (let attempt = 1; ; attempt += 1) {
      const copied = await copyOnce({ ...options, file: from }, to);
      if (copied !== undefined) return { file: to, ...copied };
      if (attempt === tries) throw queryFault(source, "it was written to while it was copied", { isRetryable: true });
      await sleep(2 * clockStepMs, undefined, { signal });
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (isGateError(error)) throw error;
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such file" : `it could not be copied (${code})`;
    throw queryFault(source, why, { isRetryable: isShortage(code), cause: error });
  }
}

/** Returns undefined where somebody wrote meanwhile. */
async function copyOnce(options: CopyOptions, to: string) {
  const { file, source, signal } = options;
  // Not to wait for the other end of a pipe.
  const database = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const before = await database.stat({ bigint: true });
    await assertCopyable(before, options);
    const log = await logHeader(`${file}-wal`);
    const isQuiet = async (state: BigIntStats) =>
      log !== undefined || (isOld(state) && !(await hasJournal(file)) && !(await hasWriterLock(state.ino)));
    if (!(await isQuiet(before))) return undefined;
    const bytes = await copyFile(database, to, { maxBytes: options.maxBytes, source, signal });
    // The log after the file: what somebody moved from one to the other meanwhile is then in the copy of the log, too.
    if (log !== undefined) await copyLog(`${file}-wal`, `${to}-wal`, options);
    const after = await stat(file, { bigint: true });
    // A log that was begun anew may have been moved into the file after the file was copied.
    if (after.ino !== before.ino || (await logHeader(`${file}-wal`)) !== log) return undefined;
    if (log !== undefined) return { bytes, logFrames: await soundFrames(`${to}-wal`, source) };
    const isSame = after.size === before.size && after.mtimeNs === before.mtimeNs;
    return isSame && (await isQuiet(after)) ? { bytes, logFrames: 0 } : undefined;
  } finally {
    await database.close();
  }
}

async function soundFrames(log: string, source: string): Promise<number> {
  const frames = await committedFrames(log);
  if (frames !== undefined) return frames;
  throw queryFault(source, "its write-ahead log is damaged", { isRetryable: false, fault: "anomaly" });
}

async function assertCopyable(state: BigIntStats, { source, maxBytes }: CopyOptions): Promise<void> {
  const refuse = (why: string) => queryFault(source, why, { isRetryable: false });
  if (!state.isFile()) throw refuse("it is no file");
  if (state.size === 0n) throw refuse("the file is empty: no database was ever written to it");
  if (state.size > BigInt(maxBytes)) throw tooLarge(source, maxBytes);
  const { bavail, bsize } = await statfs(tmpdir());
  if (bavail * bsize < Number(state.size) + spareBytes) throw refuse("there is no room for a copy of it");
}

async function copyLog(from: string, to: string, options: CopyOptions): Promise<void> {
  const log = await open(from, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    await copyFile(log, to, options);
  } finally {
    await log.close();
  }
}

async function copyFile(
  from: FileHandle,
  to: string,
  { maxBytes, source, signal }: Pick<CopyOptions, "maxBytes" | "source" | "signal">,
): Promise<number> {
  const copy = await open(to, "w", 0o600);
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let position = 0;
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await from.read(chunk, 0, chunk.length, position);
      if (bytesRead === 0) return position;
      position += bytesRead;
      if (position > maxBytes) throw tooLarge(source, maxBytes);
      await copy.writeFile(chunk.subarray(0, bytesRead));
    }
  } finally {
    await copy.close();
  }
}

function isOld({ mtimeMs }: BigIntStats): boolean {
  return Math.abs(Date.now() - Number(mtimeMs)) > clockStepMs;
}

/** Whether a rollback journal holds a write under way. One that is kept for the next write begins with zeros. */
async function hasJournal(file: string): Promise<boolean> {
  const journal = await open(`${file}-journal`, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    },
  );
  try {
    const { buffer } = (await journal?.read(Buffer.alloc(8), 0, 8, 0)) ?? { buffer: Buffer.alloc(0) };
    return buffer.some((byte) => byte !== 0);
  } finally {
    await journal?.close();
  }
}

function tooLarge(source: string, maxBytes: number) {
  const why = `it is larger than ${maxBytes} bytes, and would have to be copied; raise maxCopyBytes`;
  return queryFault(source, why, { isRetryable: false, fault: "limit" });
}
