import { readOnlyQuery, type ReadOnlyDatabase } from "release-gates";
import { mysql } from "release-gates/databases";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startMariaDb, type MariaDbServer } from "../../../helpers/mariadb.js";
import { describeWithService } from "../../../helpers/services.js";
import { differing, found, statusOf, type Pair } from "./differing.js";

const server = await startMariaDb().catch((error: unknown) => error as Error);
const isRunning = !(server instanceof Error);
const how = `It needs MariaDB 10.11 or later: apt-get install mariadb-server. ${isRunning ? "" : server.message.slice(0, 200)}`;

const of = (column: string, id: 1 | 2) => `(SELECT ${column} FROM kinds WHERE id = ${id})`;
const pair = (name: string, column: string): Pair => [name, of(column, 1), of(column, 2)];

const same: readonly Pair[] = [
  ["NULL", "NULL", of("nothing", 1)],
  ["minus nothing", "-0.0e0", "0e0"],
  ["integers of two sizes", of("small", 1), "5"],
  pair("an object in another order", "doc"),
  ["two scales", "CAST(1.5 AS DECIMAL(10, 2))", "CAST(1.5 AS DECIMAL(10, 1))"],
  ["a decimal and a float", "CAST(1.5 AS DECIMAL(10, 2))", "1.5e0"],
  ["a sum and its number", "(SELECT SUM(id) FROM kinds)", "3"],
  ["a day and its text", of("day", 1), "'2026-02-28'"],
  ["a day that no calendar has, and its text", of("none", 1), "'0000-00-00'"],
  ["a truth and 1", "TRUE", "1"],
  ["a time that no calendar has, of two precisions", of("never", 1), of("CAST(never AS DATETIME(1))", 1)],
  ["a time that no calendar has, and its text", of("never", 1), "'2026-00-10 12:00:00.5'"],
  ["a whole second that no calendar has, and its text", of("never6", 1), "'2026-00-10 12:00:00'"],
];

const different: readonly Pair[] = [
  ["NULL and the empty text", "NULL", "''"],
  pair("DECIMAL(38,10) in the last digit", "amount"),
  pair("integers beyond 2^53", "big"),
  pair("the largest integers", "huge"),
  pair("floats that are neighbours", "f"),
  pair("days", "day"),
  pair("a microsecond", "at"),
  pair("letters in another case, which the collation takes for the same", "word"),
  ["a space more, which the collation takes for the same", "'a'", "'a '"],
  ["an accent, which the collation takes for the same", "'e'", "'\u00e9'"],
  pair("JSON whose numbers differ beyond 2^53", "exact_doc"),
  pair("bytes", "bytes"),
  ["bits", of("bits + 0", 1), of("bits + 0", 2)],
  ["decimals of two scales, as texts", "'1.50'", "'1.5'"],
  ["a day that no calendar has", of("none", 1), "DATE '2026-01-01'"],
];

const incomparable: readonly (readonly [name: string, one: string, other: string, why: string])[] = [
  ["bytes and what stands for them", of("bytes", 1), "'AP8='", "holds bytes in"],
  ["a time with and without a zone", of("at", 1), of("local", 1), "say in the query of which zone the others are"],
  ["a document and its text", of("doc", 1), "'{}'", "holds JSON in"],
  ["a number and its digits", "1", "'1'", "name it in numbers"],
];

