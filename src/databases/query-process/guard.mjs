// What watches over a process that answers a query.
// @ts-check

/**
 * @typedef {{ readonly lifetimeMs: number, readonly maxMemoryBytes: number }} Limits
 */

/**
 * Runs in a thread of its own, from its text alone, as a query blocks the other one.
 *
 * Reads what the asker says, and passes it on. Ends the process, and removes its folder, when the asker has ended, at the end of the
 * query's time, and when it uses more memory than it may.
 */
export function guard() {
  const { parentPort } = process.getBuiltinModule("node:worker_threads");
  const { rmSync, writeSync } = process.getBuiltinModule("node:fs");
  const { Socket } = process.getBuiltinModule("node:net");
  const { createInterface } = process.getBuiltinModule("node:readline");
  /** @type {string | undefined} */
  let folder;
  const end = (/** @type {string} */ complaint = "") => {
    for (const act of [
      () => writeSync(2, complaint),
      () => folder && rmSync(folder, { recursive: true, force: true }),
    ]) {
      try {
        act();
      } catch {
        // Nobody reads any more, or a file is open that the system then does not remove. Ending matters more.
      }
    }
    process.kill(process.pid, "SIGKILL");
  };
  const asker = new Socket({ fd: 0, readable: true, writable: false });
  // That nothing more can be read is how a process learns that the one which started it was killed.
  asker.on("error", () => end()).on("end", () => end());
  createInterface({ input: asker }).on("line", (line) => {
    // The first thing that is said.
    folder ??= JSON.parse(line);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    parentPort?.postMessage(line);
  });
  parentPort?.once("message", (/** @type {Limits} */ { lifetimeMs, maxMemoryBytes }) => {
    const last = Date.now() + lifetimeMs;
    setInterval(() => {
      if (process.memoryUsage.rss() > maxMemoryBytes) end("QUERY_PROCESS_MEMORY\n");
      if (Date.now() > last) end();
    }, 5);
  });
}
