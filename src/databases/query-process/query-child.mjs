// What every process that answers one query does beside that: it waits to be asked, and is watched over.
// @ts-check
import { on } from "node:events";
import { rmSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { guard } from "./guard.mjs";
import { jsonLine } from "./json-line.mjs";

const { preload, idleMs } = JSON.parse(process.argv[2] ?? "{}");

/** What to load before the query is known. @type {any} */
export const preloaded = preload;

const watcher = new Worker(`(${String(guard)})()`, { eval: true });
const lines = on(watcher, "message");

/** Says something to whoever asks. @param {unknown} message */
export function say(message) {
  process.stdout.write(jsonLine(message));
}

/** Waits for what the asker says next. Where he has ended, so does this process. @returns {Promise<any>} */
export async function heard() {
  const { value } = await lines.next();
  return JSON.parse(value[0]);
}

const folder = heard();
const question = folder.then(heard);
let isAsked = false;
void question.then(() => (isAsked = true));

/**
 * Goes through a query of its own, step by step, where there is none yet: what it takes to answer is compiled when it is first run, and
 * would be so while somebody waits. It ends early when there is a query. What is wrong here, that will say itself.
 *
 * @param {() => Iterable<unknown>} steps
 */
export async function rehearse(steps) {
  if (idleMs === undefined) return;
  try {
    for (const _ of steps()) {
      await nextTurn();
      if (isAsked) return;
    }
  } catch {
    // See above.
  }
}

/** Waits for the query. Where none comes, the process ends. @returns {Promise<any>} */
export async function asked() {
  const idle = idleMs === undefined ? undefined : setTimeout(() => process.exit(0), idleMs);
  // Who looks at the machine's processes sees what this one is for.
  if (idle !== undefined) process.title = "release-gates: waits for a query";
  const request = await question;
  clearTimeout(idle);
  process.title = "release-gates: answers a query";
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  watcher.postMessage({ lifetimeMs: request.lifetimeMs, maxMemoryBytes: request.maxMemoryBytes });
  return request;
}

/**
 * Removes the folder, says the last thing, and ends.
 *
 * In this order: whoever asks ends this process when he has heard it, and might be killed before he has removed the folder himself.
 *
 * @param {unknown} lastWords
 */
export async function leave(lastWords) {
  try {
    rmSync(await folder, { recursive: true, force: true });
  } catch {
    // Whoever asks removes it, too, and says where he cannot.
  }
  say(lastWords);
  watcher.unref();
}
