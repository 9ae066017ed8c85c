// What a read-only query costs on loopback: each database beside its bare driver, and how long each layer of postgres() takes. Needs
// what test/helpers/postgres.ts and test/helpers/mariadb.ts start.
import { mkdtemp, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import mysql2 from "mysql2/promise";
import sqliteWasm from "node-sqlite3-wasm";
import pg from "pg";
import { mysql, postgres, sqlite } from "release-gates/databases";
import type { ReadOnlyDatabase } from "release-gates";
import { checkCatalogue } from "../src/databases/postgres/catalogue/catalogue-check.js";
import { postgresClient } from "../src/databases/postgres/postgres-client.js";
import { beginReadOnly, useSearchPath } from "../src/databases/postgres/postgres-session.js";
import { readingStatement } from "../src/databases/postgres/reading-statement.js";
import { waysToWrite } from "../src/databases/postgres/role-check.js";
import { assertUnchanged, inspectSession } from "../src/databases/postgres/session-state.js";
import { futureFolder } from "../src/databases/query-process/own-folder.js";
import { startQueryProcess } from "../src/databases/query-process/query-process.js";
import { copyDatabase } from "../src/databases/sqlite/copy-database.js";
import { runSqliteChild, sqliteProgram } from "../src/databases/sqlite/run-sqlite-child.js";
import { sqliteDriver } from "../src/databases/sqlite/sqlite-driver.js";
import { assertSchemaReads, type SqliteSchema } from "../src/databases/sqlite/sqlite-schema.js";
import { readSqliteStatement } from "../src/databases/sqlite/sqlite-statement.js";
import { startMariaDb } from "../test/helpers/mariadb.js";
import { startPostgres } from "../test/helpers/postgres.js";

const rounds = Number(process.env["ROUNDS"] ?? 41);
const folder = await mkdtemp(join(tmpdir(), "release-gates-bench-"));
const file = join(folder, "orders.db");
const sqliteRules = { source: "bench", allowFunctions: new Set<string>() };
const text = "SELECT count(*) AS n, sum(total) AS total FROM orders WHERE id > 10";

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

await using server = await startPostgres();
// A role that may only read, as the document recommends.
const connectionString = server.url("gates", "secret", "postgres");

const { user, password } = server.superuser;
const setUp = new pg.Client({ connectionString: server.url(user, password, "postgres") });
await setUp.connect();
await setUp.query("CREATE TABLE orders AS SELECT n AS id, n * 1.5 AS total FROM generate_series(1, 1000) AS n");
await setUp.query("CREATE ROLE gates LOGIN PASSWORD 'secret'; GRANT SELECT ON orders TO gates");
await setUp.end();

async function bare(): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query({ text, values: [] });
  await client.end();
}

const limits = { params: [], timeoutMs: 10_000, maxRows: 100, maxBytes: 100_000, role: "warn" } as const;
async function guarded(database: ReadOnlyDatabase): Promise<void> {
  await database.query({ text, ...limits, signal: new AbortController().signal });
}

const times = new Map<string, number[]>();
async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  const values = times.get(name) ?? [];
  times.set(name, [...values, performance.now() - started]);
  return result;
}

/** The layers of one query, one after another, on a connection of its own, as postgres() goes through them. */
async function layers(): Promise<void> {
  const { names } = await timed("parse", () => readingStatement("bench", text));
  const client = await postgresClient({ pipeline: true, connectionString });
  await timed("connect", () => client.connect());
  const session = await timed("begin", () => beginReadOnly(client, limits.timeoutMs));
  await timed("role", () => waysToWrite(client, session));
  await timed("catalogue", () => checkCatalogue(client, names, session.schemas, { functions: [], extensions: [] }));
  await timed("search path", () => useSearchPath(client, session));
  const before = await timed("inspect", () => inspectSession(client));
  await timed("statement", () => client.query({ text, values: [], queryMode: "extended", rowMode: "array" }));
  await timed("trip-wires", () => assertUnchanged(client, before));
  await timed("rollback, close", async () => {
    await client.query({ text: "ROLLBACK" });
    await client.end();
  });
}

