import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { citext } from "@electric-sql/pglite/contrib/citext";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import { pglite } from "release-gates/databases";
import { afterAll, describe, expect, test } from "vitest";
import { ask, faultOf } from "../database-contract.js";

const folder = mkdtempSync(join(tmpdir(), "release-gates-pglite-session-"));
const dataDir = join(folder, "orders");
const db = await PGlite.create({ dataDir, extensions: { citext, pg_trgm } });
await db.exec(`
  CREATE TABLE orders (id int PRIMARY KEY); INSERT INTO orders VALUES (1), (2);
  CREATE SCHEMA shop; CREATE TABLE shop.goods (id int); INSERT INTO shop.goods VALUES (7);
  CREATE EXTENSION pg_trgm; CREATE EXTENSION citext;
  CREATE TABLE people (name citext); INSERT INTO people VALUES ('Ada');
  CREATE TEMP TABLE passing (id int); INSERT INTO passing VALUES (1);
  CREATE TEMP TABLE orders (id int);
  SET search_path = shop, public; SET timezone = 'Asia/Tokyo'; SET datestyle = 'German';
`);
afterAll(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

// Each query starts PostgreSQL anew, which takes seconds on a machine that is busy.
const patient = { timeoutMs: 120_000 };
const database = pglite({ db });

describe("pglite, beside a session in use", () => {
  test("a temporary table of the session is not there, and is never an empty one", async () => {
    const { rows } = await db.query<{ schema: string }>(
      "SELECT relnamespace::regnamespace::text AS schema FROM pg_class WHERE relname = 'passing'",
    );
    const absent = await faultOf(ask(database, "SELECT count(*) AS n FROM passing", patient));
    expect(absent.message).toContain("passing is not there");
    for (const schema of ["pg_temp", String(rows[0]?.schema)]) {
      const text = `SELECT count(*) AS n FROM ${schema}.passing`;
      expect((await faultOf(ask(database, text, patient))).fault).toMatch(/refused|failed/);
    }
  });

  test("a table that a temporary one hides in the session is the one that is read", async () => {
    expect((await db.query("SELECT count(*)::int AS n FROM orders")).rows).toEqual([{ n: 0 }]);
    expect(await ask(database, "SELECT count(*) AS n FROM orders", patient)).toEqual([{ n: 2 }]);
  });

  test("its search path is not that of the copy: what it alone finds is a fault until it is named in full", async () => {
    expect((await db.query("SELECT id FROM goods")).rows).toEqual([{ id: 7 }]);
    expect((await faultOf(ask(database, "SELECT id FROM goods", patient))).message).toContain("goods is not there");
    // PGlite sets its own when it is opened, whatever is kept for the database.
    await db.exec("ALTER DATABASE postgres SET search_path = shop");
    expect((await faultOf(ask(database, "SELECT id FROM goods", patient))).message).toContain("goods is not there");
    expect(await ask(database, "SELECT id FROM shop.goods", patient)).toEqual([{ id: 7 }]);
  });

  test("nor are its other settings", async () => {
    const text = "SELECT to_char(timestamptz '2026-01-01T00:00:00Z', 'HH24:MI') AS at, date '2026-02-28'::text AS day";
    expect((await db.query(text)).rows).toEqual([{ at: "09:00", day: "28.02.2026" }]);
    expect(await ask(database, text, patient)).toEqual([{ at: "00:00", day: "2026-02-28" }]);
  });

  test("what needs the code of an extension that was loaded into it is a fault, and the rest is answered", async () => {
    const { message } = await faultOf(ask(database, "SELECT similarity('a', 'b') AS n", patient));
    expect(message).toMatch(/could not access file "pg_trgm"/);
    expect(await ask(database, "SELECT id FROM orders ORDER BY id", patient)).toEqual([{ id: 1 }, { id: 2 }]);
    // A type whose input and output are PostgreSQL's own.
    expect(await ask(database, "SELECT name FROM people", patient)).toEqual([{ name: "Ada" }]);
  });

  test("the files of a database on disk are the same afterwards, also while another process has them open", async () => {
    const other = await PGlite.create({ dataDir, extensions: { citext, pg_trgm } });
    const before = filesOf(dataDir);
    expect(await ask(database, "SELECT count(*) AS n FROM public.orders", patient)).toEqual([{ n: 2 }]);
    expect(filesOf(dataDir)).toEqual(before);
    await other.close();
  });
});

function filesOf(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(path, name)).isFile())
    .map(
      (name) =>
        `${name} ${createHash("sha256")
          .update(readFileSync(join(path, name)))
          .digest("hex")}`,
    )
    .toSorted();
}
