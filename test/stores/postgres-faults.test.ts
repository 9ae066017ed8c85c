/* oxlint-disable vitest/valid-title, vitest/expect-expect -- the contract names its tests, and asserts by itself */
import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { isGateError, runGates, type RecordStore } from "release-gates";
import { postgresStore, postgresStoreMigration } from "release-gates/stores";
import { recordStoreContract } from "release-gates/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gate, release } from "../helpers/gates.js";
import { hasPgBouncer, startPgBouncer } from "../helpers/pgbouncer.js";
import { debianPostgres, startPostgresFrom, type PostgresServer } from "../helpers/postgres.js";
import { describeWithService } from "../helpers/services.js";

const bin = debianPostgres() ?? "";

describeWithService("a PostgreSQL server", bin !== "" && hasPgBouncer(), "Install postgresql and pgbouncer.", () => {
  let server: PostgresServer;
  let admin: pg.Pool;
  let names = 0;
  const pools = new Set<pg.Pool>();

  beforeAll(async () => {
    server = await startPostgresFrom(bin);
    admin = newPool();
  }, 60_000);
  afterAll(async () => {
    await Promise.all([...pools].map((one) => one.end()));
    await server?.[Symbol.asyncDispose]();
  });

  /** Nobody listens for its errors: the store must survive them. */
  function newPool(user = "postgres", config: pg.PoolConfig = {}): pg.Pool {
    const made = new pg.Pool({ connectionString: server.url(user, "secret", "postgres"), ...config });
    pools.add(made);
    return made;
  }

  /** A schema of its own for each test, and a role that may read and write there; `settings` are its own. */
  async function newPlace(...settings: readonly string[]) {
    const name = `place_${++names}`;
    await admin.query(`${postgresStoreMigration(name)} CREATE ROLE ${name} LOGIN PASSWORD 'secret';
      GRANT USAGE ON SCHEMA ${name} TO ${name}; GRANT SELECT, INSERT ON ${name}.record_lines TO ${name}`);
    for (const setting of settings) await admin.query(`ALTER ROLE ${name} SET ${setting}`);
    return name;
  }

  const tableOf = (schema: string) => `${schema}.record_lines`;

  async function restart(): Promise<void> {
    const { rows } = await admin.query<{ data_directory: string }>("SHOW data_directory");
    const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
    const user = process.getuid?.() === 0 ? { uid: id("-u"), gid: id("-g") } : {};
    const data = rows[0]?.data_directory ?? "";
    execFileSync(join(bin, "pg_ctl"), ["-D", data, "-w", "-m", "fast", "restart"], {
      ...user,
      cwd: "/",
      stdio: "ignore",
    });
  }

  describe("behind PgBouncer in transaction mode, where nobody is told, keeps the contract by looking:", () => {
    let bouncer: Awaited<ReturnType<typeof startPgBouncer>>;
    let behind: pg.Pool;
    beforeAll(async () => {
      bouncer = await startPgBouncer(server, "transaction", { postgres: "secret" });
      behind = newPool("postgres", { connectionString: bouncer.url("postgres", "secret", "postgres") });
    });
    afterAll(async () => {
      pools.delete(behind);
      await behind.end();
      await bouncer[Symbol.asyncDispose]();
    });
    const make = async () => postgresStore({ pool: behind, schema: await newPlace(), poll: 20 });
    for (const { name, run } of recordStoreContract(make)) test(name, run);
  });

  test("that keeps transactions serializable hurts no writer", async () => {
    const schema = await newPlace("default_transaction_isolation = 'serializable'");
    const store = postgresStore({ pool: newPool(schema), schema });
    await Promise.all(
      Array.from({ length: 10 }, async (_, run) => {
        for (let line = 0; line < 10; line += 1) await store.append(`run ${run}`, line, [`${line}`]);
      }),
    );
    expect(await store.runs()).toHaveLength(10);
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => store.append("run 0", 10, ["mine"])));
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
    expect([refused.length, refused.every((reason) => isGateError(reason, "STORE_CONFLICT"))]).toEqual([49, true]);
  });

  test.each([
    "search_path = ''",
    "search_path = 'nowhere, pg_catalog'",
    "default_transaction_isolation = 'repeatable read'",
  ])("that sets %s for its role serves it", async (setting) => {
    const schema = await newPlace(setting);
    const store = postgresStore({ pool: newPool(schema), schema });
    const told = nextLines(store, 2);
    await store.append("run", 0, ["a"]);
    await store.append("run", 1, ["b"]);
    expect([await told, await store.runs()]).toEqual([["a", "b"], ["run"]]);
  });

  test("that leaves digits of numbers out says all the same when it took a line", async () => {
    const schema = await newPlace("extra_float_digits = -15");
    const store = postgresStore({ pool: newPool(schema), schema });
    await store.append("run", 0, ["a"]);
    const { rows } = await admin.query<{ stored_at: Date }>(`SELECT stored_at FROM ${tableOf(schema)}`);
    expect(await store.readStored("run", 0)).toEqual([{ line: "a", storedAt: rows[0]?.stored_at.getTime() }]);
  });

  test("that is read-only says so, and is read and followed all the same", async () => {
    const schema = await newPlace("default_transaction_read_only = on");
    const store = postgresStore({ pool: newPool(schema), schema, poll: 20 });
    await expect(store.append("run", 0, ["a"])).rejects.toThrow(/cannot be written: the server takes no writes/);
    const told = nextLines(store, 1);
    await postgresStore({ pool: admin, schema }).append("run", 0, ["b"]);
    expect([await told, await store.read("run")]).toEqual([["b"], ["b"]]);
  });

  test("that ends what takes too long stores nothing of it, and says so", async () => {
    const schema = await newPlace("statement_timeout = '100ms'");
    const store = postgresStore({ pool: newPool(schema), schema });
    const locker = await admin.connect();
    await locker.query(`BEGIN; LOCK TABLE ${tableOf(schema)} IN EXCLUSIVE MODE`);
    await expect(store.append("run", 0, ["a"])).rejects.toThrow("it took longer than the server lets it");
    await locker.query("COMMIT");
    locker.release();
    expect(await store.read("run")).toEqual([]);
    await store.append("run", 0, ["b"]);
  });

  test("that ends idle connections has its subscribers come back, and loses none of their lines", async () => {
    const schema = await newPlace("idle_session_timeout = '30ms'", "idle_in_transaction_session_timeout = '30ms'");
    const store = postgresStore({ pool: newPool(schema), schema, poll: 20 });
    const lines = Array.from({ length: 10 }, (_, index) => `${index}`);
    const told = nextLines(store, lines.length);
    const writer = postgresStore({ pool: admin, schema });
    for (const [index, line] of lines.entries()) {
      await writer.append("run", index, [line]);
      await admin.query("SELECT pg_sleep(0.04)");
    }
    expect(await told).toEqual(lines);
  });

  test("that is started again ends no process and no subscription", async () => {
    const schema = await newPlace();
    const [pool, other] = [newPool(), newPool()];
    const store = postgresStore({ pool, schema, poll: 20 });
    const writer = postgresStore({ pool: other, schema });
    const told = nextLines(store, 2);
    await writer.append("run", 0, ["a"]);
    await store.read("run");
    await restart();
    // The first may meet a connection that was lost; what became of it is in the store.
    await writer.append("run", 1, ["b"]).catch(async () => {
      if ((await writer.read("run")).length === 1) await writer.append("run", 1, ["b"]);
    });
    expect(await told).toEqual(["a", "b"]);
  });

  test("to whose table a role has no right says which it needs", async () => {
    const schema = await newPlace();
    await admin.query(`REVOKE SELECT ON ${tableOf(schema)} FROM ${schema}`);
    const store = postgresStore({ pool: newPool(schema), schema });
    for (const ask of [() => store.append("run", 0, ["a"]), () => store.read("run"), () => store.runs()])
      await expect(ask()).rejects.toThrow("the role needs USAGE on the schema, and SELECT and INSERT on its table");
  });

  describe("whose table", () => {
    test("is not there says what makes it", async () => {
      const store = postgresStore({ pool: admin, schema: "nowhere" });
      await expect(store.append("run", 0, ["a"])).rejects.toThrow(
        'The records in schema "nowhere" cannot be written: there is no table for them: run postgresStoreMigration',
      );
      await expect(store.read("run")).rejects.toThrow("cannot be read");
    });

    test("is of an older version says what mends it, and of a newer one is used as it is", async () => {
      const schema = await newPlace();
      const store = postgresStore({ pool: admin, schema });
      await store.append("run", 0, ["a"]);
      await admin.query(`ALTER TABLE ${tableOf(schema)} ADD COLUMN added_later text NOT NULL DEFAULT 'x'`);
      await store.append("run", 1, ["b"]);
      await admin.query(postgresStoreMigration(schema));
      expect((await store.readStored("run", 0)).map(({ line }) => line)).toEqual(["a", "b"]);
      await admin.query(`DROP TRIGGER stamp_record_line ON ${tableOf(schema)};
        ALTER TABLE ${tableOf(schema)} DROP COLUMN stored_at`);
      await expect(store.readStored("run", 0)).rejects.toThrow("run postgresStoreMigration again");
      await admin.query(postgresStoreMigration(schema));
      expect((await store.readStored("run", 0)).map(({ storedAt }) => storedAt)).toEqual([-Infinity, -Infinity]);
    });

    test("is made by several psql at once, and left alone by a role that may not make it", async () => {
      const schema = `place_${++names}`;
      const url = server.url("postgres", "secret", "postgres");
      const psql = () =>
        promisify(execFile)(join(bin, "psql"), ["-v", "ON_ERROR_STOP=1", "-c", postgresStoreMigration(schema), url]);
      await Promise.all([psql(), psql(), psql(), admin.query(postgresStoreMigration(schema))]);
      const role = await newPlace();
      await admin.query(
        `GRANT USAGE ON SCHEMA ${schema} TO ${role}; GRANT SELECT, INSERT ON ${tableOf(schema)} TO ${role}`,
      );
      const plain = newPool(role);
      await plain.query(postgresStoreMigration(schema));
      await postgresStore({ pool: plain, schema }).append("run", 0, ["a"]);
      await expect(plain.query(postgresStoreMigration(`${schema}_other`))).rejects.toThrow("permission denied");
    });

    test("has lost a line in its middle is not read", async () => {
      const schema = await newPlace();
      const store = postgresStore({ pool: admin, schema });
      await store.append("run", 0, ["a", "b", "c"]);
      await admin.query(`DELETE FROM ${tableOf(schema)} WHERE line_no = 2`);
      for (const read of [() => store.read("run"), () => store.readStored("run", 0)])
        await expect(read()).rejects.toThrow("has lines missing after line 1");
      await expect(store.read("run", 1)).rejects.toThrow("missing after line 1");
      expect(await store.read("run", 2)).toEqual(["c"]);
    });

    test("keeps less than it was given does not count as written", async () => {
      const schema = await newPlace();
      await admin.query(`CREATE FUNCTION ${schema}.drop_it() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER drop_it BEFORE INSERT ON ${tableOf(schema)} FOR EACH ROW EXECUTE FUNCTION ${schema}.drop_it()`);
      const store = postgresStore({ pool: admin, schema });
      await expect(store.append("run", 0, ["a"])).rejects.toThrow("kept 0 of 1 lines");
    });
  });

  test("whose clock is another one says by its own when it took a line", async () => {
    const schema = await newPlace();
    await admin.query(`CREATE OR REPLACE FUNCTION ${schema}.stamp_record_line() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN NEW.stored_at := timestamptz ''2040-01-01 00:00:00.0019+00''; RETURN NEW; END'`);
    const store = postgresStore({ pool: admin, schema });
    await store.append("run", 0, ["a"]);
    expect(await store.readStored("run", 0)).toEqual([{ line: "a", storedAt: Date.parse("2040-01-01T00:00:00.001Z") }]);
  });

  test("whose database is not in UTF-8 says so where it cannot keep a line, and stores nothing of it", async () => {
    await admin.query("CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
    const pool = newPool("postgres", { connectionString: server.url("postgres", "secret", "latin") });
    await pool.query(postgresStoreMigration());
    const store = postgresStore({ pool });
    await expect(store.append("run", 0, ["ä", "€"])).rejects.toThrow("the database's encoding is not UTF8");
    expect(await store.read("run")).toEqual([]);
  });

  test("keeps a line of 16 MiB", async () => {
    const store = postgresStore({ pool: admin, schema: await newPlace() });
    const long = "ä".repeat(8 * 1024 * 1024);
    const told = nextLines(store, 1);
    await store.append("run", 0, [long]);
    expect([(await store.read("run"))[0] === long, (await told)[0] === long]).toEqual([true, true]);
  });

  describe("a pool", () => {
    test("whose connections others hold lets an append fail in its own time, and then go through", async () => {
      const pool = newPool("postgres", { max: 2 });
      const store = postgresStore({ pool, schema: await newPlace() });
      const held = await Promise.all([pool.connect(), pool.connect()]);
      // From here on: a slow machine may need longer to connect.
      pool.options.connectionTimeoutMillis = 1;
      await expect(store.append("run", 0, ["a"])).rejects.toThrow("every connection of the pool is in use");
      pool.options.connectionTimeoutMillis = 0;
      for (const client of held) client.release();
      await store.append("run", 0, ["a"]);
      expect(await store.read("run")).toEqual(["a"]);
    });

    test("without a time of its own has the run hold when its store's time is up", async () => {
      const pool = newPool("postgres", { max: 2 });
      const store = postgresStore({ pool, schema: await newPlace() });
      const held = await Promise.all([pool.connect(), pool.connect()]);
      const verdict = await runGates(gate("a", "pass"), { release, store, storeTimeout: 100 });
      expect([verdict.decision, verdict.reason]).toEqual(["hold", expect.stringContaining("did not answer within")]);
      for (const client of held) client.release();
    });

    test("of two connections serves two stores whose runs are followed: one of them looks, and none waits for ever", async () => {
      const pool = newPool("postgres", { max: 2 });
      const stores = [await newPlace(), await newPlace(), await newPlace()].map((schema) =>
        postgresStore({ pool, schema, poll: 20 }),
      );
      const told = stores.map((store) => nextLines(store, 2));
      for (const store of stores) await store.append("run", 0, ["a"]);
      // All that want to listen have asked by now.
      for (let turn = 0; turn < 10; turn += 1) await setImmediate();
      for (const store of stores) await store.append("run", 1, ["b"]);
      expect(await Promise.all(told)).toEqual(stores.map(() => ["a", "b"]));
      await pool.end();
      pools.delete(pool);
    });

    test("that reaches nobody says where it stands, though each address refuses", async () => {
      const pool = new pg.Pool({ host: "localhost", port: 1 });
      await expect(postgresStore({ pool }).read("run")).rejects.toThrow(
        'The records in schema "release_gates" cannot be read: nobody listens at the server\'s address',
      );
      await pool.end();
    });
  });
});

/** The first lines that a subscriber of "run" hears. */
function nextLines(store: RecordStore, count: number): Promise<readonly string[]> {
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
