import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

/** Makes a folder, and those around it that are not there, so that they survive a power cut. */
export async function makeFolder(folder: string): Promise<void> {
  const first = (await mkdir(folder, { recursive: true })) ?? folder;
  // Whoever follows a run may have made its folder, and synced nothing.
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** Syncs the names in a folder: one is only as durable as the folder that holds it. Windows cannot open a folder, and needs no such thing. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
