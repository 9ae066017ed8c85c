import type { ReadOnlyDatabase } from "release-gates";
import { mysql } from "release-gates/databases";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startByteProxy, type ByteProxyOptions } from "../../helpers/byte-proxy.js";
import { startMariaDb, untilNone, type MariaDbServer } from "../../helpers/mariadb.js";
import { describeWithService } from "../../helpers/services.js";
import { ask, faultOf } from "../database-contract.js";

const servers = await Promise.all([startMariaDb(), startMariaDb()]).catch((error: unknown) => error as Error);
const isRunning = !(servers instanceof Error);
const how = `It needs MariaDB 10.11 or later: apt-get install mariadb-server. ${isRunning ? "" : servers.message.slice(0, 200)}`;
/** Threads of one server are numbered as those of the other are: from 1. */
const bystanders = 40;

/** A closed socket does not end it. */
const endless = "SELECT SUM(a.seq * b.seq) AS n FROM seq_1_to_1000000 a, seq_1_to_1000000 b";
const threads = "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'gates'";
// While it is prepared it is shown, too.
const running = `${threads} AND INFO LIKE 'SELECT SUM%' AND COMMAND = 'Execute'`;
const notEnded = /It was not ended on the server, .* it may run on there until max_statement_time \(60000 ms\)\.$/;

describeWithService("mysql, behind a balancer", isRunning, how, () => {
  const [asked, other] = isRunning ? servers : ([] as never);
  let others: Awaited<ReturnType<MariaDbServer["open"]>>[] = [];

  beforeAll(async () => {
    for (const server of [asked, other]) {
      const writer = await server.open();
      await writer.query(
        "CREATE DATABASE shop; CREATE USER gates IDENTIFIED BY 'secret'; GRANT SELECT ON shop.* TO gates",
      );
      await writer.end();
    }
    others = await Promise.all(Array.from({ length: bystanders }, () => other.open("gates", "secret")));
  });

  afterAll(async () => {
    for (const client of others) client.destroy();
    await Promise.all([asked[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]);
  });

  /** Asks through a balancer. */
  const through = async <T>(proxy: ByteProxyOptions, body: (database: ReadOnlyDatabase) => Promise<T>): Promise<T> => {
    await using balancer = await startByteProxy(proxy);
    const { host, port } = balancer;
    return await body(mysql({ connection: { host, port, database: "shop", user: "gates", password: "secret" } }));
  };
  const toAnother = (connection: number) => (connection === 0 ? asked.root : other.root);

  /** Asks what does not end, until the server runs it; then the answer is no longer wanted. Returns what is left of it. */
  const abandoned = async (database: ReadOnlyDatabase) => {
    const looker = await asked.open();
    const controller = new AbortController();
    const query = ask(database, endless, { timeoutMs: 60_000, signal: controller.signal });
    for (let runs = 0; runs === 0;) {
      const [rows] = await looker.query<never[]>(running);
      runs = rows.length;
    }
    controller.abort(new Error("not wanted"));
    await expect(query).rejects.toThrow("not wanted");
    const [left] = await looker.query<never[]>(running);
    await looker.query("KILL USER gates");
    await untilNone(async () => (await looker.query<never[]>(threads))[0]);
    await looker.end();
    return left.length;
  };

  /** Asks for too many rows. */
  const cutFault = (database: ReadOnlyDatabase) =>
    faultOf(ask(database, "SELECT seq AS n FROM seq_1_to_1000000000", { maxRows: 10, timeoutMs: 60_000 }));

  test("a second connection that reaches the same server ends the statement", async () => {
    const route = () => asked.root;
    expect(await through({ route }, abandoned)).toBe(0);
    expect((await through({ route }, cutFault)).message).toMatch(/or raise maxRows\.$/);
  });

  test("one that reaches another server kills nobody there, and the error says what may go on", async () => {
    expect(await through({ route: toAnother }, abandoned)).toBe(1);
    const { message, fault, isRetryable } = await through({ route: toAnother }, cutFault);
    // Who was killed does not answer any more.
    await Promise.all(others.map((client) => client.query("SELECT 1")));
    expect(message).toMatch(notEnded);
    expect({ fault, isRetryable }).toEqual({ fault: "limit", isRetryable: false });
  });

  test("one that reaches nobody is said, too", async () => {
    const route = (connection: number) => (connection === 0 ? asked.root : undefined);
    expect((await through({ route }, cutFault)).message).toMatch(notEnded);
  });

  test("a server that takes no named lock is asked all the same; there nothing is killed", async () => {
    // As a cluster may forbid it.
    const rewrite = (bytes: Buffer) =>
      Buffer.from(bytes.toString("latin1").replaceAll("GET_LOCK(", "GOT_LOCK("), "latin1");
    const proxy = { route: () => asked.root, rewrite };
    expect(await through(proxy, (database) => ask(database, "SELECT 1 AS one"))).toEqual([{ one: 1 }]);
    expect((await through(proxy, cutFault)).message).toMatch(notEnded);
  });
});
