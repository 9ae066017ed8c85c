import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import wasm from "node-sqlite3-wasm";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "release-gates-shortage-test-"));
const file = join(folder, "orders.db");
const writer = new wasm.Database(file);
writer.exec("CREATE TABLE orders (id INTEGER PRIMARY KEY); INSERT INTO orders VALUES (1), (2), (3)");
writer.close();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sources = {
  sqlite: `
    import { sqlite } from "${sourceOf("sqlite/sqlite.ts")}";
    const database = sqlite({ file: ${JSON.stringify(file)}, driver: "node-sqlite3-wasm" });`,
  pglite: `
    import { PGlite } from "@electric-sql/pglite";
    import { pglite } from "${sourceOf("pglite/pglite.ts")}";
    const db = await PGlite.create();
    await db.exec("CREATE TABLE orders (id int); INSERT INTO orders VALUES (1), (2), (3)");
    const database = pglite({ db });`,
  // Nobody listens there.
  mysql: `
    import { mysql } from "${sourceOf("mysql/mysql.ts")}";
    const database = mysql({ connection: "mysql://gates@127.0.0.1:1/orders" });`,
  postgres: `
    import { postgres } from "${sourceOf("postgres/postgres.ts")}";
    const database = postgres({ connection: "postgres://gates@127.0.0.1:1/orders" });`,
};

/**
 * Asks in a process that may open few files, and holds all but some of them. It has not asked before.
 *
 * Returns what was answered each time, or the fault, and what was left in the folder for temporary files.
 */
async function askWhereFilesAreShort(source: string, frees: readonly number[]): Promise<unknown> {
  const tmp = mkdtempSync(join(folder, "tmp-"));
  const script = `
    import { closeSync, openSync, readdirSync } from "node:fs";
    import { tmpdir } from "node:os";
    ${source}
    const request = { text: "SELECT CAST(count(*) AS integer) AS n FROM orders", params: [], timeoutMs: 120_000, maxRows: 1, maxBytes: 100, role: "warn" };
    const hold = (held = []) => {
      try { for (;;) held.push(openSync("/dev/null")); } catch { return held; }
    };
    const outcomes = [];
    for (const free of ${JSON.stringify(frees)}) {
      const held = hold();
      for (const each of held.splice(0, free)) closeSync(each);
      const outcome = await database.query({ ...request, signal: new AbortController().signal }).then(
        ({ rows }) => ({ rows }),
        ({ code, details, message }) => ({ code, isRetryable: details?.isRetryable, message }),
      );
      for (const each of held) closeSync(each);
      outcomes.push({ free, ...outcome, left: readdirSync(tmpdir()).filter((name) => name.startsWith("release-gates-")) });
    }
    process.stdout.write(JSON.stringify(outcomes), () => process.exit(0));`;
  const node = [process.execPath, "--import", "tsx", "--input-type=module", "-e", script];
  const asker = spawn("sh", ["-c", 'ulimit -n 128; exec "$0" "$@"', ...node], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, TMPDIR: tmp },
  });
  const [said] = await Promise.all([text(asker.stdout), once(asker, "close")]);
  return JSON.parse(said);
}

const sought = expect.stringContaining("could not be looked for (EMFILE)");
const copied = expect.stringContaining("it could not be copied (EMFILE)");
const started = expect.stringContaining("no process could be started to ask it (EMFILE)");
const connected = expect.stringContaining("connect EMFILE");
const nobody = expect.stringContaining("connect ECONNREFUSED");
const answered = undefined;

describe.runIf(process.platform !== "win32")("where no more files can be opened", () => {
  test.each([
    // What is not found for want of files is looked for again.
    [
      "sqlite",
      sources.sqlite,
      [
        [0, sought],
        [1, copied],
        [2, started],
        [4, started],
        [7, started],
        [40, answered],
      ],
    ],
    [
      "pglite",
      sources.pglite,
      [
        [0, sought],
        [40, answered],
        [3, started],
      ],
    ],
    [
      "mysql",
      sources.mysql,
      [
        [0, sought],
        [40, nobody],
        [0, connected],
      ],
    ],
    [
      "postgres",
      sources.postgres,
      [
        [0, sought],
        [40, nobody],
        [0, connected],
      ],
    ],
  ] as const)("a query of %s ends in a fault that asking again mends", async (_, source, expected) => {
    const frees = expected.map(([free]) => free);
    expect(await askWhereFilesAreShort(source, frees)).toEqual(
      expected.map(([free, message]) => ({
        free,
        ...(message === answered ? { rows: [{ n: 3 }] } : { code: "SOURCE_FAILED", isRetryable: true, message }),
        left: [],
      })),
    );
  });
});

function sourceOf(path: string): string {
  return new URL(`../../../src/databases/${path}`, import.meta.url).href;
}
