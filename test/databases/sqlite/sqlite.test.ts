import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import wasm from "node-sqlite3-wasm";
import { isGateError } from "release-gates";
import { sqlite } from "release-gates/databases";
import { afterAll, describe, expect, test } from "vitest";
import { childProcesses, childrenOf, commandOf, firstWords, hasProcesses } from "./child-processes.js";
import { ask, describeReadOnlyDatabase, faultOf } from "../database-contract.js";

/** The part of `node:sqlite` that is used here. The types of Node 20 lack it. */
interface NodeSqlite {
  readonly DatabaseSync: new (file: string) => { exec(text: string): void; close(): void };
}

const nodeSqlite = process.getBuiltinModule?.("node:sqlite") as NodeSqlite | undefined;
const folder = mkdtempSync(join(tmpdir(), "release-gates-sqlite-test-"));
const file = join(folder, "data", "orders.db");
mkdirSync(join(folder, "data"));
// Copies of this file's tests alone.
process.env["TMPDIR"] = mkdtempSync(join(folder, "tmp-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const writer = new wasm.Database(file);
writer.exec(`
  CREATE TABLE orders (id INTEGER PRIMARY KEY, total TEXT);
  INSERT INTO orders VALUES (1, '10.50'), (2, '20.25'), (3, NULL);
`);
writer.close();

const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS n FROM n";

describeReadOnlyDatabase("sqlite", {
  open: () => ({
    database: sqlite({ file }),
    endless,
    fingerprint: async () => [
      createHash("sha256").update(readFileSync(file)).digest("hex"),
      readdirSync(join(folder, "data")).toSorted(),
    ],
    leftovers: async () => [...childProcesses(), ...copies()],
  }),
  parameter: "?",
  series: (rows) => `WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${rows}) SELECT n FROM s`,
  kinds: [["SELECT id, total, X'00' AS b, NULL AS n FROM orders", ["number", "text", "bytes", null]]],
  reads: [
    [
      "SELECT id, total FROM orders ORDER BY id LIMIT 2",
      [],
      [
        { id: 1, total: "10.50" },
        { id: 2, total: "20.25" },
      ],
    ],
    ["SELECT total FROM orders WHERE id = ?", [3], [{ total: null }]],
    ["SELECT ? AS a, ? AS b, ? AS c", ["x", 1.5, null], [{ a: "x", b: 1.5, c: null }]],
    [
      "SELECT 9007199254740993 AS big, 9007199254740991 AS safe",
      [],
      [{ big: "9007199254740993", safe: 9007199254740991 }],
    ],
    ["SELECT x'01ff' AS bytes, 9e999 AS endless", [], [{ bytes: "Af8=", endless: "Infinity" }]],
    ["WITH big AS (SELECT * FROM orders WHERE id > 1) SELECT count(*) AS n FROM big", [], [{ n: 2 }]],
    ["VALUES (1), (2)", [], [{ column1: 1 }, { column1: 2 }]],
    ["SELECT json_extract('{\"a\": [1, 2]}', '$.a[1]') AS two", [], [{ two: 2 }]],
    ["SELECT id, sum(id) OVER (ORDER BY id) AS running FROM orders ORDER BY id LIMIT 1", [], [{ id: 1, running: 1 }]],
    ["SELECT 'a;b -- c' AS text -- a comment", [], [{ text: "a;b -- c" }]],
    ["SELECT ?2 AS b, ?1 AS a, '?' AS text /* ? */", [1, 2], [{ b: 2, a: 1, text: "?" }]],
    ['SELECT 1 AS "odd:1", ? AS yes', [true], [{ "odd:1": 1, yes: 1 }]],
    ["SELECT id FROM orders ORDER BY id DESC", [], [{ id: 3 }, { id: 2 }, { id: 1 }]],
    ["SELECT id FROM orders WHERE id > 9", [], []],
    ["SELECT 7 / ? AS whole, typeof(?) AS type", [2, 1], [{ whole: 3, type: "integer" }]],
    ["SELECT '5' = CAST(? AS TEXT) AS same", [5], [{ same: 1 }]],
  ],
  attacks: [
    "DELETE FROM orders",
    "WITH x AS (SELECT 1) DELETE FROM orders",
    "WITH x AS (SELECT 1) INSERT INTO orders SELECT 9, 9 FROM x",
    "WITH x AS (SELECT 1) UPDATE orders SET total = 0",
    "REPLACE INTO orders VALUES (1, 0)",
    "SELECT 1; DELETE FROM orders",
    "SELECT 1); DELETE FROM orders; --",
    "SELECT 1) AS x; DELETE FROM orders; SELECT * FROM (SELECT 1",
    "DROP TABLE orders",
    "CREATE TABLE more (a)",
    "CREATE TEMP TABLE more (a)",
    `VACUUM INTO '${join(folder, "copy.db")}'`,
    `ATTACH '${join(folder, "other.db")}' AS other`,
    `SELECT * FROM pragma_journal_mode('wal')`,
    "PRAGMA query_only = 0",
    "PRAGMA user_version = 7",
    "PRAGMA journal_mode = WAL",
    "PRAGMA hard_heap_limit = 1",
    "BEGIN IMMEDIATE",
    "REINDEX orders",
    "ANALYZE",
    "ALTER TABLE orders ADD COLUMN more",
    `SELECT load_extension('${join(folder, "x.so")}')`,
    `SELECT writefile('${join(folder, "x.txt")}', 'x')`,
    "EXPLAIN DELETE FROM orders",
    "SELECT fts5(1)",
    "SELECT 1 RETURNING 1",
    "(DELETE FROM orders)",
  ],
});

describe("sqlite", () => {
  test("a file that is not there is a fault, and is not made", async () => {
    const missing = join(folder, "missing.db");
    const { message, isRetryable } = await faultOf(ask(sqlite({ file: missing }), "SELECT 1"));
    expect(message).toContain("there is no such file");
    expect(isRetryable).toBe(false);
    expect(existsSync(missing)).toBe(false);
  });

  test("a file that is no database is a fault", async () => {
    const other = join(folder, "other.txt");
    writeFileSync(other, "not a database, but long enough to look at ".repeat(50));
    const { message } = await faultOf(ask(sqlite({ file: other }), "SELECT count(*) AS n FROM sqlite_master"));
    expect(message).toContain("not a database");
    rmSync(other);
  });

  test("a reader leaves no lock that a writer could meet, even when it is killed", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 300);
    await ask(sqlite({ file }), endless, { signal: controller.signal }).catch(() => {});
    const again = new wasm.Database(file);
    expect(again.get("SELECT count(*) AS n FROM orders")).toEqual({ n: 3 });
    again.exec("UPDATE orders SET total = '10.50' WHERE id = 1");
    again.close();
  });

  test("a database in the middle of a write is a fault that asking again may mend", async () => {
    writeFileSync(`${file}-journal`, "a write under way");
    const { message, isRetryable } = await faultOf(ask(sqlite({ file }), "SELECT 1 AS one"));
    rmSync(`${file}-journal`);
    expect(message).toContain("written to while it was copied");
    expect(isRetryable).toBe(true);
  });

  test("a journal that is kept for the next write is no write under way", async () => {
    writeFileSync(`${file}-journal`, Buffer.alloc(512));
    expect(await ask(sqlite({ file }), "SELECT count(*) AS n FROM orders")).toEqual([{ n: 3 }]);
    rmSync(`${file}-journal`);
  });

  test("reads what is in a write-ahead log that somebody has open, and leaves nothing beside it", async () => {
    const logged = join(folder, "logged");
    mkdirSync(logged);
    const owner = new wasm.Database(join(logged, "orders.db"));
    owner.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0");
    owner.exec("CREATE TABLE orders (id); INSERT INTO orders VALUES (1), (2)");
    const before = readdirSync(logged);
    expect(before).toContain("orders.db-wal");
    const database = sqlite({ file: join(logged, "orders.db") });
    expect(await ask(database, "SELECT count(*) AS n FROM orders")).toEqual([{ n: 2 }]);
    owner.exec("INSERT INTO orders VALUES (3)");
    expect(await ask(database, "SELECT count(*) AS n FROM orders")).toEqual([{ n: 3 }]);
    expect(readdirSync(logged)).toEqual(before);
    owner.close();
  });

  test("while others write it answers with one moment's truth, or with a fault that asking again may mend", async () => {
    const busy = join(folder, "busy.db");
    const maker = new wasm.Database(busy);
    maker.exec("CREATE TABLE accounts (id INTEGER PRIMARY KEY, cents INTEGER, filler TEXT)");
    maker.exec(`
      WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 500)
      INSERT INTO accounts SELECT i, 0, hex(zeroblob(2000)) FROM n`);
    maker.close();
    const writes = spawn(process.execPath, ["-e", transfers(busy)], { stdio: ["ignore", "pipe", "inherit"] });
    const writesEnd = once(writes, "close");
    await firstWords(writes);
    const sum = "SELECT sum(cents) AS cents FROM accounts";
    const answers: unknown[] = [];
    for (let round = 0; round < 10; round++) {
      answers.push(await ask(sqlite({ file: busy }), sum).catch((error: unknown) => error));
    }
    writes.kill("SIGKILL");
    await writesEnd;
    const isRight = (answer: unknown) =>
      isGateError(answer, "SOURCE_FAILED") ? answer.details.isRetryable : JSON.stringify(answer) === '[{"cents":0}]';
    expect(answers.filter((answer) => !isRight(answer))).toEqual([]);
  });

  test.runIf(hasProcesses)("a query does not outlive an asker that was killed", async () => {
    const killed = mkdtempSync(join(folder, "killed-"));
    const script = `
      import { sqlite } from ${JSON.stringify(new URL("../../../src/databases/sqlite/sqlite.ts", import.meta.url).href)};
      const limits = { timeoutMs: 3_600_000, maxRows: 1, maxBytes: 100, role: "warn", signal: new AbortController().signal };
      await sqlite({ file: ${JSON.stringify(file)} }).query({ text: ${JSON.stringify(endless)}, params: [], ...limits });`;
    const asker = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      stdio: ["ignore", "ignore", "pipe"],
      // The copy that a killed asker leaves is in the folder of this file's tests.
      env: { ...process.env, TMPDIR: killed },
    });
    const askerEnds = once(asker, "close");
    let complaint = "";
    asker.stderr.setEncoding("utf8").on("data", (chunk: string) => (complaint += chunk));
    let query: string | undefined;
    while (query === undefined) {
      await nextTurn();
      query = childrenOf(asker.pid).find((id) => commandOf(id).includes("answers a query"));
      if (asker.exitCode !== null) throw new Error(`the asker ended before it asked: ${complaint}`);
    }
    asker.kill("SIGKILL");
    await askerEnds;
    while (commandOf(query) !== "") await nextTurn();
    expect(commandOf(query)).toBe("");
    // It takes the copy with it.
    expect(readdirSync(killed).filter((name) => name.startsWith("release-gates-"))).toEqual([]);
  });

  test.runIf(nodeSqlite)("a database with a write-ahead log in use is read beside its writers", async () => {
    const shared = join(folder, "shared.db");
    const owner = new (nodeSqlite as NodeSqlite).DatabaseSync(shared);
    owner.exec("PRAGMA journal_mode = WAL; CREATE TABLE orders (id); INSERT INTO orders VALUES (1)");
    const slow = ask(sqlite({ file: shared }), endless, { timeoutMs: 1_000 }).catch(() => {});
    for (let n = 2; n < 6; n++) {
      owner.exec(`INSERT INTO orders VALUES (${n})`);
      expect(await ask(sqlite({ file: shared }), "SELECT count(*) AS n FROM orders")).toEqual([{ n }]);
    }
    await slow;
    owner.close();
    expect(readdirSync(folder).filter((name) => name.startsWith("shared.db"))).toEqual(["shared.db"]);
  });

  test("options that are wrong are refused when it is made", () => {
    expect(() => sqlite({ path: file } as never)).toThrow(expect.objectContaining({ code: "GATE_CONFIG_INVALID" }));
  });
});

/** A program that moves money between accounts for ever, and says when it has begun. */
function transfers(path: string): string {
  const driver = createRequire(import.meta.url).resolve("node-sqlite3-wasm");
  return `
    const { Database } = require(${JSON.stringify(driver)});
    const db = new Database(${JSON.stringify(path)});
    for (let i = 0; ; i++) {
      db.exec("BEGIN; UPDATE accounts SET cents = cents - 1 WHERE id <= 250; UPDATE accounts SET cents = cents + 1 WHERE id > 250; COMMIT");
      if (i === 0) require("node:fs").writeSync(1, "writing");
    }`;
}

function copies(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("release-gates-sqlite-"));
}