describeWithService("what a query on MariaDB observes", isRunning, how, () => {
  let database: ReadOnlyDatabase;

  beforeAll(async () => {
    const { root, open } = server as MariaDbServer;
    const writer = await open();
    await writer.query(`
      SET time_zone = '+00:00', sql_mode = '';
      CREATE DATABASE exact CHARACTER SET utf8mb4;
      USE exact;
      CREATE TABLE kinds (id INT PRIMARY KEY, nothing INT, small SMALLINT, amount DECIMAL(38, 10), big BIGINT, huge BIGINT UNSIGNED,
        f DOUBLE, day DATE, at TIMESTAMP(6) NULL, local DATETIME(6), word VARCHAR(9) COLLATE utf8mb4_general_ci, doc JSON,
        exact_doc JSON, bytes VARBINARY(9), bits BIT(60), none DATE, never DATETIME(6), never6 DATETIME(6), few BIT(8));
      INSERT INTO kinds VALUES
        (1, NULL, 5, '1234567890123456789012345678.0000000001', 9007199254740993, 18446744073709551615, 0.1e0 + 0.2e0, '2026-02-28',
          '2026-11-22 12:00:00.000001', '2026-11-22 12:00:00.000001', 'a', '{"a": 1, "b": [2]}', '{"a": 9007199254740993}', X'00ff',
          b'11111111111111111111111111111111111111111111111111111111111', '0000-00-00', '2026-00-10 12:00:00.5', '2026-00-10 12:00:00', 49),
        (2, NULL, 5, '1234567890123456789012345678.0000000002', 9007199254740992, 18446744073709551614, 0.3e0, '2026-03-01',
          '2026-11-22 12:00:00.000002', '2026-11-22 12:00:00.000002', 'A', '{"b": [2], "a": 1}', '{"a": 9007199254740992}', X'00fe',
          b'11111111111111111111111111111111111111111111111111111111110', NULL, NULL, NULL, 1)`);
    await writer.query(`
      SET check_constraint_checks = 0;
      CREATE TABLE unchecked (id INT PRIMARY KEY, doc JSON);
      INSERT INTO unchecked VALUES (1, 'abc'), (2, '"abc"'), (3, 'null'), (4, NULL)`);
    await writer.end();
    database = mysql({ connection: { ...root, database: "exact" } });
  });

  afterAll(async () => {
    await (server as MariaDbServer)[Symbol.asyncDispose]();
  });

  test("is the same where it means the same", async () => {
    expect(await differing(database, same)).toEqual([]);
  });

  test("is not the same where anything differs", async () => {
    expect(await differing(database, different)).toEqual(different.map(([name]) => name));
  });

  test.each([
    ["a text that is no JSON for the JSON string", 1, 2, "JSON_VALID"],
    ["a document that is null for NULL", 3, 4, "JSON_TYPE"],
  ])("takes %s, which a function tells apart", async (_, one, other, tells) => {
    const doc = (id: number, column = "doc") => `(SELECT ${column} FROM unchecked WHERE id = ${id})`;
    const told = `${tells}(doc)`;
    const pairs: readonly Pair[] = [
      ["value", doc(one), doc(other)],
      ["told", doc(one, told), doc(other, told)],
    ];
    expect(await differing(database, pairs)).toEqual(["told"]);
  });

  test.each(incomparable)("is errored for %s", async (_, one, other, why) => {
    await expect(differing(database, [["pair", one, other]])).rejects.toThrow(why);
  });

  test("bits of a column are a number, and computed ones, which the server gives as digits or as bytes, are errored", async () => {
    const look = (bits: string) =>
      found(
        readOnlyQuery("bits", {
          database,
          query: `SELECT ${bits} AS few FROM kinds AS k`,
          expect: { sameResult: { query: "SELECT 49 AS few UNION ALL SELECT 1" } },
        }),
      );
    expect((await look("few")).status).toBe("passed");
    expect((await look("few + 0")).status).toBe("passed");
    for (const computed of ["COALESCE(few)", "LAG(few, 0) OVER (ORDER BY id)", "(SELECT k.few)"]) {
      const { status, reason } = await look(computed);
      expect([status, reason]).toEqual(["errored", expect.stringContaining('the column "few" holds computed bits')]);
    }
  });

  test("is the same number in other digits where that is said", async () => {
    const numbers: readonly Pair[] = [
      ["texts of two scales", "'1.50'", "'1.5'"],
      ["a text and a decimal", "'1.50'", "CAST(1.5 AS DECIMAL(10, 2))"],
    ];
    expect(await differing(database, numbers, { isNumber: true })).toEqual([]);
  });

  test.each([
    [of("huge", 1), { equals: "18446744073709551615" }, "passed"],
    [of("huge", 1), { atMost: "18446744073709551614" }, "failed"],
    [of("amount", 1), { above: "1234567890123456789012345678" }, "passed"],
    ["'1.10'", { equals: "1.1" }, "failed"],
    ["CAST(1.5 AS DECIMAL(10, 2))", { equals: 1.5 }, "passed"],
    [of("word", 1), { equals: "A" }, "failed"],
    ["TRUE", { equals: true }, "passed"],
    [of("day", 1), { equals: "2026-02-28" }, "passed"],
    [of("none", 1), { equals: "0000-00-00" }, "passed"],
    [of("day", 1), { equals: 20260228 }, "errored"],
    [of("bytes", 1), { equals: "AP8=" }, "passed"],
    ["NULL", { equals: 0 }, "inconclusive"],
  ] as const)("%s, expected %j, has %s", async (expression, bounds, status) => {
    expect(await statusOf(database, expression, bounds)).toBe(status);
  });
});
