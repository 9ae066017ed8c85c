/* oxlint-disable vitest/valid-title, vitest/expect-expect -- the contract names its tests, and asserts by itself */
import { setImmediate } from "node:timers/promises";
import pg from "pg";
import { allOf, replay, runGates } from "release-gates";
import { postgresStore, postgresStoreMigration, type PostgresStoreOptions } from "release-gates/stores";
import { runsSql } from "../../src/stores/postgres/postgres-store-sql.js";
import { recordStoreContract } from "release-gates/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gate, release } from "../helpers/gates.js";
import { hasPostgres, startPostgres, type PostgresServer } from "../helpers/postgres.js";
import { describeWithService } from "../helpers/services.js";
import { killedWriters } from "./killed-writers.js";

describeWithService(
  "postgresStore",
  hasPostgres(),
  "Run npm ci with install scripts, on a system with useradd.",
  () => {
    let server: PostgresServer;
    let pool: pg.Pool;
    let schemas = 0;
    const pools: pg.Pool[] = [];

    beforeAll(async () => {
      server = await startPostgres();
      pool = newPool();
    }, 60_000);
    afterAll(async () => {
      await Promise.all(pools.map((one) => one.end()));
      await server?.[Symbol.asyncDispose]();
    });

    function newPool(): pg.Pool {
      const { user, password } = server.superuser;
      const made = new pg.Pool({ connectionString: server.url(user, password, "postgres"), max: 20 });
      made.on("error", () => {});
      pools.push(made);
      return made;
    }

    /** A schema of its own for each test. */
    async function newSchema(): Promise<string> {
      const schema = `records_${++schemas}`;
      await pool.query(postgresStoreMigration(schema));
      return schema;
    }

    const newStore = async () => postgresStore({ pool, schema: await newSchema() });

    describe("keeps the contract:", () => {
      for (const { name, run } of recordStoreContract(newStore)) test(name, run);
    });

    test("its migration may run again, by several at once, and loses nothing", async () => {
      const schema = `records_${++schemas}`;
      const migrate = () => Promise.all(Array.from({ length: 10 }, () => pool.query(postgresStoreMigration(schema))));
      await migrate();
      const store = postgresStore({ pool, schema });
      await store.append("run", 0, ["a"]);
      await migrate();
      expect(await store.read("run")).toEqual(["a"]);
    });

    test("its migration mends the table of an older version, whose runs are the oldest", async () => {
      const schema = `records_${++schemas}`;
      await pool.query(`CREATE SCHEMA ${schema};
      CREATE TABLE ${schema}.record_lines (run_id text COLLATE "C" NOT NULL, line_no integer NOT NULL CHECK (line_no > 0),
        line text NOT NULL, PRIMARY KEY (run_id, line_no));
      INSERT INTO ${schema}.record_lines VALUES ('old a', 1, 'x'), ('old b', 1, 'y'), ('old b', 2, 'z')`);
      await pool.query(postgresStoreMigration(schema));
      const store = postgresStore({ pool, schema });
      await store.append("new", 0, ["a"]);
      await store.append("old a", 1, ["b"]);
      expect(await store.runs()).toEqual(["new", "old b", "old a"]);
      expect(await store.runs({ before: "old b" })).toEqual(["old a"]);
      expect(await store.read("old a")).toEqual(["x", "b"]);
    });

    test("lists a page of a hundred thousand runs by its index", async () => {
      const schema = await newSchema();
      await pool.query(`INSERT INTO ${schema}.record_lines (run_id, line_no, line)
        SELECT 'run ' || n, line_no, 'x' FROM generate_series(1, 100000) AS n, generate_series(1, 3) AS line_no; ANALYZE ${schema}.record_lines`);
      const store = postgresStore({ pool, schema });
      const plan = await pool.query(
        `EXPLAIN ${runsSql(schema, "run 50000").replace("$1", "3").replaceAll("$2", "':inbox'").replace("$3", "'run 50000'")}`,
      );
      expect(JSON.stringify(plan.rows)).toContain("Index Only Scan Backward using record_runs");
      expect(await store.runs({ limit: 2, before: "run 50000" })).toEqual(["run 49999", "run 49998"]);
    });

    test("a run's record is there for another process, and decides again", async () => {
      const schema = await newSchema();
      const store = postgresStore({ pool, schema });
      const verdict = await runGates(allOf("all", [gate("a", "pass"), gate("b", "fail")]), { release, store });
      const record = await postgresStore({ pool: newPool(), schema }).read(verdict.runId);
      expect(record).toHaveLength(verdict.record.lines);
      expect(await replay(record)).toMatchObject({ isAsRecorded: true, verdict: { decision: "rollback" } });
    });

    test("a writer that is killed at any moment leaves whole batches, and all that was promised", async () => {
      const schema = await newSchema();
      const { user, password } = server.superuser;
      await killedWriters(`${server.url(user, password, "postgres")}#${schema}`, postgresStore({ pool, schema }));
    });

    test("a subscriber is told by notification, without looking", async () => {
      const schema = await newSchema();
      const told = nextLines(postgresStore({ pool: newPool(), schema, poll: "1h" }), 3);
      const writer = postgresStore({ pool, schema });
      await writer.append("run", 0, ["a"]);
      await writer.append("run", 1, ["b", "c"]);
      expect(await told).toEqual(["a", "b", "c"]);
    });

    test("a subscriber who comes as another one leaves is told by notification, without looking", async () => {
      const schema = await newSchema();
      const store = postgresStore({ pool: newPool(), schema, poll: "1h" });
      const writer = postgresStore({ pool, schema });
      // Who leaves does so before, while and after the connection begins to listen.
      for (let turns = 0; turns < 12; turns += 1) {
        const leave = store.subscribe("other", 0, () => {});
        for (let turn = 0; turn < turns; turn += 1) await setImmediate();
        leave();
        const told = nextLines(store, turns + 1);
        await writer.append("run", turns, [`${turns}`]);
        expect((await told).at(-1)).toBe(`${turns}`);
      }
    });

    test("a subscriber whose connection was cut hears what came meanwhile, and what comes then", async () => {
      const schema = await newSchema();
      const store = postgresStore({ pool: newPool(), schema, poll: 50 });
      const told = nextLines(store, 3);
      const writer = postgresStore({ pool, schema });
      await writer.append("run", 0, ["a"]);
      await pool.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE 'LISTEN%'",
      );
      await writer.append("run", 1, ["b"]);
      await writer.append("run", 2, ["c"]);
      expect(await told).toEqual(["a", "b", "c"]);
    });

    test("a store whose subscribers have left holds no connection", async () => {
      const { user, password } = server.superuser;
      const own = new pg.Pool({ connectionString: server.url(user, password, "postgres") });
      const store = postgresStore({ pool: own, schema: await newSchema(), poll: 20 });
      await store.append("run", 0, ["a"]);
      const ends = Array.from({ length: 5 }, () => store.subscribe("run", 0, () => {}));
      await nextLines(store, 1);
      for (const end of ends) end();
      // Ends when every client that was taken is given back, and not before.
      await own.end();
      expect(own.totalCount).toBe(0);
    });

    test("a role that may only insert and read is enough, and can change nothing", async () => {
      const schema = await newSchema();
      await pool.query(`CREATE ROLE ${schema}_writer LOGIN PASSWORD 'secret';
      GRANT USAGE ON SCHEMA ${schema} TO ${schema}_writer; GRANT SELECT, INSERT ON ${schema}.record_lines TO ${schema}_writer`);
      const plain = new pg.Pool({ connectionString: server.url(`${schema}_writer`, "secret", "postgres") });
      pools.push(plain);
      const store = postgresStore({ pool: plain, schema });
      await store.append("run", 0, ["a"]);
      expect(await store.read("run")).toEqual(["a"]);
      await expect(plain.query(`UPDATE ${schema}.record_lines SET line = 'b'`)).rejects.toThrow("permission denied");
    });

    test("whoever inserts past the store cannot say when a line was stored", async () => {
      const schema = await newSchema();
      await pool.query(
        `INSERT INTO ${schema}.record_lines (run_id, line_no, line, stored_at) VALUES ('run:inbox', 1, 'x', '2020-01-01')`,
      );
      const [stored] = await postgresStore({ pool, schema }).readStored("run:inbox", 0);
      expect(stored?.storedAt).toBeGreaterThan(Date.parse("2026-01-01"));
    });

    test("a message that was written past the store is cut where it is too long", async () => {
      const schema = await newSchema();
      await pool.query(
        `INSERT INTO ${schema}.record_lines (run_id, line_no, line) VALUES ('run:inbox', 1, repeat('x', 9000000)), ('run:inbox', 2, 'y')`,
      );
      const store = postgresStore({ pool, schema });
      const [long] = await store.readStored("run:inbox", 0);
      expect(long?.line).toHaveLength(270_337);
      expect((await store.readStored("run:inbox", 1)).map(({ line }) => line)).toEqual(["y"]);
    });

    test("a role that may not insert is told so", async () => {
      const schema = await newSchema();
      await pool.query(`CREATE ROLE ${schema}_reader LOGIN PASSWORD 'secret';
      GRANT USAGE ON SCHEMA ${schema} TO ${schema}_reader; GRANT SELECT ON ${schema}.record_lines TO ${schema}_reader`);
      const plain = new pg.Pool({ connectionString: server.url(`${schema}_reader`, "secret", "postgres") });
      pools.push(plain);
      const append = postgresStore({ pool: plain, schema }).append("run", 0, ["a"]);
      await expect(append).rejects.toThrow("permission denied for table record_lines");
    });

    test.each(['x"; DROP TABLE y', "Größe", "Upper", "a".repeat(49), ""])(
      "its migration refuses the schema %j",
      (schema) => {
        expect(() => postgresStoreMigration(schema)).toThrow("schema: expected a name of lower-case letters");
      },
    );

    test("a pool of one connection is refused, as a subscriber would hold it", () => {
      const own = new pg.Pool({ max: 1 });
      expect(() => postgresStore({ pool: own })).toThrow("pool: expected a Pool of 2 connections or more");
    });

    test("a table that is not there makes the run hold", async () => {
      const store = postgresStore({ pool, schema: "nowhere" });
      const verdict = await runGates(gate("a", "pass"), { release, store });
      expect([verdict.decision, verdict.reason]).toEqual(["hold", expect.stringContaining("could not be stored")]);
    });

    test.each<[string, (own: pg.Pool) => unknown, string]>([
      ["nothing", () => undefined, "expected object"],
      ["no pool", () => ({ pool: "postgres://x:secret@y/z" }), "pool: expected a Pool of pg"],
      ["a schema that is SQL", (own) => ({ pool: own, schema: 'x"; DROP TABLE y' }), "schema: expected a name"],
    ])("%s is refused", (_, make, why) => {
      expect(() => postgresStore(make(pool) as PostgresStoreOptions)).toThrow(why);
      expect(() => postgresStore(make(pool) as PostgresStoreOptions)).toThrow(
        expect.objectContaining({ code: "GATE_CONFIG_INVALID", message: expect.not.stringContaining("secret") }),
      );
    });
  },
);

/** The first lines that a subscriber of "run" hears. */
function nextLines(store: ReturnType<typeof postgresStore>, count: number): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const heard: string[] = [];
    const end = store.subscribe("run", 0, (lines) => {
      heard.push(...lines);
      if (heard.length < count) return;
      queueMicrotask(() => end());
      resolve(heard);
    });
  });
}
