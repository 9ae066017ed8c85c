import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import wasm from "node-sqlite3-wasm";
import { sqlite } from "release-gates/databases";
import { afterAll, describe, expect, test } from "vitest";
import { ask, describeReadOnlyDatabase, faultOf } from "./database-contract.js";

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
    ["SELECT id FROM orders WHERE id > 9", [], []],
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

  test("options that are wrong are refused when it is made", () => {
    expect(() => sqlite({ path: file } as never)).toThrow(expect.objectContaining({ code: "GATE_CONFIG_INVALID" }));
  });
});

function childProcesses(): readonly string[] {
  // Elsewhere than on Linux there is no such list; the copies tell.
  if (!existsSync("/proc/self/stat")) return [];
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return processes.map(commandOf).filter((command) => command.includes("sqlite-child"));
}

/** The command of a process of ours; nothing where it is another's, or has ended. */
function commandOf(id: string): string {
  try {
    const parent = readFileSync(`/proc/${id}/stat`, "utf8")
      .replace(/^.*\) \S /, "")
      .split(" ")[0];
    return parent === String(process.pid) ? readFileSync(`/proc/${id}/cmdline`, "utf8") : "";
  } catch {
    return "";
  }
}

function copies(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("release-gates-sqlite-"));
}
