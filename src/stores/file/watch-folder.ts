import { mkdirSync, watch } from "node:fs";

/** Calls back when something in a folder changes, where the system tells. Returns what ends that. */
export function watchFolder(folder: string, onChange: () => void): () => void {
  // A notification is a favour: on some file systems, and above the system's limit of watches, whoever looks by himself must do.
  try {
    mkdirSync(folder, { recursive: true });
    const watcher = watch(folder, onChange);
    watcher.on("error", () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => {};
  }
}
