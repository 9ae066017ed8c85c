import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import wasm from "node-sqlite3-wasm";
import { readOnlyQuery } from "release-gates";
import { sqlite } from "release-gates/databases";
import { afterAll, expect, test } from "vitest";
import { describeEachDriver } from "../../../databases/sqlite/drivers.js";
import { differing, found, statusOf, type Pair } from "./differing.js";

const folder = mkdtempSync(join(tmpdir(), "release-gates-exact-test-"));
const file = join(folder, "exact.db");
const writer = new wasm.Database(file);
writer.exec("CREATE TABLE words (word TEXT COLLATE NOCASE); INSERT INTO words VALUES ('a')");
writer.close();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const same: readonly Pair[] = [
  ["NULL", "NULL", "NULL"],
  ["an integer and the same float", "1", "1.0"],
  ["minus nothing", "-0.0", "0"],
  ["infinity", "9e999", "1e999"],
];

const different: readonly Pair[] = [
  ["NULL and the empty text", "NULL", "''"],
  ["integers beyond 2^53", "9007199254740993", "9007199254740992"],
  ["the largest integers", "9223372036854775807", "9223372036854775806"],
  ["floats that are neighbours", "0.1 + 0.2", "0.3"],
  ["the two infinities", "9e999", "-9e999"],
  ["letters in another case, which the collation takes for the same", "(SELECT word FROM words)", "'A'"],
  ["a space more", "'a'", "'a '"],
  ["bytes", "X'00ff'", "X'00fe'"],
  ["bytes that end in nothing", "X'00'", "X'0000'"],
  ["times as they are written", "'2026-11-22 10:00:00'", "'2026-11-22T10:00:00Z'"],
];

describeEachDriver("what a query on SQLite observes", (driver) => {
  const database = sqlite({ file, driver });

  test("is the same where it means the same", async () => {
    expect(await differing(database, same)).toEqual([]);
  });

  test("is not the same where anything differs", async () => {
    expect(await differing(database, different)).toEqual(different.map(([name]) => name));
  });

  test.each([
    ["bytes and what stands for them", "X'00ff'", "'AP8='", "holds bytes in"],
    [
      "a number and its digits, also where no float has it",
      "9007199254740993",
      "'9007199254740993'",
      "holds numbers in",
    ],
  ])("is errored for %s", async (_, one, other, why) => {
    await expect(differing(database, [["pair", one, other]])).rejects.toThrow(why);
  });

  test("is errored for a column with values of several kinds, and compared when they are cast to one", async () => {
    const look = (value: string) => {
      const query = `SELECT ${value} AS v FROM (SELECT 1 AS a UNION ALL SELECT 'one')`;
      return found(readOnlyQuery("mixed", { database, query, expect: { sameResult: { query } } }));
    };
    const { status, reason } = await look("a");
    expect([status, reason]).toEqual(["errored", expect.stringContaining("holds values of several kinds in")]);
    expect(reason).toContain("cast them to one kind in the query");
    expect((await look("CAST(a AS TEXT)")).status).toBe("passed");
  });

  test("says which columns there are where there is no row", async () => {
    const query = "SELECT word FROM words WHERE false";
    const hidden = readOnlyQuery("none", { database, query, expect: { none: true }, redact: ["wrod"] });
    expect((await found(hidden)).reason).toContain('redact names the column "wrod", which the query does not return');
    const sameResult = { query: "SELECT word AS other FROM words", allowEmpty: true };
    const other = readOnlyQuery("other", { database, query, expect: { sameResult } });
    expect((await found(other)).reason).toContain(
      'returns the column "word"; only the other query returns the column "other"',
    );
  });

  test.each([
    ["9007199254740993", { equals: "9007199254740993" }, "passed"],
    ["9007199254740993", { equals: "9007199254740992" }, "failed"],
    ["0.1 + 0.2", { equals: 0.3 }, "failed"],
    ["'1.10'", { equals: "1.1" }, "failed"],
    ["9e999", { above: 1 }, "failed"],
    ["NULL", { equals: 0 }, "inconclusive"],
  ] as const)("%s, expected %j, has %s", async (expression, bounds, status) => {
    expect(await statusOf(database, expression, bounds)).toBe(status);
  });

  test("has no fresh time without a zone, which is not guessed to be UTC", async () => {
    const look = (freshness: object) =>
      found(
        readOnlyQuery("fresh", {
          database,
          query: "SELECT datetime('now') AS t",
          expect: { freshness: { newest: "1h", ...freshness } },
        }),
      );
    expect((await look({})).reason).toContain("timestamps without a time zone");
    expect((await look({ zone: "UTC" })).status).toBe("passed");
  });
});
