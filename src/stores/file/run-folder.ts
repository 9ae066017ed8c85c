import { createHash } from "node:crypto";
import { join } from "node:path";

/**
 * The folder of a run: as much of its id as any file system takes, so that a person finds it, and enough of a hash that two ids
 * never share one, whatever a file system makes of case, dots and reserved names.
 */
export function runFolder(folder: string, runId: string): string {
  // By whole characters: half of one would come back from the file system as something else.
  const readable = Array.from(runId.normalize("NFC").replaceAll(/[^\p{L}\p{N}]+/gu, "-"))
    .slice(0, 40)
    .join("")
    .replaceAll(/^-|-$/g, "");
  const hash = createHash("sha256").update(runId).digest("hex").slice(0, 32);
  return join(folder, `run-${readable === "" ? "" : `${readable}-`}${hash}`);
}
