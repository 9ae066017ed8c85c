import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import wasm from "node-sqlite3-wasm";
import { sqlite } from "release-gates/databases";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { startQueryProcess } from "../../../src/databases/query-process/query-process.js";
import { sqliteProgram } from "../../../src/databases/sqlite/run-sqlite-child.js";
import { sqliteDriver } from "../../../src/databases/sqlite/sqlite-driver.js";
import { ask } from "../database-contract.js";
import { childProcesses, commandOf, hasProcesses, spareProcesses } from "../sqlite/child-processes.js";

const folder = mkdtempSync(join(tmpdir(), "release-gates-spare-test-"));
const file = join(folder, "orders.db");
const temporary = join(folder, "tmp");
mkdirSync(temporary);
process.env["TMPDIR"] = temporary;
const writer = new wasm.Database(file);
writer.exec("CREATE TABLE orders (id INTEGER PRIMARY KEY); INSERT INTO orders VALUES (1), (2), (3)");
writer.close();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const count = "SELECT count(*) AS n FROM orders";
const driver = "node-sqlite3-wasm";
const askCount = () => ask(sqlite({ file, driver }), count);

/** The process that waits, when it is ready: it has left nothing of what it rehearsed. */
async function readySpare(): Promise<string> {
  for (;;) {
    await nextTurn();
    const [spare, ...others] = spareProcesses();
    if (others.length > 0) throw new Error("more than one process waits");
    if (spare !== undefined && commandOf(spare).includes("waits for a query")) return spare;
  }
}

async function gone(id: string): Promise<void> {
  while (commandOf(id) !== "") await nextTurn();
}

describe.runIf(hasProcesses)("the process that waits for the next query", () => {
  // Each test begins with none.
  beforeEach(async () => {
    for (const spare of spareProcesses()) {
      process.kill(Number(spare), "SIGKILL");
      await gone(spare);
    }
  });

  test("is not started by a source that is not asked", async () => {
    sqlite({ file, driver });
    await nextTurn();
    expect(spareProcesses()).toEqual([]);
  });

  test("has no file and no folder while it waits", async () => {
    await askCount();
    await readySpare();
    expect(readdirSync(temporary)).toEqual([]);
  });

  test("answers the next query, of any source, and no other", async () => {
    await askCount();
    const first = await readySpare();
    expect(await askCount()).toEqual([{ n: 3 }]);
    await gone(first);
    expect(await readySpare()).not.toBe(first);
  });

  test("answers one of several queries that are asked at once; one process waits after them", async () => {
    await askCount();
    await readySpare();
    expect(await Promise.all([askCount(), askCount(), askCount()])).toEqual([[{ n: 3 }], [{ n: 3 }], [{ n: 3 }]]);
    await readySpare();
    while (childProcesses().length > 0) await nextTurn();
    expect(spareProcesses()).toHaveLength(1);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test("is replaced where it died, also where nobody has noticed yet", async () => {
    await askCount();
    process.kill(Number(await readySpare()), "SIGKILL");
    // Our own process hears of it in its next turn, which has not begun.
    expect(await askCount()).toEqual([{ n: 3 }]);
    expect(await askCount()).toEqual([{ n: 3 }]);
  });

  test("is not used where there is another folder for temporary files now", async () => {
    const former = mkdtempSync(join(folder, "former-"));
    process.env["TMPDIR"] = former;
    await askCount();
    const first = await readySpare();
    process.env["TMPDIR"] = temporary;
    rmSync(former, { recursive: true });
    expect(await askCount()).toEqual([{ n: 3 }]);
    await gone(first);
  });

  test("leaves nothing of a query that ends at its limit", async () => {
    await askCount();
    await readySpare();
    const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS n FROM n";
    await expect(ask(sqlite({ file, driver }), endless, { timeoutMs: 500 })).rejects.toThrow("no answer within");
    expect(childProcesses()).toEqual([]);
    expect(readdirSync(temporary).filter((name) => !name.includes("-rehearsal-"))).toEqual([]);
  });

  test("does not keep its asker from ending, and ends when he is killed", async () => {
    const tmp = mkdtempSync(join(folder, "killed-"));
    const asker = startAsker(
      tmp,
      `
      import { sqlite } from "${sourceOf("sqlite/sqlite.ts")}";
      const limits = { timeoutMs: 60_000, maxRows: 1, maxBytes: 100, role: "warn", signal: new AbortController().signal };
      const resources = () => process.getActiveResourcesInfo().filter((name) => name !== "Immediate").toSorted().join();
      process.stdin.resume();
      const before = resources();
      await sqlite({ file: ${JSON.stringify(file)}, driver: "${driver}" }).query({ text: "${count}", params: [], ...limits });
      process.stdin.on("data", () => process.stdout.write(JSON.stringify({ before, after: resources() })));`,
    );
    let spare: string | undefined;
    while (spare === undefined || !commandOf(spare).includes("waits for a query")) {
      await nextTurn();
      [spare] = spareProcesses(asker.pid);
    }
    asker.stdin.write("?");
    const [said] = (await once(asker.stdout, "data")) as [Buffer];
    const { before, after } = JSON.parse(String(said)) as { readonly before: string; readonly after: string };
    expect(after).toBe(before);
    asker.kill("SIGKILL");
    await gone(spare);
    expect(foldersOf(tmp)).toEqual([]);
  });

  test("removes the folder that its asker made, where he is killed before he asked", async () => {
    const tmp = mkdtempSync(join(folder, "killed-"));
    const made = join(tmp, "release-gates-sqlite-made");
    const asker = startAsker(
      tmp,
      `
      import { mkdirSync } from "node:fs";
      import { startQueryProcess } from "${sourceOf("query-process/query-process.ts")}";
      import { sqliteProgram } from "${sourceOf("sqlite/run-sqlite-child.ts")}";
      import { sqliteDriver } from "${sourceOf("sqlite/sqlite-driver.ts")}";
      startQueryProcess(sqliteProgram(sqliteDriver("test", "${driver}")), ${JSON.stringify(made)}, { idleMs: 60_000 });
      mkdirSync(${JSON.stringify(made)});
      process.stdout.write("made");`,
    );
    await once(asker.stdout, "data");
    const [spare = ""] = spareProcesses(asker.pid);
    expect(spare).not.toBe("");
    asker.kill("SIGKILL");
    await gone(spare);
    expect(foldersOf(tmp)).toEqual([]);
  });

  test("ends itself where no query comes, and complains of nothing", async () => {
    const program = sqliteProgram(sqliteDriver("test", driver));
    const child = startQueryProcess(program, join(temporary, "release-gates-sqlite-idle"), { idleMs: 1 });
    expect(await child.ended).toBe("");
    expect(child.hasEnded()).toBe(true);
    expect(readdirSync(temporary)).toEqual([]);
  });
});

function sourceOf(path: string): string {
  return new URL(`../../../src/databases/${path}`, import.meta.url).href;
}

/** A process that asks, and whose folder for temporary files nobody else has. */
function startAsker(tmp: string, script: string) {
  return spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, TMPDIR: tmp },
  });
}

function foldersOf(tmp: string): readonly string[] {
  return readdirSync(tmp).filter((name) => name.startsWith("release-gates-"));
}
