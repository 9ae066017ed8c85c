// What every process that answers one query does beside that: it waits to be asked, and keeps its time and its memory.
// @ts-check
import { mkdirSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Worker } from "node:worker_threads";

const { folder, preload, rehearsal, idleMs } = JSON.parse(process.argv[2] ?? "{}");

/** What to load before the query is known. @type {any} */
export const preloaded = preload;

// The query blocks its thread. This one ends the process, so that no query outlives an asker that was killed.
const guard = new Worker(
  `const { parentPort } = require("node:worker_threads");
  const { rmSync, writeSync } = require("node:fs");
  parentPort.once("message", ({ folder, lifetimeMs, maxMemoryBytes }) => {
    const end = Date.now() + lifetimeMs;
    setInterval(() => {
      const isLarge = process.memoryUsage.rss() > maxMemoryBytes;
      if (!isLarge && Date.now() < end) return;
      if (isLarge) writeSync(2, "QUERY_PROCESS_MEMORY\\n");
      try { rmSync(folder, { recursive: true, force: true }); } catch {}
      process.kill(process.pid, "SIGKILL");
    }, 5);
  });
  parentPort.postMessage("ready");`,
  { eval: true },
);
const guarded = new Promise((resolve) => guard.once("message", resolve));
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Says something to whoever asks. @param {unknown} message */
export function say(message) {
  const json = JSON.stringify(message).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
  // A reader of lines would take those two for the end of one, which JSON does not.
  process.stdout.write(`${json}\n`);
}

/** Waits for what the asker says next; undefined where he says nothing more. @returns {Promise<string | undefined>} */
export async function heard() {
  return (await lines.next()).value;
}

const question = heard();
let isAsked = false;
void question.then(() => (isAsked = true));

/**
 * Goes through a query of its own, step by step, where there is none yet: what it takes to answer is compiled when it is first run, and
 * would be so while somebody waits. It ends early when there is a query. What is wrong here, that will say itself.
 *
 * @param {(folder: string) => Iterable<unknown>} steps
 */
export async function rehearse(steps) {
  if (rehearsal === undefined) return;
  try {
    mkdirSync(rehearsal);
    for (const _ of steps(rehearsal)) {
      await nextTurn();
      if (isAsked) return;
    }
  } catch {
    // See above.
  } finally {
    rmSync(rehearsal, { recursive: true, force: true });
  }
}

/** Waits for the query. Where none comes, the process ends. @returns {Promise<any>} */
export async function asked() {
  await guarded;
  // Who looks at the machine's processes sees what this one is for.
  process.title = "release-gates: waits for a query";
  const idle = idleMs === undefined ? undefined : setTimeout(() => process.exit(0), idleMs);
  const line = await question;
  clearTimeout(idle);
  if (line === undefined) {
    // Whoever asks has ended. Where he was killed while he made the folder, nobody else removes it now.
    removeFolder();
    process.exit(0);
  }
  process.title = "release-gates: answers a query";
  const request = JSON.parse(line);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  guard.postMessage({ folder, lifetimeMs: request.lifetimeMs, maxMemoryBytes: request.maxMemoryBytes });
  guard.unref();
  return request;
}

/** Removes the folder, as nobody else does where the asker was killed. */
export function removeFolder() {
  rmSync(folder, { recursive: true, force: true });
}
