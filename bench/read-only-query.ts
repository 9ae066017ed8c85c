// What a read-only query costs on loopback: each database beside its bare driver, and how long each of its layers takes, in round trips
// and milliseconds. Needs what test/helpers/postgres.ts and test/helpers/mariadb.ts start.
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PGlite } from "@electric-sql/pglite";
import mysql2 from "mysql2/promise";
import sqliteWasm from "node-sqlite3-wasm";
import pg from "pg";
import { mysql, pglite, postgres, sqlite } from "release-gates/databases";
import type { ReadOnlyDatabase } from "release-gates";
import {
  breakOff,
  connected,
  ended,
  mysqlClient,
  runText,
  type MysqlClient,
} from "../src/databases/mysql/mysql-client.js";
import { parseMysqlOptions } from "../src/databases/mysql/mysql-options.js";
import { assertReadable } from "../src/databases/mysql/mysql-relations.js";
import { writingGrants } from "../src/databases/mysql/mysql-role.js";
import { readRows as readMysqlRows } from "../src/databases/mysql/mysql-rows.js";
import {
  assertUnchanged as assertMysqlUnchanged,
  beginReadOnly as beginMysql,
} from "../src/databases/mysql/mysql-session.js";
import { forgetWarnings, readWarnings } from "../src/databases/mysql/mysql-warnings.js";
import { readStatement } from "../src/databases/mysql/sql/read-statement.js";
import { dumpInTime } from "../src/databases/pglite/dump-in-time.js";
import { pgliteClient } from "../src/databases/pglite/pglite-client.js";
import { pgliteProgram } from "../src/databases/pglite/pglite-program.js";
import { readFromCopy } from "../src/databases/pglite/read-from-copy.js";
import { checkCatalogue } from "../src/databases/postgres/catalogue/catalogue-check.js";
import { postgresClient, type PostgresClient } from "../src/databases/postgres/postgres-client.js";
import { beginReadOnly, useSearchPath } from "../src/databases/postgres/postgres-session.js";
import { readingStatement } from "../src/databases/postgres/reading-statement.js";
import { waysToWrite } from "../src/databases/postgres/role-check.js";
import { assertUnchanged, inspectSession } from "../src/databases/postgres/session-state.js";
import { watchQuery } from "../src/databases/query-cut.js";
import { askProcess } from "../src/databases/query-process/ask-process.js";
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
async function guarded(database: ReadOnlyDatabase, timeoutMs: number = limits.timeoutMs): Promise<void> {
  await database.query({ text, ...limits, timeoutMs, signal: new AbortController().signal });
}

const times = new Map<string, number[]>();
/** How many messages each layer waited for, one after another or side by side. */
const trips = new Map<string, number>();
let sent = 0;
async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const before = sent;
  const result = await work();
  const values = times.get(name) ?? [];
  times.set(name, [...values, performance.now() - started]);
  trips.set(name, sent - before);
  return result;
}

