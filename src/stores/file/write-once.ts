import { randomUUID } from "node:crypto";
import { link, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder } from "./make-folder.js";

/**
 * Writes a file of a folder, which must be there. `false` where somebody else has written it.
 *
 * Only where the whole text is on disk does it get its name, and a name is given once: that is what makes it safe with several
 * writers and with a crash at any moment.
 */
export async function writeOnce(folder: string, name: string, text: string): Promise<boolean> {
  const draft = join(folder, `draft-${randomUUID()}`);
  try {
    await writeSynced(draft, text);
    await link(draft, join(folder, name));
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    // What became of the text is known: a draft that stays hurts nobody.
    await rm(draft, { force: true }).catch(() => {});
  }
  await syncFolder(folder);
  return true;
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The code of an error of the file system. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
