import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { sqlite } from "release-gates/databases";
import { beforeEach, describe, expect, test } from "vitest";
import { withFolder } from "../../../src/databases/query-process/own-folder.js";
import { startQueryProcess } from "../../../src/databases/query-process/query-process.js";
import { sqliteProgram } from "../../../src/databases/sqlite/run-sqlite-child.js";
import { sqliteDriver } from "../../../src/databases/sqlite/sqlite-driver.js";
import { ask } from "../database-contract.js";
import {
  childProcesses,
  childrenOf,
  commandOf,
  firstWords,
  hasProcesses,
  spareProcesses,
} from "../sqlite/child-processes.js";
import { smallDatabase } from "./small-database.js";

const { folder, file, temporary } = smallDatabase("spare");

const count = "SELECT count(*) AS n FROM orders";
const driver = "node-sqlite3-wasm";
const askCount = () => ask(sqlite({ file, driver }), count);

/** The process that waits, when it is ready. Until then it is looked at again and again. */
async function readySpare(look: (id: string) => void = () => {}): Promise<string> {
  for (;;) {
    await nextTurn();
    const [spare, ...others] = spareProcesses();
    if (spare !== undefined) look(spare);
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

  test("has no file and no folder while it waits or gets ready, whenever it is killed", async () => {
    await askCount();
    const seen = new Set<string>();
    const spare = await readySpare(() => {
      for (const name of readdirSync(temporary)) seen.add(name);
    });
    process.kill(Number(spare), "SIGKILL");
    await gone(spare);
    expect([...seen, ...readdirSync(temporary)]).toEqual([]);
  });

  test("shows its folder's name to nobody else on the machine", async () => {
    const own = join(temporary, "release-gates-sqlite-secret-name");
    const spare = startQueryProcess(sqliteProgram(sqliteDriver("test", driver)), own, { idleMs: 60_000 });
    const commands = new Set<string>();
    await readySpare((id) => commands.add(commandOf(id)));
    spare.kill();
    await spare.ended;
    expect(commands.size).toBeGreaterThan(1);
    expect([...commands].filter((command) => command.includes("secret-name"))).toEqual([]);
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
    expect(readdirSync(temporary)).toEqual([]);
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
    const { before, after } = JSON.parse(await firstWords(asker)) as {
      readonly before: string;
      readonly after: string;
    };
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
    await firstWords(asker);
    const [spare = ""] = spareProcesses(asker.pid);
    expect(spare).not.toBe("");
    asker.kill("SIGKILL");
    await gone(spare);
    expect(foldersOf(tmp)).toEqual([]);
  });

  test("a copy does not outlive an asker that is killed while he makes it", async () => {
    const tmp = mkdtempSync(join(folder, "killed-"));
    const busy = join(folder, "busy.db");
    copyFileSync(file, busy);
    // A write under way: it is waited for its end, which does not come, with a folder that is made already.
    writeFileSync(`${busy}-journal`, "a write under way");
    const asker = startAsker(
      tmp,
      `
      import { sqlite } from "${sourceOf("sqlite/sqlite.ts")}";
      const limits = { timeoutMs: 60_000, maxRows: 1, maxBytes: 100, role: "warn", signal: new AbortController().signal };
      const database = sqlite({ file: ${JSON.stringify(busy)}, driver: "${driver}" });
      for (;;) await database.query({ text: "${count}", params: [], ...limits }).catch(() => {});`,
    );
    while (foldersOf(tmp).length === 0) await nextTurn();
    const children = childrenOf(asker.pid);
    asker.kill("SIGKILL");
    await Promise.all(children.map(gone));
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

test.runIf(hasProcesses)("a folder that cannot be removed is told of, and hides no answer", async () => {
  const answer = { rows: [{ n: 1 }], warnings: ["one"] };
  // Where nobody may remove anything, the system's administrator no more than others.
  const { rows, warnings } = await withFolder("/proc/self/fdinfo", async () => answer);
  expect(rows).toEqual(answer.rows);
  expect(warnings).toEqual(["one", expect.stringMatching(/^a copy of the database was left in .*\(E[A-Z]+\)$/)]);
  const asking = withFolder("/proc/self/fdinfo", async () => Promise.reject(new Error("why it failed")));
  await expect(asking).rejects.toThrow("why it failed");
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
