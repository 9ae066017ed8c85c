import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import wasm from "node-sqlite3-wasm";
import pg from "pg";
import type { ReadOnlyDatabase } from "release-gates";
import { mysql, pglite, postgres, sqlite } from "release-gates/databases";
import { startMariaDb } from "../../../helpers/mariadb.js";
import type { PostgresServer } from "../../../helpers/postgres.js";

/** How an engine writes values. */
export type Dialect = "postgres" | "mysql" | "sqlite";

/** A real database, and a way to write to it that is not ours. */
export interface Engine extends AsyncDisposable {
  readonly dialect: Dialect;
  readonly database: ReadOnlyDatabase;
  readonly write: (sql: string) => Promise<void>;
}

/** A server of PostgreSQL that runs. It writes in an odd time zone. */
export async function postgresEngine(server: PostgresServer): Promise<Engine> {
  const { url, superuser } = server;
  const connectionString = url(superuser.user, superuser.password, "postgres");
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query("SET TIME ZONE 'Asia/Kathmandu'");
  return {
    dialect: "postgres",
    database: postgres({ connection: connectionString }),
    write: async (sql) => void (await client.query(sql)),
    async [Symbol.asyncDispose]() {
      await client.end();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** PostgreSQL in this process. */
export async function pgliteEngine(): Promise<Engine> {
  const db = await PGlite.create();
  return {
    dialect: "postgres",
    database: pglite({ db }),
    write: async (sql) => void (await db.exec(sql)),
    [Symbol.asyncDispose]: () => db.close(),
  };
}

/** A server of MariaDB. It writes in an odd time zone. */
export async function mariaEngine(): Promise<Engine> {
  const server = await startMariaDb();
  const client = await server.open();
  await client.query(`CREATE DATABASE pairs CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci; USE pairs;
    SET time_zone = '-09:30', sql_mode = 'NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES'`);
  return {
    dialect: "mysql",
    database: mysql({ connection: { ...server.root, database: "pairs" } }),
    write: async (sql) => void (await client.query(sql)),
    async [Symbol.asyncDispose]() {
      await client.end();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** A file of SQLite. */
export function sqliteEngine(): Engine {
  const folder = mkdtempSync(join(tmpdir(), "release-gates-engine-"));
  const file = join(folder, "pairs.db");
  const write = async (sql: string) => {
    const writer = new wasm.Database(file);
    writer.exec(sql);
    writer.close();
  };
  return {
    dialect: "sqlite",
    database: sqlite({ file }),
    write,
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  };
}
