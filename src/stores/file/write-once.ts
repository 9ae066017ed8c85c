import { randomUUID } from "node:crypto";
import { link, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Writes a file of a folder, which is made where it is not there. `false` where somebody else has written it.
 *
 * Only where the whole text is on disk does it get its name, and a name is given once: that is what makes it safe with several
 * writers and with a crash at any moment.
 */
export async function writeOnce(folder: string, name: string, text: string): Promise<boolean> {
  const isNew = (await mkdir(folder, { recursive: true })) !== undefined;
  if (isNew) await syncFolder(join(folder, ".."));
  const draft = join(folder, `draft-${randomUUID()}`);
  try {
    await writeSynced(draft, text);
    await link(draft, join(folder, name));
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
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

// A name is only as durable as the folder that holds it. Windows cannot open a folder, and needs no such thing.
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The code of an error of the file system. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