/** Counts what a client asks. */
function counted<Client extends PostgresClient | MysqlClient>(client: Client): Client {
  return new Proxy(client, {
    get(target, key) {
      if (key === "query" || key === "execute") sent += 1;
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

/** The layers of one query, one after another, on a connection of its own, as postgres() goes through them. */
async function layers(): Promise<void> {
  const { names } = await timed("parse", () => readingStatement("bench", text));
  const client = counted(await postgresClient({ pipeline: true, connectionString }));
  await timed("connect", () => client.connect());
  const session = await timed("begin", () => beginReadOnly(client, limits.timeoutMs));
  await timed("role", () => waysToWrite(client, session));
  await timed("catalogue", () => checkCatalogue(client, names, session.schemas, { functions: [], extensions: [] }));
  await timed("search path", () => useSearchPath(client, session));
  const before = await timed("inspect", () => inspectSession(client));
  await timed("statement", () => client.query({ text, values: [], queryMode: "extended", rowMode: "array" }));
  await timed("trip-wires", async () => assertUnchanged(before, await inspectSession(client)));
  await timed("rollback, close", async () => {
    await client.query({ text: "ROLLBACK" });
    await client.end();
  });
}

/** The layers of one query on MariaDB, as mysql() goes through them. */
async function mysqlLayers(): Promise<void> {
  const options = parseMysqlOptions({ connection: mysqlConnection });
  const statement = await timed("grammar (no connection)", async () =>
    readStatement(text, options.rules.allowFunctions),
  );
  const client = counted(await mysqlClient(options.client, "bench"));
  await timed("connect", () => connected(client));
  const session = await timed("begin, limits, read back", () => beginMysql(client, limits.timeoutMs));
  await timed("role", () => writingGrants(client, options.rules.allowFunctions));
  const rules = { client, flavour: session.flavour, rules: options.rules };
  await timed("tables, views", () => assertReadable(statement, rules));
  await timed("forget warnings", () => forgetWarnings(client));
  const signal = new AbortController().signal;
  const cut = watchQuery({ signal, afterMs: limits.timeoutMs, late: () => new Error("late") });
  await timed("statement", () => readMysqlRows(client, "bench", { text, ...limits, signal }, cut));
  cut.cancel();
  await timed("warnings", () => readWarnings(client));
  await timed("trip-wires", () => assertMysqlUnchanged(client, session));
  await timed("rollback, close", async () => {
    await runText(client, "ROLLBACK");
    await ended(client);
    breakOff(client);
  });
}

/** The layers of one query on PGlite, as pglite() goes through them, but one after another. */
async function pgliteLayers(db: PGlite): Promise<void> {
  const program = pgliteProgram("bench");
  const signal = new AbortController().signal;
  const statement = await timed("parse (nothing copied)", () => readingStatement("bench", text));
  const own = await futureFolder(program);
  const copy = await timed("the files are given", () =>
    dumpInTime(db, { source: "bench", maxBytes: 1e9, timeoutMs: 60_000, signal }),
  );
  const copyFile = join(own, "copy.tar");
  await timed("the copy is written", async () => {
    await mkdir(own);
    await writeFile(copyFile, copy);
  });
  const process = startQueryProcess(program, own);
  const processLimits = { timeoutMs: 60_000, signal, maxSaidBytes: 1e9, maxMemoryBytes: 4e9 };
  await askProcess("bench", process, { file: copyFile }, processLimits, async (replies) => {
    const client = counted(pgliteClient(process, replies[Symbol.asyncIterator](), { source: "bench", ...limits }));
    await timed("Node and PostgreSQL start", () => client.connect());
    const request = { text, ...limits, signal };
    const reading = { source: "bench", statement, request, allowed: { functions: [], extensions: [] } };
    const opened = { ...client, query: client.query.bind(client), connect: async () => undefined };
    return timed("begin, catalogue, statement, trip-wires", () => readFromCopy(opened, reading));
  });
  await timed("removal of the copy", () => rm(own, { recursive: true, force: true }));
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
    checks: ["integrity_check", "quick_check"],
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
function print(title: string, typical: (values: readonly number[]) => number): void {
  const rows = [...times].map(([name, values]) => ({ name, ms: typical(values), waits: trips.get(name) ?? 0 }));
  const base = rows[0]?.ms ?? Number.NaN;
  console.log(`\n${title}`);
  for (const { name, ms, waits } of rows) {
    const shown = [ms.toFixed(2).padStart(9), " ms  ratio ", (ms / base).toFixed(2).padStart(8)].join("");
    console.log(`${name.padEnd(40)} ${shown}${waits === 0 ? "" : `  ${waits} messages`}`);
  }
  console.log(`of our own, over the bare driver  ${((rows[1]?.ms ?? Number.NaN) - base).toFixed(1)} ms`);
  times.clear();
  trips.clear();
}

/** The shortest: what a busy machine adds is not ours. */
const quietest = (values: readonly number[]) => Math.min(...values);

const onPostgres = postgres({ connection: connectionString });
for (let round = 0; round < rounds; round++) {
  await timed("bare driver", bare);
  await timed("postgres()", () => guarded(onPostgres));
  await layers();
}
print("PostgreSQL, as a role that may only SELECT, median", median);

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
  await mysqlLayers();
}
print("MariaDB, as a user that may only SELECT, median", median);

const sqliteWriter = new sqliteWasm.Database(file);
sqliteWriter.exec(`CREATE TABLE orders (id INTEGER PRIMARY KEY, total REAL);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) INSERT INTO orders SELECT i, i * 1.5 FROM n`);
sqliteWriter.close();
// A file that was just written to is waited for.
await utimes(file, 0, 0);
// A rest as long as this lets the process for the next query get ready, on a machine that is not busy.
const restMs = 2_000;
const sqliteRounds = Math.min(15, rounds);
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
print("SQLite, through node-sqlite3-wasm, the quietest of the rounds", quietest);

await using live = await PGlite.create();
await live.exec("CREATE TABLE orders AS SELECT n AS id, n * 1.5 AS total FROM generate_series(1, 1000) AS n");
const onPglite = pglite({ db: live });
const pgliteRounds = Math.min(5, rounds);
for (let round = 0; round < pgliteRounds; round++) {
  await timed("bare driver, open already", () => live.query(text));
  await timed("pglite()", () => guarded(onPglite, 60_000));
  await pgliteLayers(live);
}
print("PGlite, the quietest of the rounds", quietest);
await rm(folder, { recursive: true });
