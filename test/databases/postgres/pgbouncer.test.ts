import pg from "pg";
import { postgres } from "release-gates/databases";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasPgBouncer, startPgBouncer, type PgBouncer } from "../../helpers/pgbouncer.js";
import { startPostgres, type PostgresServer } from "../../helpers/postgres.js";
import { describeWithService } from "../../helpers/services.js";
import { ask, faultOf } from "../database-contract.js";

const how = "apt-get install pgbouncer.";

describeWithService("behind PgBouncer", hasPgBouncer(), how, () => {
  let server: PostgresServer;
  let writer: pg.Client;
  const users = { gates: "plain secret" };

  beforeAll(async () => {
    server = await startPostgres();
    writer = await opened(server.url(server.superuser.user, server.superuser.password, "postgres"));
    await writer.query(`CREATE ROLE gates LOGIN PASSWORD 'plain secret';
      CREATE TABLE orders (id int); INSERT INTO orders VALUES (1), (2); GRANT ALL ON orders TO gates;
      CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO gates;
      CREATE TABLE evil.orders (id int); GRANT ALL ON evil.orders TO gates;
      CREATE FUNCTION stubborn() RETURNS int STABLE LANGUAGE plpgsql AS
        'BEGIN LOOP BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END'`);
  });

  afterAll(async () => {
    await writer.end();
    await server[Symbol.asyncDispose]();
  });

  const counted = "SELECT count(*) AS n FROM orders";

  /** The one process that the pooler has on the server, if any. */
  const pooled = async () => {
    const { rows } = await writer.query<{ pid: number }>("SELECT pid FROM pg_stat_activity WHERE usename = 'gates'");
    return rows.map(({ pid }) => pid);
  };

  describe.each(["session", "transaction"] as const)("that pools by the %s", (mode) => {
    let pooler: PgBouncer;
    let connection: string;

    beforeAll(async () => {
      pooler = await startPgBouncer(server, mode, users);
      connection = pooler.url("gates", "plain secret", "postgres");
    });

    afterAll(() => pooler[Symbol.asyncDispose]());

    test("a query is answered, though it takes no options at the start", async () => {
      expect(await ask(postgres({ connection }), counted)).toEqual([{ n: 2 }]);
    });

    test("queries at once are each answered, on the one session that there is", async () => {
      const database = postgres({ connection });
      const answers = await Promise.all(Array.from({ length: 5 }, () => ask(database, counted)));
      expect(answers).toEqual(Array.from({ length: 5 }, () => [{ n: 2 }]));
      expect(await pooled()).toHaveLength(1);
    });

    test.each([
      "DELETE FROM orders",
      "SELECT set_config('search_path', 'evil', false)",
      "SELECT pg_advisory_lock(7)",
      "COMMIT",
    ])("what writes is refused: %s", async (text) => {
      expect((await faultOf(ask(postgres({ connection }), text))).fault).toBe("refused");
      expect((await writer.query("SELECT FROM orders")).rowCount).toBe(2);
    });

    test("who comes next on the session finds it as it was, and may write", async () => {
      const before = await stateOf(connection);
      await ask(postgres({ connection }), counted);
      await faultOf(ask(postgres({ connection }), "SELECT 1 / 0 AS x"));
      await faultOf(ask(postgres({ connection }), "SELECT generate_series(1, 100000) AS n", { maxRows: 5 }));
      expect(await stateOf(connection)).toEqual(before);
    });

    test("a statement that survives the server's timeout is ended", async () => {
      const database = postgres({ connection, allowFunctions: ["public.stubborn"] });
      const { message } = await faultOf(ask(database, "SELECT stubborn()", { timeoutMs: 200 }));
      expect(message).toBe(
        "The query could not be answered by postgres postgres at 127.0.0.1: no answer within 200 ms.",
      );
      const running = "SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT stubborn%'";
      expect((await writer.query(running)).rowCount).toBe(0);
    });
  });

  test("that pools by the transaction, what another client left set on the session counts as the role's own setting would", async () => {
    await using pooler = await startPgBouncer(server, "transaction", users);
    const connection = pooler.url("gates", "plain secret", "postgres");
    const other = await opened(connection);
    await other.query("SET search_path = evil");
    await other.query("SET TimeZone = 'Asia/Tokyo'");
    await other.query("SET default_transaction_read_only = off");
    expect(await ask(postgres({ connection }), counted)).toEqual([{ n: 0 }]);
    const at = "SELECT timestamptz '2026-11-22 12:00+00' AS at";
    expect(await ask(postgres({ connection }), at)).toEqual([{ at: "2026-11-22T12:00:00Z" }]);
    await other.end();
  });

  test("that pools by the transaction, a lock that another client left on the session is a fault, and no answer", async () => {
    await using pooler = await startPgBouncer(server, "transaction", users);
    const connection = pooler.url("gates", "plain secret", "postgres");
    const other = await opened(connection);
    await other.query("SELECT pg_advisory_lock(7)");
    const { fault, message } = await faultOf(ask(postgres({ connection }), counted));
    expect(message).toContain("locks of its session is 1");
    expect(fault).toBe("anomaly");
    await other.end();
  });

  test("that pools by the transaction, what another client left in the temporary schema is not run", async () => {
    await using pooler = await startPgBouncer(server, "transaction", users);
    const connection = pooler.url("gates", "plain secret", "postgres");
    const other = await opened(connection);
    await other.query(`CREATE FUNCTION pg_temp.acts(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RAISE 'it acts'; END $$;
      CREATE FUNCTION pg_temp.acts(int, int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RAISE 'it acts'; END $$;
      CREATE DOMAIN pg_temp.checked AS int CHECK (pg_temp.acts(VALUE) > 0);
      CREATE OPERATOR pg_temp.+@@ (LEFTARG = int, RIGHTARG = int, FUNCTION = pg_temp.acts)`);
    for (const text of ["SELECT 1::checked", "SELECT 1::pg_temp.checked", "SELECT 1 OPERATOR(pg_temp.+@@) 2"]) {
      await expect(other.query(text)).rejects.toThrow("it acts");
      const { message, fault } = await faultOf(ask(postgres({ connection }), text));
      expect({ message, fault }).toEqual({ message, fault: "refused" });
    }
    await other.end();
  });

  test("that pools by the statement, a query is a fault: it takes no transaction", async () => {
    await using pooler = await startPgBouncer(server, "statement", users);
    const connection = pooler.url("gates", "plain secret", "postgres");
    const { message } = await faultOf(ask(postgres({ connection }), counted));
    expect(message).toMatch(/transaction blocks not allowed in statement pooling mode/);
  });
});

async function opened(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** What the next client of a pooler finds on its session. */
async function stateOf(connectionString: string): Promise<unknown> {
  const client = await opened(connectionString);
  const { rows } = await client.query(`SELECT current_setting('default_transaction_read_only') AS reads,
    current_setting('statement_timeout') AS patience, current_setting('search_path') AS path, current_setting('jit') AS jit,
    (SELECT count(*) FROM pg_prepared_statements) AS prepared,
    (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory') AS locks`);
  await client.query("UPDATE orders SET id = id");
  await client.end();
  return rows[0];
}
