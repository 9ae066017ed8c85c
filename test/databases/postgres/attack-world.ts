import { mkdtemp, readdir, rm } from "node:fs/promises";
import { chmodSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { PostgresServer } from "../../helpers/postgres.js";
import { subtleSchema } from "./subtle-world.js";

/** A database full of things that do harm when they are touched, and a look at it from outside. */
export interface AttackWorld extends AsyncDisposable {
  /** What the server says that it is. */
  readonly version: string;
  readonly major: number;
  /** Connection URLs, by what the role may do. */
  readonly roles: Readonly<Record<"superuser" | "owner" | "plain", string>>;
  /** Those whose search path leads to nothing that stands in for a part of the server. */
  readonly readers: Readonly<Record<"chief" | "reader", string>>;
  /** A session of somebody else, which must stay alive. */
  readonly victim: number;
  /** A folder that the server's process may write to. */
  readonly folder: string;
  /** Everything that a statement could have changed. Read by another connection, and from the file system. */
  readonly fingerprint: () => Promise<unknown>;
  /** Sessions of the library that are still there. */
  readonly leftovers: () => Promise<readonly string[]>;
}

const secret = "hush hush";

// harm() claims to be IMMUTABLE, may be run by everybody, and writes by another connection: READ ONLY and ROLLBACK do not see it.
export const attackSchema = (port: number, password: string) => `
SET check_function_bodies = off;
CREATE SCHEMA shop;
CREATE SCHEMA evil;
CREATE EXTENSION dblink SCHEMA public;
CREATE EXTENSION postgres_fdw SCHEMA public;
CREATE EXTENSION citext SCHEMA public;
CREATE EXTENSION pg_trgm SCHEMA public;
CREATE EXTENSION tablefunc SCHEMA public;
CREATE EXTENSION pg_surgery SCHEMA public;
CREATE EXTENSION xml2 SCHEMA public;
CREATE EXTENSION pg_prewarm SCHEMA public;
CREATE EXTENSION pg_stat_statements SCHEMA public;
CREATE TABLE shop.harm (id int GENERATED ALWAYS AS IDENTITY, by text);
CREATE FUNCTION shop.harm(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1; END';
CREATE FUNCTION shop.harm(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT shop.harm(1)::text';
CREATE FUNCTION shop.harms() RETURNS SETOF int STABLE LANGUAGE sql AS 'SELECT shop.harm(1)';
CREATE FUNCTION shop.writes() RETURNS int LANGUAGE sql AS 'DELETE FROM shop.orders WHERE id = 1 RETURNING id';
CREATE PROCEDURE shop.wipe() LANGUAGE plpgsql AS 'BEGIN COMMIT; DELETE FROM shop.orders; COMMIT; END';
CREATE TYPE shop.state AS ENUM ('new', 'paid', 'sent');
CREATE DOMAIN shop.email AS text CHECK (VALUE LIKE '%@%');
CREATE TYPE shop.address AS (street text, town text);
CREATE TABLE shop.orders (id int PRIMARY KEY, total numeric(10, 2), state shop.state, note text, tags text[], doc jsonb, placed timestamptz, mail shop.email, home shop.address);
INSERT INTO shop.orders VALUES
  (1, 10.50, 'new', 'first note', '{a,b}', '{"a": [1, 2], "b": {"c": "d"}}', '2026-11-01 10:00Z', 'ada@example.org', ROW('Main 1', 'Ulm')),
  (2, 20.25, 'paid', 'second', '{b}', '{"a": []}', '2026-11-02 10:00Z', 'bob@example.org', NULL),
  (3, NULL, 'sent', NULL, NULL, NULL, NULL, NULL, NULL);
CREATE FUNCTION shop.harm(shop.orders) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT shop.harm(1)';
CREATE SEQUENCE shop.numbers;
CREATE VIEW shop.honest AS SELECT id, lower(note) AS note, total * 2 AS double FROM shop.orders;
CREATE VIEW shop.honest2 AS SELECT h.*, s.state FROM shop.honest h JOIN shop.orders s USING (id);
CREATE MATERIALIZED VIEW shop.totals AS SELECT sum(total) AS total FROM shop.orders;
CREATE VIEW evil.direct AS SELECT id, shop.harm(id) AS x FROM shop.orders;
CREATE VIEW evil.deep AS SELECT * FROM evil.direct;
CREATE VIEW evil.deeper AS SELECT count(*) FROM evil.deep;
CREATE VIEW evil.sleeps AS SELECT pg_sleep(0.01)::text AS slept;
CREATE VIEW evil.locks AS SELECT pg_advisory_lock(7)::text AS locked FROM shop.orders;
CREATE VIEW evil.secrets AS SELECT rolname, rolpassword FROM pg_authid;
CREATE DOMAIN evil.checked AS int CHECK (shop.harm(VALUE) > 0);
CREATE DOMAIN evil.nested AS evil.checked;
CREATE TYPE evil.pair AS (a int, b evil.checked);
CREATE TABLE evil.domains (id int, value evil.checked, pair evil.pair, many evil.checked[]);
INSERT INTO evil.domains (id) VALUES (1);
CREATE TYPE evil.mood AS ENUM ('good', 'bad');
CREATE FUNCTION evil.as_mood(int) RETURNS evil.mood IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM shop.harm(1); RETURN 'good'; END $$;
CREATE CAST (int AS evil.mood) WITH FUNCTION evil.as_mood(int) AS IMPLICIT;
CREATE FUNCTION evil.mood_eq(evil.mood, evil.mood) RETURNS bool IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM shop.harm(1); RETURN true; END $$;
CREATE FUNCTION evil.int_op(int, int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM shop.harm(1); RETURN 1; END $$;
CREATE FUNCTION evil.text_lt(text, text) RETURNS bool IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM shop.harm(1); RETURN true; END $$;
CREATE OPERATOR evil.=== (LEFTARG = evil.mood, RIGHTARG = evil.mood, FUNCTION = evil.mood_eq);
CREATE OPERATOR public.+@@ (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.int_op);
CREATE OPERATOR public.<<~ (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.text_lt);
CREATE FUNCTION public.negate_me(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN shop.harm(1); END $$;
CREATE OPERATOR public.@@@@ (RIGHTARG = int, FUNCTION = public.negate_me);
CREATE AGGREGATE evil.total(int) (SFUNC = evil.int_op, STYPE = int);
CREATE AGGREGATE public.sum_harm(int) (SFUNC = evil.int_op, STYPE = int, INITCOND = '0');
CREATE FUNCTION evil.atomic(int) RETURNS int IMMUTABLE LANGUAGE sql BEGIN ATOMIC SELECT shop.harm($1); END;
CREATE FUNCTION evil.ends(int) RETURNS int IMMUTABLE LANGUAGE sql RETURN pg_terminate_backend($1)::int;
CREATE AGGREGATE evil.trusted(int) (SFUNC = evil.int_op, STYPE = int, INITCOND = '0');
ALTER EXTENSION pg_trgm ADD FUNCTION evil.atomic(int);
ALTER EXTENSION pg_trgm ADD FUNCTION evil.ends(int);
ALTER EXTENSION pg_trgm ADD AGGREGATE evil.trusted(int);
CREATE FUNCTION evil.count(int) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT shop.harm(1)::bigint';
CREATE FUNCTION evil.lower(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT shop.harm($1)';
CREATE FUNCTION evil.abs(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT shop.harm(1)';
CREATE FUNCTION evil.json_scalar(int) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT shop.harm(1)::text';
CREATE FUNCTION evil.int_cmp(int, int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM shop.harm(1); RETURN 0; END $$;
CREATE FUNCTION public.diff(float8, float8) RETURNS float8 IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM shop.harm(1); RETURN 0; END $$;
CREATE TYPE evil.span AS RANGE (subtype = float8, subtype_diff = public.diff);
CREATE FUNCTION evil.defaulted(a int, b int DEFAULT shop.harm(1)) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION evil.many(VARIADIC int[]) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT shop.harm(1)';
CREATE FUNCTION evil.any_of(anyelement) RETURNS anyelement IMMUTABLE LANGUAGE sql AS 'SELECT $1 FROM (SELECT shop.harm(1) LIMIT 1) s';
CREATE FUNCTION public.of_any(anyelement) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN shop.harm(1); END $$;
CREATE FUNCTION public.of_bigint(bigint) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN shop.harm(1); END $$;
CREATE FUNCTION public.of_record(record) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN shop.harm(1); END $$;
CREATE FUNCTION public.of_orders(shop.orders) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN shop.harm(1); END $$;
CREATE TABLE evil.guarded (id int);
INSERT INTO evil.guarded VALUES (1), (2);
ALTER TABLE evil.guarded ENABLE ROW LEVEL SECURITY;
ALTER TABLE evil.guarded FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON evil.guarded FOR SELECT USING (shop.harm(id) > 0);
CREATE TABLE evil.indexed (id int, note text);
INSERT INTO evil.indexed VALUES (1, 'a');
CREATE INDEX ON evil.indexed ((id + 1)) WHERE id > 0;
CREATE TABLE evil.parent (id int, day int) PARTITION BY RANGE (id);
CREATE TABLE evil.child PARTITION OF evil.parent FOR VALUES FROM (0) TO (10);
CREATE SERVER loop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '${port}', dbname 'attacked');
CREATE USER MAPPING FOR PUBLIC SERVER loop OPTIONS (user 'postgres', password '${password}', password_required 'false');
CREATE FUNCTION shop.writes_too(int) RETURNS int VOLATILE SECURITY DEFINER LANGUAGE sql AS 'SELECT shop.harm($1)';
CREATE VIEW evil.remote AS SELECT id, shop.writes_too(id) AS x FROM shop.orders;
CREATE FOREIGN TABLE evil.far (id int, x int) SERVER loop OPTIONS (schema_name 'evil', table_name 'remote');
CREATE FOREIGN TABLE evil.far_child PARTITION OF evil.parent FOR VALUES FROM (10) TO (20) SERVER loop OPTIONS (schema_name 'evil', table_name 'remote');
CREATE TABLE evil.base (id int, x int);
CREATE FOREIGN TABLE evil.far_heir () INHERITS (evil.base) SERVER loop OPTIONS (schema_name 'evil', table_name 'remote');
CREATE VIEW evil.over_far AS SELECT * FROM evil.far;
CREATE TABLE evil.ruled (id int);
CREATE RULE r AS ON INSERT TO evil.ruled DO ALSO DELETE FROM shop.orders;
CREATE TABLE evil.checked_part (id int, CHECK (id > 0)) ;
CREATE FUNCTION shop.quiet(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1; END';
CREATE INDEX constant_inside ON evil.indexed ((id + shop.quiet(1)));
CREATE STATISTICS evil.stats ON (id + shop.quiet(2)), note FROM evil.indexed;
CREATE TABLE evil.heap (id int, CHECK (shop.quiet(5) > 0 OR id > 0));
CREATE TABLE evil.heir (CHECK (shop.quiet(6) = 0 OR id > 0)) INHERITS (evil.heap);
CREATE OR REPLACE FUNCTION shop.quiet(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN shop.harm($1); END $$;
CREATE VIEW evil.resets AS SELECT pg_stat_statements_reset() IS NULL AS x;
CREATE VIEW evil.objects AS SELECT lo_unlink(4711) AS x FROM shop.orders;
CREATE VIEW evil.notifies AS SELECT pg_notify('somebody', 'evil')::text AS x;
CREATE VIEW evil.counts_up AS SELECT nextval('shop.numbers') AS x;
CREATE VIEW evil.reads_file AS SELECT pg_read_file('/etc/hostname') AS x;
CREATE VIEW evil.of_operator AS SELECT id OPERATOR(public.+@@) 1 AS x FROM shop.orders;
CREATE VIEW evil.of_cast AS SELECT id::evil.mood AS x FROM shop.orders;
CREATE VIEW evil.of_attribute AS SELECT o.of_orders AS x FROM shop.orders o;
CREATE VIEW evil.of_aggregate AS SELECT evil.total(id) AS x FROM shop.orders;
CREATE VIEW evil.of_window AS SELECT public.sum_harm(id) OVER (ORDER BY id) AS x FROM shop.orders;
CREATE VIEW evil.of_sample AS SELECT id FROM shop.orders TABLESAMPLE bernoulli (shop.harm(50));
CREATE VIEW evil.of_subquery AS SELECT (SELECT shop.harm(id)) AS x FROM shop.orders;
CREATE VIEW evil.of_default AS SELECT evil.defaulted(1) AS x;
CREATE RECURSIVE VIEW evil.recursive(n) AS SELECT 1 UNION ALL SELECT shop.harm(n + 1) FROM recursive WHERE n < 2;
CREATE VIEW evil.checked_view WITH (security_barrier) AS SELECT id FROM shop.orders WHERE shop.harm(id) > 0 WITH LOCAL CHECK OPTION;
CREATE FUNCTION evil.mood_json(evil.mood) RETURNS json IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM shop.harm(1); RETURN '1'; END $$;
CREATE CAST (evil.mood AS json) WITH FUNCTION evil.mood_json(evil.mood);
CREATE TABLE evil.castable (m evil.mood);
INSERT INTO evil.castable VALUES ('good');
CREATE TABLE evil.spans (id int, span evil.span);
INSERT INTO evil.spans VALUES (1, '[1,2]');
${subtleSchema}
CREATE ROLE owner LOGIN PASSWORD '${secret}' CREATEROLE CREATEDB;
CREATE ROLE plain LOGIN PASSWORD '${secret}';
GRANT USAGE ON SCHEMA shop, evil TO plain;
GRANT ALL ON SCHEMA shop, evil, public TO owner;
GRANT SELECT ON ALL TABLES IN SCHEMA shop, evil TO plain;
GRANT ALL ON ALL TABLES IN SCHEMA shop, evil TO owner;
GRANT USAGE ON FOREIGN SERVER loop TO owner;
GRANT pg_monitor TO owner;
ALTER TABLE shop.orders OWNER TO owner;
ALTER SEQUENCE shop.numbers OWNER TO owner;
ALTER DATABASE attacked SET search_path = evil, shop, public, pg_catalog;
CREATE ROLE chief LOGIN SUPERUSER PASSWORD '${secret}';
CREATE ROLE reader LOGIN PASSWORD '${secret}';
GRANT USAGE ON SCHEMA shop TO reader;
GRANT SELECT ON ALL TABLES IN SCHEMA shop TO reader;
GRANT SELECT ON SEQUENCE shop.numbers TO reader;
ALTER ROLE chief SET search_path = shop, public;
ALTER ROLE reader SET search_path = shop, public;
CREATE OR REPLACE FUNCTION shop.harm(int) RETURNS int IMMUTABLE SECURITY DEFINER LANGUAGE plpgsql AS $$
  BEGIN PERFORM public.dblink_exec('host=127.0.0.1 port=${port} dbname=attacked user=postgres password=''${password}''', 'INSERT INTO shop.harm (by) VALUES (''harm'')'); RETURN $1; END $$;
SELECT lo_from_bytea(4711, 'a large object');
`;

/** Fills a server with a database `attacked`, and opens the sessions of those who look on. */
export async function openAttackWorld({ superuser, port, url }: PostgresServer): Promise<AttackWorld> {
  const folder = await mkdtemp(join(tmpdir(), "release-gates-attacks-"));
  chmodSync(folder, 0o777);
  const first = new pg.Client({ connectionString: url(superuser.user, superuser.password, "postgres") });
  await first.connect();
  await first.query("CREATE DATABASE attacked");
  await first.end();
  const root = url(superuser.user, superuser.password, "attacked");
  const writer = new pg.Client({ connectionString: root });
  await writer.connect();
  const version = (await writer.query<{ version: string }>("SELECT version()")).rows[0]?.version ?? "";
  const major = Number(/PostgreSQL (\d+)/.exec(version)?.[1]);
  await writer.query(attackSchema(port, superuser.password));
  return look({ writer, folder, root, version, major, url });
}

interface Looking {
  readonly writer: pg.Client;
  readonly folder: string;
  readonly root: string;
  readonly version: string;
  readonly major: number;
  readonly url: PostgresServer["url"];
}

async function look({ writer, folder, root, version, major, url }: Looking): Promise<AttackWorld> {
  const victim = new pg.Client({ connectionString: root, application_name: "victim" });
  const heard: string[] = [];
  const listener = new pg.Client({ connectionString: root });
  for (const client of [victim, listener]) {
    client.on("error", () => {});
    await client.connect();
  }
  listener.on("notification", ({ channel, payload }) => heard.push(`${channel} ${payload ?? ""}`));
  await listener.query("LISTEN somebody");
  const { rows } = await victim.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  const pid = rows[0]?.pid ?? 0;
  return {
    version,
    major,
    folder,
    victim: pid,
    roles: { superuser: root, owner: url("owner", secret, "attacked"), plain: url("plain", secret, "attacked") },
    readers: { chief: url("chief", secret, "attacked"), reader: url("reader", secret, "attacked") },
    async fingerprint() {
      // What a writer needs, which no reader may hold. It takes no transaction id, as nothing here does.
      await writer.query(
        "BEGIN; SET LOCAL search_path = pg_catalog; LOCK TABLE shop.orders, shop.harm IN SHARE ROW EXCLUSIVE MODE NOWAIT",
      );
      const seen = await writer.query<Record<string, unknown>>(facts, [pid]);
      await writer.query("ROLLBACK");
      // A round trip of the listener's: what was sent to it before has come.
      await listener.query("SELECT 1");
      return { ...seen.rows[0], heard: [...heard], files: await readdir(folder) };
    },
    async leftovers() {
      const sessions = `SELECT query FROM pg_stat_activity WHERE application_name = 'release-gates'`;
      // Ended, and not only told to end: the server needs a moment to notice.
      for (let patience = 0; patience < 500; patience++) {
        if ((await writer.query(sessions)).rows.length === 0) return [];
      }
      return (await writer.query<{ query: string }>(sessions)).rows.map(({ query }) => query);
    },
    async [Symbol.asyncDispose]() {
      for (const client of [writer, victim, listener]) await client.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// The next transaction's id tells of every write that was made in a transaction, wherever it was.
const facts = `SELECT
  pg_snapshot_xmax(pg_current_snapshot())::text AS next_transaction,
  (SELECT array_agg(o.*::text ORDER BY id) FROM shop.orders o) AS orders,
  (SELECT count(*) FROM shop.harm)::int AS harm,
  (SELECT concat(last_value, is_called) FROM shop.numbers) AS numbers,
  (SELECT concat_ws(' ', (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_proc), (SELECT count(*) FROM pg_type),
    (SELECT count(*) FROM pg_namespace), (SELECT count(*) FROM pg_extension), (SELECT count(*) FROM pg_database))) AS catalogue,
  (SELECT md5(string_agg(r::text, ';' ORDER BY oid)) FROM pg_authid r) AS roles,
  (SELECT md5(string_agg(d::text, ';' ORDER BY setdatabase, setrole)) FROM pg_db_role_setting d) AS role_settings,
  (SELECT md5(string_agg(name || setting, ';' ORDER BY name)) FROM pg_settings WHERE source <> 'session') AS settings,
  (SELECT md5(string_agg(sourcefile || name || setting, ';' ORDER BY seqno)) FROM pg_file_settings) AS configuration,
  pg_conf_load_time() AS loaded,
  (SELECT md5(string_agg(encode(data, 'hex'), ';' ORDER BY loid, pageno)) FROM pg_largeobject) AS objects,
  (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')::int AS advisory,
  (SELECT count(*) FROM pg_replication_slots)::int AS slots,
  (SELECT count(*) FROM pg_replication_origin)::int AS origins,
  (SELECT count(*) FROM pg_prepared_xacts)::int AS prepared,
  (SELECT stats_reset FROM pg_stat_database WHERE datname = 'attacked') AS stats_reset,
  (SELECT stats_reset FROM pg_stat_bgwriter) AS bgwriter_reset,
  (SELECT stats_reset FROM pg_stat_archiver) AS archiver_reset,
  (SELECT relacl::text FROM pg_class WHERE oid = 'shop.orders'::regclass) AS grants,
  obj_description('shop.orders'::regclass) AS remark,
  (SELECT count(*) FROM pg_stat_activity WHERE pid = $1)::int AS victims`;
