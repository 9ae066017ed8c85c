import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";

// https://www.sqlite.org/fileformat.html#the_write_ahead_log
const headerBytes = 32;
const frameHeaderBytes = 24;
const bigEndianMagic = 0x377f_0683;

/** The header of a write-ahead log, which changes when the log is begun anew. Undefined where there is none, or an empty one. */
export async function logHeader(file: string): Promise<string | undefined> {
  const log = await openLog(file);
  try {
    const header = await log?.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return header && header.bytesRead > 0 ? header.buffer.toString("hex", 0, header.bytesRead) : undefined;
  } finally {
    await log?.close();
  }
}

/**
 * How many frames of a log belong to transactions that were committed, by what the frames say of themselves; undefined where its
 * header is damaged.
 *
 * SQLite stops reading a log, without a word, at the first frame whose checksum is wrong: what comes after it would be lost.
 */
export async function committedFrames(file: string): Promise<number | undefined> {
  const log = await openLog(file);
  if (log === undefined) return 0;
  try {
    const { buffer: header } = await log.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return isSound(header) ? await lastCommit(log, header) : undefined;
  } finally {
    await log.close();
  }
}

async function lastCommit(log: FileHandle, header: Buffer): Promise<number> {
  const frameBytes = frameHeaderBytes + header.readUInt32BE(8);
  const salts = header.subarray(16, 24);
  const frame = Buffer.alloc(frameHeaderBytes);
  let committed = 0;
  for (let count = 1; ; count += 1) {
    const position = headerBytes + (count - 1) * frameBytes;
    const { bytesRead } = await log.read(frame, 0, frameHeaderBytes, position);
    if (bytesRead < frameHeaderBytes) return committed;
    // Frames of an earlier log, which may follow, carry other salts.
    if (frame.readUInt32BE(4) !== 0 && frame.subarray(8, 16).equals(salts)) committed = count;
  }
}

function isSound(header: Buffer): boolean {
  const isBigEndian = header.readUInt32BE(0) === bigEndianMagic;
  const word = (at: number) => (isBigEndian ? header.readUInt32BE(at) : header.readUInt32LE(at));
  let first = 0;
  let second = 0;
  for (let at = 0; at < 24; at += 8) {
    first = (first + word(at) + second) >>> 0;
    second = (second + word(at + 4) + first) >>> 0;
  }
  return header.readUInt32BE(24) === first && header.readUInt32BE(28) === second;
}

async function openLog(file: string): Promise<FileHandle | undefined> {
  return open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
