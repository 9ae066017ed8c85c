// What a read-only query costs on loopback: postgres() beside the bare driver, and how long each layer takes. Needs what
// test/helpers/postgres.ts starts.
import pg from "pg";
import { postgres } from "release-gates/databases";
import { checkCatalogue } from "../src/databases/postgres/catalogue/catalogue-check.js";
import { postgresClient } from "../src/databases/postgres/postgres-client.js";
import { beginReadOnly, useSearchPath } from "../src/databases/postgres/postgres-session.js";
import { readingStatement } from "../src/databases/postgres/reading-statement.js";
import { waysToWrite } from "../src/databases/postgres/role-check.js";
import { assertUnchanged, inspectSession } from "../src/databases/postgres/session-state.js";
import { startPostgres } from "../test/helpers/postgres.js";

const rounds = 41;
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

const database = postgres({ connection: connectionString });
const limits = { params: [], timeoutMs: 10_000, maxRows: 100, maxBytes: 100_000, role: "warn" } as const;
async function guarded(): Promise<void> {
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
  const client = await postgresClient({ connectionString });
  await timed("connect", () => client.connect());
  const session = await timed("begin", () => beginReadOnly(client, limits.timeoutMs));
  await timed("role", () => waysToWrite(client));
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

// The parser is loaded by the first query.
const started = performance.now();
await readingStatement("bench", text);
console.log(`loading the parser, once  ${(performance.now() - started).toFixed(1)} ms`);

for (let round = 0; round < rounds; round++) {
  await timed("bare driver", bare);
  await timed("postgres()", guarded);
  await layers();
}

const base = median(times.get("bare driver") ?? []);
for (const [name, values] of times) {
  const ms = median(values);
  console.log(`${name.padEnd(24)} ${ms.toFixed(2).padStart(7)} ms  ratio ${(ms / base).toFixed(2)}`);
}
const own = median(times.get("postgres()") ?? []) - base;
console.log(`of our own, over the bare driver  ${own.toFixed(1)} ms`);
