import * as z from "zod";
import type { Duration } from "../../gate/duration.js";
import { parseConfig, positiveDurationSchema } from "../../gate/gate-config.js";
import type { RecordStore } from "../../run/record-store.js";
import { LineFollower } from "../line-follower.js";
import { inboxKey } from "../../run/inbox-key.js";
import { assertLines } from "../assert-lines.js";
import { pageLines, readBytes, type LinePage } from "../line-page.js";
import { parseRunsPage } from "../runs-page.js";
import { storeConflict } from "../store-conflict.js";
import { LineNotices } from "./line-notices.js";
import type { PostgresPool } from "./postgres-pool.js";
import { appendSql, channelOf, pageSql, readSql, runsSql, schemaName } from "./postgres-store-sql.js";

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
  pool: z
    .custom<PostgresPool>(isPool, { error: "expected a Pool of pg" })
    // Subscribers hold one connection for good: whoever writes needs another one.
    .refine((pool) => !isPool(pool) || mostConnections(pool) > 1, {
      error: "expected a Pool of 2 connections or more",
    }),
  schema: schemaName.default("release_gates"),
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

  async function readPage(runId: string, afterLine: number): Promise<LinePage> {
    const { rows } = await pool.query(pageSql(schema), [runId, afterLine, readBytes(runId)]);
    const lines = rows.map(({ line, stored_at: storedAt }) => ({ line: String(line), storedAt: Number(storedAt) }));
    const found = Number(rows[0]?.["found"] ?? 0);
    return { lines, isLast: lines.length === found && found < pageLines };
  }

  return {
    async append(runId, expectedLines, lines) {
      assertLines(runId, lines);
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
    readStored: async (runId, afterLine) => (await readPage(runId, afterLine)).lines,
    subscribe(runId, afterLine, listener) {
      const follower = new LineFollower({
        afterLine,
        listener,
        read: (after) => readPage(runId, after),
        retryMs: poll,
      });
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

/** As many as a pool says that it makes; one that does not say makes enough. */
function mostConnections(pool: PostgresPool): number {
  const { options } = pool as { readonly options?: { readonly max?: unknown } };
  return typeof options?.max === "number" ? options.max : Infinity;
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "23505";
}
