import { createHash } from "node:crypto";

/** The link of the record's chain: the SHA-256 of a line, in hexadecimal. */
export function hashLine(line: string): string {
  return createHash("sha256").update(line).digest("hex");
}