/** The layers of one query on SQLite, as sqlite() goes through them where a process waits. */
async function sqliteLayers(): Promise<void> {
  const program = sqliteProgram(sqliteDriver("bench", "node-sqlite3-wasm"));
  const { names, select } = await timed("  statement", async () => readSqliteStatement(text, 0, sqliteRules));
  const own = await futureFolder(program);
  const spare = startQueryProcess(program, own, { idleMs: 60_000 });
  await sleep(restMs);
  const signal = new AbortController().signal;
  const copying = { file, folder: own, maxBytes: 1e9, source: "bench", signal };
  const copy = await timed("  copy", () => copyDatabase(copying));
  const request = {
    file: copy.file,
    logFrames: 0,
    isChecked: true,
    maxMemoryBytes: 1e9,
    text,
    select,
    isExplain: false,
    params: [],
    functions: ["count", "sum"],
    pragmas: [],
    maxRows: 100,
    maxBytes: 100_000,
  };
  const assertSchema = (schema: SqliteSchema) => assertSchemaReads(names, schema, sqliteRules);
  const conversation = { program, process: spare, end: performance.now() + 10_000, signal, assertSchema };
  await timed("  the process that waits", () => runSqliteChild("bench", request, conversation));
  await timed("  removal of the copy", () => rm(own, { recursive: true, force: true }));
}

// The parser is loaded by the first query.
const started = performance.now();
await readingStatement("bench", text);
console.log(`loading the parser, once  ${(performance.now() - started).toFixed(1)} ms`);

/** Prints how long everything took that was timed, beside the first of it, and forgets it. */
function print(title: string): void {
  const rows = [...times].map(([name, values]) => ({ name, ms: median(values) }));
  const base = rows[0]?.ms ?? Number.NaN;
  console.log(`\n${title}`);
  for (const { name, ms } of rows) {
    console.log(`${name.padEnd(24)} ${ms.toFixed(2).padStart(7)} ms  ratio ${(ms / base).toFixed(2)}`);
  }
  console.log(`of our own, over the bare driver  ${((rows[1]?.ms ?? Number.NaN) - base).toFixed(1)} ms`);
  times.clear();
}

const onPostgres = postgres({ connection: connectionString });
for (let round = 0; round < rounds; round++) {
  await timed("bare driver", bare);
  await timed("postgres()", () => guarded(onPostgres));
  await layers();
}
print("PostgreSQL, as a role that may only SELECT");

/** Prints the shortest time of each: what a busy machine adds is not ours. */
function printQuietest(title: string): void {
  console.log(`\n${title}`);
  for (const [name, values] of times) {
    console.log(
      `${name.padEnd(30)} ${Math.min(...values)
        .toFixed(2)
        .padStart(8)} ms of ${values.length}`,
    );
  }
  times.clear();
}

await using mariaDb = await startMariaDb();
const { host, port } = mariaDb.root;
const mysqlWriter = await mariaDb.open();
await mysqlWriter.query(`CREATE DATABASE shop; USE shop; CREATE TABLE orders (id INT PRIMARY KEY, total DECIMAL(10, 2));
  INSERT INTO orders SELECT seq, seq * 1.5 FROM seq_1_to_1000;
  CREATE USER gates IDENTIFIED BY 'secret'; GRANT SELECT, SHOW VIEW ON shop.* TO gates`);
await mysqlWriter.end();
const mysqlConnection = { host, port, user: "gates", password: "secret", database: "shop" };
const onMysql = mysql({ connection: mysqlConnection });
for (let round = 0; round < rounds; round++) {
  await timed("bare driver", async () => {
    const client = await mysql2.createConnection(mysqlConnection);
    await client.execute(text);
    await client.end();
  });
  await timed("mysql()", () => guarded(onMysql));
}
print("MariaDB, as a user that may only SELECT");

const sqliteWriter = new sqliteWasm.Database(file);
sqliteWriter.exec(`CREATE TABLE orders (id INTEGER PRIMARY KEY, total REAL);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) INSERT INTO orders SELECT i, i * 1.5 FROM n`);
sqliteWriter.close();
// A file that was just written to is waited for.
await utimes(file, 0, 0);
// A rest as long as this lets the process for the next query get ready, on a machine that is not busy.
const restMs = 2_000;
const sqliteRounds = 15;
const onSqlite = sqlite({ file, driver: "node-sqlite3-wasm" });
for (let round = 0; round < sqliteRounds; round++) {
  await timed("bare driver", async () => {
    const client = new sqliteWasm.Database(file, { readOnly: true });
    client.all(text);
    client.close();
  });
  await timed(round === 0 ? "sqlite(), first query" : "sqlite(), a process waits", () => guarded(onSqlite));
  // Before that process can be ready, which is how the first query goes.
  if (round % 3 === 0) await timed("sqlite(), right after another", () => guarded(onSqlite));
  await sleep(restMs);
  await sqliteLayers();
}
printQuietest("SQLite, through node-sqlite3-wasm, the quietest of the rounds");
await rm(folder, { recursive: true });
