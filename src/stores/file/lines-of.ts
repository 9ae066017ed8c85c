import { createReadStream } from "node:fs";

const lineBreak = 10;

/**
 * Yields the lines of a file in parts that are easily held: of a line that is longer than so many bytes one byte more comes, and no
 * more of it is kept. Throws where the file ends in the middle of a line.
 */
export async function* linesOf(file: string, maxLineBytes: number): AsyncGenerator<readonly string[]> {
  let parts: Buffer[] = [];
  let bytes = 0;
  const keep = (part: Buffer) => {
    const kept = part.subarray(0, Math.max(0, maxLineBytes + 1 - bytes));
    if (kept.length > 0) parts.push(kept);
    bytes += kept.length;
  };
  let isWhole = true;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(lineBreak); end !== -1; end = chunk.indexOf(lineBreak, from)) {
      keep(chunk.subarray(from, end));
      lines.push(Buffer.concat(parts).toString("utf8"));
      parts = [];
      bytes = 0;
      from = end + 1;
    }
    isWhole = from === chunk.length;
    keep(chunk.subarray(from));
    if (lines.length > 0) yield lines;
  }
  if (!isWhole) throw unfinished(file);
}

/** The error for a file that is not as it was written. */
export function unfinished(file: string): Error {
  return new Error(
    `The file "${file}" ends in the middle of a line: it was cut. Put it back from a backup; a record is written whole.`,
  );
}
