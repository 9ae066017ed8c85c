import * as z from "zod";
import type { Duration } from "../../gate/duration.js";
import { parseConfig, positiveDurationSchema } from "../../gate/gate-config.js";
import type { RecordStore } from "../../run/record-store.js";
import { LineFollower } from "../line-follower.js";
import { inboxKey } from "../../run/inbox-key.js";
import { parseRunsPage } from "../runs-page.js";
import { storeConflict } from "../store-conflict.js";
import { LineNotices } from "./line-notices.js";
import type { PostgresPool } from "./postgres-pool.js";
import { appendSql, channelOf, readSql, runsSql } from "./postgres-store-sql.js";

/** Where a PostgreSQL store keeps its records. */
export interface PostgresStoreOptions {
  /** A `Pool` of `pg`. It stays yours to end; subscribers hold one connection of it, all together. */
  readonly pool: PostgresPool;
  /** The schema in which {@link postgresStoreMigration} made its table. @default "release_gates" */
  readonly schema?: string;
  /** How often subscribers look by themselves: a notification is lost where its connection is. @default "5s" */
  readonly poll?: Duration;
}

const optionsSchema = z.strictObject({
  pool: z.custom<PostgresPool>(isPool, { error: "expected a Pool of pg" }),
  schema: z
    .string()
    // PostgreSQL cuts longer names, and a channel has the schema's name in it.
    .regex(/^[a-z_][a-z0-9_]{0,47}$/, { error: "expected a name of lower-case letters, digits and _, at most 48" })
    .default("release_gates"),
  poll: positiveDurationSchema.prefault("5s"),
});

/**
 * Keeps records in PostgreSQL, version 12 or later: a row a line, in a table that {@link postgresStoreMigration} makes.
 *
 * Any number of processes may use it at once: of two who append to one record, one wins, and the other gets a `GateError` with
 * code `STORE_CONFLICT`. Lines are appended by one statement, all or none. Subscribers are told by `LISTEN`/`NOTIFY`, and look by
 * themselves now and then. Rows are only ever inserted and read: the role of the pool needs no other right, and should have none.
 *
 * Throws a `GateError` with code `GATE_CONFIG_INVALID` where an option is wrong. What the server refuses rejects `append` and `read`.
 *
 * @example
 * ```ts
 * import pg from "pg";
 * import { postgresStore, postgresStoreMigration } from "release-gates/stores";
 *
 * const pool = new pg.Pool({ connectionString: process.env["RECORDS_URL"] });
 * await pool.query(postgresStoreMigration());
 *
 * export const store = postgresStore({ pool });
 * ```
 */
export function postgresStore(options: PostgresStoreOptions): RecordStore {
  const { pool, schema, poll } = parseConfig("postgres-store", "", optionsSchema, options);
  const notices = new LineNotices({ pool, schema, pollMs: poll });

  async function append(runId: string, expectedLines: number, lines: readonly string[]): Promise<number> {
    const { rows } = await pool.query(appendSql(schema), [runId, expectedLines, lines, channelOf(schema)]);
    return Number(rows[0]?.["lines"]);
  }

  async function read(runId: string, afterLine = 0): Promise<readonly string[]> {
    const { rows } = await pool.query(readSql(schema), [runId, afterLine]);
    return rows.map(({ line }) => String(line));
  }

  return {
    async append(runId, expectedLines, lines) {
      let actual: number;
      try {
        actual = await append(runId, expectedLines, lines);
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        // Somebody was faster; how many lines there are now, an append of nothing says.
        actual = await append(runId, 0, []);
      }
      if (actual !== expectedLines) throw storeConflict(runId, expectedLines, actual);
    },
    read,
    subscribe(runId, afterLine, listener) {
      const follower = new LineFollower({ afterLine, listener, read: (after) => read(runId, after) });
      const forget = notices.add(runId, follower);
      return () => {
        follower.end();
        forget();
      };
    },
    async runs(page) {
      const { limit, before } = parseRunsPage(page);
      const values = [limit, inboxKey(""), ...(before === undefined ? [] : [before])];
      const { rows } = await pool.query(runsSql(schema, before), values);
      return rows.map(({ run_id: runId }) => String(runId));
    },
  };
}

function isPool(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return ["query", "connect"].every((method) => typeof (value as Record<string, unknown>)[method] === "function");
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "23505";
}
