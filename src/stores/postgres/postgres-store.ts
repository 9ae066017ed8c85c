import * as z from "zod";
import type { Duration } from "../../gate/duration.js";
import { parseConfig } from "../../gate/gate-config.js";
import type { RecordStore } from "../../run/record/record-store.js";
import { LineFollower } from "../line-follower.js";
import { inboxKey } from "../../run/inbox/inbox-key.js";
import { assertLines } from "../assert-lines.js";
import { isStorableKey } from "../is-storable-key.js";
import { pageLines, readBytes, type LinePage } from "../line-page.js";
import { pollSchema } from "../poll-schema.js";
import { parseRunsPage } from "../runs-page.js";
import { storeConflict } from "../store-conflict.js";
import { LineNotices } from "./line-notices.js";
import { codeOf, postgresFault } from "./postgres-fault.js";
import { isPool, mostConnections, surviveIdleErrors, type PostgresPool } from "./postgres-pool.js";
import { appendSql, channelOf, pageSql, readSql, runsSql, schemaName } from "./postgres-store-sql.js";

/** Where a PostgreSQL store keeps its records. */
export interface PostgresStoreOptions {
  /**
   * A `Pool` of `pg`, with two connections or more. It stays yours to end; subscribers hold one connection of it, all together, where that
   * leaves one for whoever writes. That an idle connection was lost, which it says as `error`, ends no process any more.
   */
  readonly pool: PostgresPool;
  /** The schema in which {@link postgresStoreMigration} made its table. @default "release_gates" */
  readonly schema?: string;
  /** How often subscribers look by themselves: a notification is lost where its connection is. At most a day. @default "5s" */
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
  poll: pollSchema.prefault("5s"),
});

/** How many lines there were, and how many are there because of this append. */
interface Appended {
  readonly linesBefore: number;
  readonly added: number;
}

const uniqueViolation = "23505";
const serializationFailure = "40001";
// Each time somebody else's append was stored, so it ends.
const maxTries = 20;

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
  surviveIdleErrors(pool);
  const notices = new LineNotices({ pool, schema, pollMs: poll });

  async function ask(verb: "read" | "written", text: string, values: unknown[]) {
    try {
      return (await pool.query(text, values)).rows;
    } catch (error) {
      throw postgresFault(schema, verb, error);
    }
  }

  async function tryAppend(runId: string, expectedLines: number, lines: readonly string[]): Promise<Appended> {
    const [row] = await ask("written", appendSql(schema), [runId, expectedLines, lines, channelOf(schema)]);
    return { linesBefore: Number(row?.["lines"]), added: Number(row?.["added"]) };
  }

  async function append(runId: string, expectedLines: number, lines: readonly string[]): Promise<Appended> {
    for (let tries = 1; ; tries++) {
      try {
        return await tryAppend(runId, expectedLines, lines);
      } catch (error) {
        const code = error instanceof Error ? codeOf(error.cause) : undefined;
        // A server that is set to keep transactions serializable ends some, and stores nothing of them.
        if (code === serializationFailure && tries < maxTries) continue;
        if (code !== uniqueViolation) throw error;
        // Somebody was faster; how many lines there are now, an append of nothing says.
        const { linesBefore } = await append(runId, 0, []);
        if (linesBefore === expectedLines) throw error;
        return { linesBefore, added: 0 };
      }
    }
  }

  async function readPage(runId: string, afterLine: number): Promise<LinePage> {
    if (!isStorableKey(runId)) return { lines: [], isLast: true };
    const rows = await ask("read", pageSql(schema), [runId, afterLine, readBytes(runId)]);
    assertUnbroken(runId, afterLine, rows);
    const lines = rows.map(({ line, stored_at: at }) => ({ line: String(line), storedAt: Number(at ?? -Infinity) }));
    const found = Number(rows[0]?.["found"] ?? 0);
    return { lines, isLast: lines.length === found && found < pageLines };
  }

  return {
    async append(runId, expectedLines, lines) {
      assertLines(runId, lines);
      const { linesBefore, added } = await append(runId, expectedLines, lines);
      if (linesBefore !== expectedLines) throw storeConflict(runId, expectedLines, linesBefore);
      if (added === lines.length) return;
      const kept = `${added} of ${lines.length} lines`;
      throw new Error(
        `The records in schema "${schema}" cannot be written: a rule or trigger of the table kept ${kept}.`,
      );
    },
    async read(runId, afterLine = 0) {
      if (!isStorableKey(runId)) return [];
      const rows = await ask("read", readSql(schema), [runId, afterLine]);
      assertUnbroken(runId, afterLine, rows);
      return rows.map(({ line }) => String(line));
    },
    readStored: async (runId, afterLine) => (await readPage(runId, afterLine)).lines,
    subscribe(runId, afterLine, listener) {
      // One that no server takes would have the look of all others refused.
      if (!isStorableKey(runId)) return () => {};
      const read = (after: number) => readPage(runId, after);
      const follower = new LineFollower({ afterLine, listener, read, retryMs: poll });
      const forget = notices.add(runId, follower);
      return () => {
        follower.end();
        forget();
      };
    },
    async runs(page) {
      const { limit, before } = parseRunsPage(page);
      if (before !== undefined && !isStorableKey(before)) return [];
      const values = [limit, inboxKey(""), ...(before === undefined ? [] : [before])];
      const rows = await ask("read", runsSql(schema, before), values);
      return rows.map(({ run_id: runId }) => String(runId));
    },
  };
}

/** Throws where a line is not the one that follows the one before: somebody has deleted some. */
function assertUnbroken(runId: string, afterLine: number, rows: readonly Record<string, unknown>[]): void {
  const gap = rows.findIndex((row, index) => Number(row["line_no"]) !== afterLine + index + 1);
  if (gap === -1) return;
  throw new Error(
    `The record of run "${runId}" has lines missing after line ${afterLine + gap}: somebody has deleted them.`,
  );
}
