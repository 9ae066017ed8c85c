import { readFile } from "node:fs/promises";
import { isShortage } from "../shortage.js";

// The bytes that SQLite's readers lock for reading, and its writer for writing while he changes the file.
const firstShared = 0x4000_0002;
const lastShared = firstShared + 509;
const lock = /^\d+: (?:POSIX|OFDLCK) +\S+ +WRITE +\S+ [\da-f]+:[\da-f]+:(\d+) (\d+) (\d+|EOF)$/gm;

/**
 * Whether a process is writing to a database file, as Linux tells of its locks.
 *
 * A writer without a journal leaves no other trace. No lock is taken to find out. Elsewhere, and for processes that the system does not
 * show, it is false. Throws the system's error where no file can be opened at the moment: then nobody knows.
 */
export async function hasWriterLock(inode: bigint): Promise<boolean> {
  const locks = await readFile("/proc/locks", "utf8").catch((error: NodeJS.ErrnoException) => {
    if (isShortage(error.code)) throw error;
    return "";
  });
  return [...locks.matchAll(lock)].some(
    ([, file, first, last]) =>
      file === String(inode) && Number(first) <= lastShared && (last === "EOF" || Number(last) >= firstShared),
  );
}
