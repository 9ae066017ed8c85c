import { mkdirSync, watch } from "node:fs";

/** Calls back when something in a folder changes, and every so often in any case. Returns what ends that. */
export function watchFolder(folder: string, pollMs: number, onChange: () => void): () => void {
  const timer = setInterval(onChange, pollMs);
  const endWatch = watchNow(folder, onChange);
  return () => {
    clearInterval(timer);
    endWatch();
  };
}

// A notification is a favour: on some file systems, and above the system's limit of watches, the timer must do.
function watchNow(folder: string, onChange: () => void): () => void {
  try {
    mkdirSync(folder, { recursive: true });
    const watcher = watch(folder, onChange);
    watcher.on("error", () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => {};
  }
}
