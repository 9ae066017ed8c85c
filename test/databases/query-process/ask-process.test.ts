import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { askProcess, endFault } from "../../../src/databases/query-process/ask-process.js";
import { startQueryProcess } from "../../../src/databases/query-process/query-process.js";
import { sqliteProgram } from "../../../src/databases/sqlite/run-sqlite-child.js";
import { sqliteDriver } from "../../../src/databases/sqlite/sqlite-driver.js";

const program = sqliteProgram(sqliteDriver("test", "node-sqlite3-wasm"));
const folder = join(tmpdir(), "release-gates-sqlite-ask-process-test");
const limits = {
  timeoutMs: 60_000,
  signal: new AbortController().signal,
  maxSaidBytes: 1_000,
  maxMemoryBytes: 1_000_000_000,
};

/** The first thing that a process says. */
async function first(messages: AsyncIterable<unknown>): Promise<unknown> {
  for await (const message of messages) return message;
  return undefined;
}

test("a process whose output is at its end, and whose own end is not heard of yet, is not waited for", async () => {
  const process = startQueryProcess(program, folder, { idleMs: 60_000 });
  process.kill();
  await once(process.output, "end");
  expect(process.hasEnded()).toBe(false);
  expect(await askProcess("test", process, {}, limits, first)).toBeUndefined();
});

test("a process that the system does not start has ended, and complains of that", async () => {
  // Longer than the system lets a variable be.
  const process = startQueryProcess({ ...program, readable: ["x".repeat(1_000_000)] }, folder);
  expect(process.hasEnded()).toBe(true);
  process.write("is read by nobody");
  process.keepAsker(true);
  process.kill();
  expect(await askProcess("test", process, {}, limits, first)).toBeUndefined();
  const { message, details } = endFault("test", await process.ended, limits.maxMemoryBytes);
  expect(message).toMatch(
    /^The query could not be answered by test: no process could be started to ask it \(E[A-Z0-9]+\)\.$/,
  );
  expect(details.isRetryable).toBe(false);
});

test.each([
  ["Error: spawn ENOMEM", true],
  ["Error: spawn /usr/local/my node/bin/node EAGAIN", true],
  ["Error: spawn /usr/bin/node EMFILE", true],
  ["Error: spawn /usr/bin/node ENOENT", false],
])("what Node says where it starts no process tells whether to ask again: %s, %j", (complaint, isRetryable) => {
  const { message, details } = endFault("test", complaint, limits.maxMemoryBytes);
  expect(message).toMatch(/no process could be started to ask it \(E[A-Z0-9]+\)/);
  expect(details.isRetryable).toBe(isRetryable);
});
