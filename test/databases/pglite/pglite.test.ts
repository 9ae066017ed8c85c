import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { ReadOnlyDatabase } from "release-gates";
import { pglite } from "release-gates/databases";
import { afterAll, describe, expect, test } from "vitest";
import { ask, describeReadOnlyDatabase, faultOf } from "../database-contract.js";
import { childProcesses } from "../sqlite/child-processes.js";

const folder = mkdtempSync(join(tmpdir(), "release-gates-pglite-test-"));
// Copies of this file's tests alone.
process.env["TMPDIR"] = folder;
const db = await PGlite.create();
await db.exec(`
  CREATE TABLE orders (id int PRIMARY KEY, total numeric(10, 2));
  INSERT INTO orders VALUES (1, 10.50), (2, 20.25), (3, NULL);
  CREATE SEQUENCE numbers;
  CREATE FUNCTION delete_some() RETURNS int LANGUAGE sql AS 'DELETE FROM orders WHERE id = 1 RETURNING id';
  CREATE FUNCTION total() RETURNS numeric STABLE LANGUAGE sql AS 'SELECT sum(total) FROM orders';
  CREATE PROCEDURE delete_all() LANGUAGE plpgsql AS 'BEGIN COMMIT; DELETE FROM orders; COMMIT; END';
  CREATE UNLOGGED TABLE fleeting (id int);
  INSERT INTO fleeting VALUES (1);
`);
afterAll(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

const copies = () => readdirSync(folder).filter((name) => name.startsWith("release-gates-"));
const endless = "SELECT count(*) AS n FROM generate_series(1, 1000000000000) AS n";

/** Each query starts PostgreSQL anew, which takes seconds on a machine that is busy: the time that does not matter is longer. */
function patient(database: ReadOnlyDatabase): ReadOnlyDatabase {
  return {
    ...database,
    query: (request) =>
      database.query({ ...request, timeoutMs: request.timeoutMs < 10_000 ? request.timeoutMs : 120_000 }),
  };
}

const database = patient(pglite({ db }));

async function fingerprint(): Promise<unknown> {
  const { rows } = await db.query(`
    SELECT (SELECT array_agg(o.*::text ORDER BY id) FROM orders o) AS orders,
      (SELECT last_value || ' ' || is_called FROM numbers) AS numbers,
      (SELECT count(*)::int FROM pg_class) AS relations,
      (SELECT array_agg(rolname::text ORDER BY rolname) FROM pg_roles) AS roles,
      (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory') AS locks,
      (SELECT count(*)::int FROM pg_prepared_statements) AS prepared,
      (SELECT md5(string_agg(name || setting, ';' ORDER BY name)) FROM pg_settings) AS settings,
      pg_snapshot_xmax(pg_current_snapshot())::text AS next_transaction`);
  return rows;
}

describeReadOnlyDatabase("pglite", {
  open: () => ({ database, endless, fingerprint, leftovers: async () => [...childProcesses(), ...copies()] }),
  parameter: "$1",
  series: (rows) => `SELECT generate_series(1, ${rows}) AS n`,
  kinds: [
    [
      "SELECT id, total, '\\x00'::bytea AS b, ARRAY[now()] AS l FROM orders",
      ["number", "number", "bytes", "instant[]"],
    ],
  ],
  reads: [
    [
      `SELECT id, total, 9007199254740993 AS big, 0.1::numeric + 0.2::numeric AS exact,
        timestamptz '2026-11-22 12:00:00.123456+02' AS at, date '2026-02-28' AS day, interval '1 day 2 hours' AS took
        FROM orders WHERE id < $1 ORDER BY id`,
      [3],
      [
        { id: 1, total: "10.50", ...values() },
        { id: 2, total: "20.25", ...values() },
      ],
    ],
    [
      `SELECT decode('01ff', 'hex') AS bytes, true AS yes, jsonb_build_object('a', ARRAY[1, 2]) AS doc,
        ARRAY['a', 'b,"c"', 'NULL', NULL, ''] AS texts, '[0:1]={1,2}'::int[] AS shifted, 'a' || chr(8232) || 'b' AS lines,
        chr(65279) || 'a' AS marked`,
      [],
      [
        {
          bytes: "Af8=",
          yes: true,
          doc: { a: [1, 2] },
          texts: ["a", 'b,"c"', "NULL", null, ""],
          shifted: "[0:1]={1,2}",
          lines: "a\u2028b",
          marked: "\ufeffa",
        },
      ],
    ],
    ["SELECT id FROM orders WHERE id > 9", [], []],
  ],
  attacks: [
    "DELETE FROM orders",
    "SELECT delete_some()",
    "SELECT nextval('numbers')",
    "CALL delete_all()",
    "COMMIT; DELETE FROM orders",
    "SELECT pg_advisory_lock(7)",
    "PREPARE later AS DELETE FROM orders",
    "SELECT set_config('work_mem', '1GB', false)",
  ],
});

function values() {
  return {
    big: "9007199254740993",
    exact: "0.3",
    at: "2026-11-22T10:00:00.123456Z",
    day: "2026-02-28",
    took: "P1DT2H",
  };
}

describe("pglite", () => {
  test("a write under way is not seen, and what was committed is, without a checkpoint", async () => {
    await db.transaction(async (transaction) => {
      await transaction.query("UPDATE orders SET total = 0 WHERE id = 1");
      expect(await ask(database, "SELECT total FROM orders WHERE id = 1")).toEqual([{ total: "10.50" }]);
      await transaction.rollback();
    });
    await db.query("INSERT INTO orders VALUES (4, 4)");
    expect(await ask(database, "SELECT count(*) AS n FROM orders")).toEqual([{ n: 4 }]);
    await db.query("DELETE FROM orders WHERE id = 4");
  });

  test("a table that no log is kept of is a fault, and not empty", async () => {
    const { message, fault } = await faultOf(ask(database, "SELECT count(*) AS n FROM fleeting"));
    expect(message).toContain('"fleeting" is UNLOGGED');
    expect(fault).toBe("refused");
  });

  test("a function of the database is refused until it is allowed", async () => {
    expect(await faultOf(ask(database, "SELECT total() AS t"))).toMatchObject({ fault: "refused" });
    const allowing = patient(pglite({ db, allowFunctions: ["public.total"] }));
    expect(await ask(allowing, "SELECT total() AS t")).toEqual([{ t: "30.75" }]);
  });

  test("a statement that uses more memory than it may is ended", async () => {
    const text = "SELECT cardinality(array_agg(repeat('x', 1000) || n)) AS n FROM generate_series(1, 2000000) AS n";
    const small = patient(pglite({ db, maxMemoryBytes: 536_870_912 }));
    expect(await faultOf(ask(small, text))).toMatchObject({ fault: "limit" });
    expect(copies()).toEqual([]);
    expect(childProcesses()).toEqual([]);
  });

  test("a database that is larger than its copy may be is a fault", async () => {
    const { message, fault } = await faultOf(ask(pglite({ db, maxCopyBytes: 1_000 }), "SELECT 1 AS one"));
    expect(message).toContain("larger than 1000 bytes");
    expect(fault).toBe("limit");
  });

  test("says who may write, and is not asked by who must not", async () => {
    const request = { text: "SELECT 1 AS one", params: [], timeoutMs: 120_000, maxRows: 1, maxBytes: 1_000 };
    const signal = new AbortController().signal;
    const { warnings } = await pglite({ db }).query({ ...request, role: "warn", signal });
    expect(warnings).toEqual(["this process holds the database, and may write to it"]);
    await expect(pglite({ db }).query({ ...request, role: "require-read-only", signal })).rejects.toThrow(
      "role is require-read-only",
    );
  });

  test("options that are wrong are refused when it is made", () => {
    expect(() => pglite({ db: {} } as never)).toThrow("expected a PGlite database");
    expect(() => pglite({ file: "x" } as never)).toThrow(expect.objectContaining({ code: "GATE_CONFIG_INVALID" }));
  });
});
