import type { JsonObject } from "../gate/json.js";
import type { QueryRequest, ReadOnlyDatabase } from "../gates/read-only-query/read-only-database.js";
import { postgresClient, type PostgresClient, type PostgresClientConfig } from "./postgres-client.js";
import { explainPostgresError } from "./postgres-fault.js";
import { parsePostgresOptions, type PostgresOptions } from "./postgres-options.js";
import { assertUnchanged, beginReadOnly, readRows } from "./postgres-session.js";
import { queryFault, tooManyBytes, tooManyRows } from "./query-fault.js";
import { readingStatement } from "./reading-statement.js";

/** How long the server's own timeout may take to be heard of. Milliseconds. */
const graceMs = 2_000;

/**
 * Asks PostgreSQL, through the package `pg` of your project.
 *
 * Each query has a connection and a read-only transaction of its own, which is rolled back and closed. A statement that does not
 * end is ended by the server's timeout, and after that by a second connection.
 *
 * @example
 * ```ts
 * import { readOnlyQuery } from "release-gates";
 * import { postgres } from "release-gates/databases";
 *
 * const orders = postgres({ connection: "postgres://gates@db.internal/orders" });
 *
 * export const loaded = readOnlyQuery("orders loaded", {
 *   database: orders,
 *   query: "SELECT count(*) FROM orders WHERE placed_at::date = $1",
 *   params: ["2026-11-22"],
 *   expect: { scalar: { atLeast: 1000 } },
 * });
 * ```
 */
export function postgres(options: PostgresOptions): ReadOnlyDatabase {
  const { client: config, name, description, secrets } = parsePostgresOptions(options);
  return {
    name,
    description,
    async query(request) {
      const text = readingStatement(name, request.text);
      const hidden = [...secrets, ...request.params.filter((param) => typeof param === "string")];
      try {
        request.signal.throwIfAborted();
        return await ask(config, name, { ...request, text });
      } catch (error) {
        if (request.signal.aborted) throw request.signal.reason;
        throw explainPostgresError(error, name, hidden);
      }
    },
  };
}

async function ask(config: PostgresClientConfig, name: string, request: QueryRequest): Promise<readonly JsonObject[]> {
  const client = await postgresClient(config);
  const cut = cutOf(request, name);
  // `pg` tells of a lost connection by an event that must have a listener.
  client.on("error", cut.now);
  let process: number | undefined;
  const converse = async () => {
    try {
      await client.connect();
      watchSize(client, request.maxBytes, () => cut.now(tooManyBytes(name, request.maxBytes)));
      process = await beginReadOnly(client, request.timeoutMs);
      const rows = await readRows(client, request);
      if (rows.length > request.maxRows) throw tooManyRows(name, request.maxRows);
      await assertUnchanged(client);
      return rows;
    } finally {
      // Closing the session rolls back; a session that was cut is destroyed below.
      if (!cut.hasHappened()) await client.end();
    }
  };
  try {
    return await Promise.race([converse(), cut.happens]);
  } finally {
    cut.cancel();
    if (cut.hasHappened()) {
      client.connection.stream.destroy();
      if (process !== undefined) await terminate(config, process);
    }
  }
}

/** Counts what comes in, so that one huge value never fills the memory. */
function watchSize(client: PostgresClient, maxBytes: number, onTooMuch: () => void): void {
  // Beyond the answer: the frames of opening and proving the session.
  let rest = maxBytes + 16_384;
  client.connection.stream.on("data", (chunk: Buffer) => {
    rest -= chunk.length;
    if (rest < 0) onTooMuch();
  });
}

/** What ends a query from outside: it is no longer wanted, answers too much, or the server's own timeout was not heard of. */
function cutOf({ signal, timeoutMs }: QueryRequest, name: string) {
  const controller = new AbortController();
  const now = (reason: unknown) => controller.abort(reason);
  const abort = () => now(signal.reason);
  const late = () => now(queryFault(name, `no answer within ${timeoutMs} ms`, { isRetryable: false }));
  const timer = setTimeout(late, timeoutMs + graceMs);
  signal.addEventListener("abort", abort, { once: true });
  const happens = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason as Error), { once: true });
  });
  happens.catch(() => {});
  return {
    now,
    happens,
    hasHappened: () => controller.signal.aborted,
    cancel: () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    },
  };
}

/** Ends a process of the server that may still be running the statement: a closed socket does not. */
async function terminate(config: PostgresClientConfig, process: number): Promise<void> {
  try {
    const client = await postgresClient(config);
    client.on("error", () => {});
    await client.connect();
    await client.query({ text: "SELECT pg_terminate_backend($1)", values: [process] });
    await client.end();
  } catch {
    // The statement ends at the server's own timeout, then; the query has failed either way.
  }
}
