import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import wasm from "node-sqlite3-wasm";
import type { ReadOnlyDatabase } from "release-gates";
import { afterAll, expect, test } from "vitest";
import { ask, describeReadOnlyDatabase, faultOf } from "../databases/database-contract.js";
import { childProcesses } from "../databases/sqlite/child-processes.js";
import { codeFences, root } from "./code-fences.js";

type Backup = (name: string, download: (file: string, signal: AbortSignal) => Promise<void>) => ReadOnlyDatabase;

// Inside the repository, so that packages resolve; ignored by git as everything below dist is.
const code = join(root, "dist", "a-database-of-yours.ts");
mkdirSync(join(root, "dist"), { recursive: true });
const fence = codeFences().find(({ place }) => place.startsWith("docs/a-database-of-yours.md"));
writeFileSync(code, fence?.code ?? "");
const { backup } = (await import(code)) as { readonly backup: Backup };

const folder = mkdtempSync(join(tmpdir(), "release-gates-yours-"));
const { TMPDIR: outside } = process.env;
process.env["TMPDIR"] = mkdtempSync(join(folder, "tmp-"));
const kept = join(folder, "kept.db");
const writer = new wasm.Database(kept);
writer.exec("CREATE TABLE orders (id INTEGER PRIMARY KEY, total TEXT)");
writer.exec("INSERT INTO orders VALUES (1, '10.50'), (2, '20.25'), (3, NULL)");
writer.close();
afterAll(() => {
  // The next test file may run in the same process.
  if (outside === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = outside;
  rmSync(code);
  rmSync(folder, { recursive: true, force: true });
});

const leftovers = async () => [...childProcesses(), ...readdirSync(tmpdir())];
const database = backup("the newest backup", async (file) => copyFileSync(kept, file));

describeReadOnlyDatabase("the example of docs/a-database-of-yours.md", {
  open: () => ({
    database,
    endless: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS n FROM n",
    fingerprint: async () => readFileSync(kept).toString("base64"),
    leftovers,
  }),
  parameter: "?",
  series: (rows) => `WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${rows}) SELECT n FROM s`,
  attacks: ["DELETE FROM orders", "SELECT 1; DELETE FROM orders", "ATTACH 'other.db' AS other"],
  reads: [["SELECT id FROM orders WHERE total = ?", ["20.25"], [{ id: 2 }]]],
  kinds: [["SELECT X'00' AS data, total FROM orders", ["bytes", "text"]]],
});

test("a backup that is not there, or comes too late, is a fault without what the download said", async () => {
  const secret = new Error("https://user:hush@backups.internal");
  const missing = backup("backup", async () => Promise.reject(secret));
  expect(await faultOf(ask(missing, "SELECT 1"))).toMatchObject({ message: "backup is not there.", isRetryable: true });
  const slow = backup(
    "backup",
    (_, signal) => new Promise((_resolve, reject) => signal.addEventListener("abort", reject)),
  );
  expect((await faultOf(ask(slow, "SELECT 1", { timeoutMs: 20 }))).fault).toBe("limit");
  expect(await leftovers()).toEqual([]);
});

test("its role is none that could write", async () => {
  const limits = { timeoutMs: 60_000, maxRows: 9, maxBytes: 999, role: "require-read-only" } as const;
  const request = { text: "SELECT count(*) AS n FROM orders", params: [], ...limits };
  const answer = await database.query({ ...request, signal: new AbortController().signal });
  expect(answer).toEqual({ rows: [{ n: 3 }], columns: [{ name: "n", kind: "number" }], warnings: [] });
});
