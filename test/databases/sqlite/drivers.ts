import { spawnSync } from "node:child_process";
import { describe } from "vitest";
import type { SqliteDriverName } from "release-gates/databases";
import { root } from "../../docs/code-fences.js";

/* oxlint-disable vitest/valid-describe-callback -- what is described stands elsewhere */

/** Describes what holds with each driver that this machine and this Node can have. */
export function describeEachDriver(name: string, body: (driver: SqliteDriverName) => void): void {
  describe(`${name}, by node-sqlite3-wasm`, () => body("node-sqlite3-wasm"));
  // Compiled for two minutes where it is not prebuilt, so that CI does without: it is never required.
  const isThere = hasBetterSqlite();
  if (!isThere)
    console.warn(
      `skipped: ${name}, by better-sqlite3. Get it: npm install better-sqlite3@12 elsewhere, and copy it here`,
    );
  describe.runIf(isThere)(`${name}, by better-sqlite3`, () => body("better-sqlite3"));
  // A part of Node, from 22.16 on: an older one has no way to get it.
  describe.runIf(process.getBuiltinModule?.("node:sqlite"))(`${name}, by node:sqlite`, () => body("node:sqlite"));
}

/** Whether it is there, and compiled for this Node: asked in a process of its own, which the wrong one would end. */
function hasBetterSqlite(): boolean {
  const { status } = spawnSync(process.execPath, ["-e", "new (require('better-sqlite3'))(':memory:')"], { cwd: root });
  return status === 0;
}
