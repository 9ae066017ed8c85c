import { spawnSync } from "node:child_process";
import { describe } from "vitest";
import { sqliteDriverNames, type SqliteDriverName } from "../../../src/databases/sqlite/sqlite-driver.js";
import { root } from "../../docs/code-fences.js";
import { describeWithService } from "../../helpers/services.js";

/* oxlint-disable vitest/valid-describe-callback, vitest/valid-title, vitest/no-conditional-tests -- what is described stands elsewhere */

/** The drivers that are asked for, so that CI need not run every test once more for those that it has run. All, by default. */
const wanted = (process.env["SQLITE_DRIVERS"] ?? sqliteDriverNames.join()).split(",");
/** Those that are not on every machine are required where they are asked for by name, as CI does where it has brought them. */
const isRequired = process.env["SQLITE_DRIVERS"] !== undefined;

const how: Readonly<Record<SqliteDriverName, string>> = {
  "node:sqlite": "Run the tests by Node 22.16 or newer; .ci/run brings one from npm.",
  "better-sqlite3": "Compile better-sqlite3@12 in a folder of its own, and put that on NODE_PATH, as .ci/run does.",
  "node-sqlite3-wasm": "npm ci brings it.",
};

/** Describes what holds with each driver that this machine and this Node can have. */
export function describeEachDriver(name: string, body: (driver: SqliteDriverName) => void): void {
  for (const driver of sqliteDriverNames.filter((one) => wanted.includes(one))) {
    const title = `${name}, by ${driver}`;
    if (isRequired) {
      describeWithService(title, isThere(driver), how[driver], () => body(driver));
      continue;
    }
    if (!isThere(driver)) console.warn(`skipped: ${title}. ${how[driver]}`);
    describe.runIf(isThere(driver))(title, () => body(driver));
  }
}

function isThere(driver: SqliteDriverName): boolean {
  if (driver === "node:sqlite") return process.getBuiltinModule?.("node:sqlite") !== undefined;
  return driver === "node-sqlite3-wasm" || hasBetterSqlite();
}

/** Whether it is there, and compiled for this Node: asked in a process of its own, which the wrong one would end. */
function hasBetterSqlite(): boolean {
  const { status } = spawnSync(process.execPath, ["-e", "new (require('better-sqlite3'))(':memory:')"], { cwd: root });
  return status === 0;
}
