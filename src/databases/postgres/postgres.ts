import type { JsonObject } from "../../gate/json.js";
import type { QueryRequest, ReadOnlyDatabase } from "../../gates/read-only-query/read-only-database.js";
import { hideParameters } from "../hide-parameters.js";
import { postgresClient, type PostgresClient, type PostgresClientConfig } from "./postgres-client.js";
import { explainPostgresError } from "./postgres-fault.js";
import { parsePostgresOptions, type PostgresOptions } from "./postgres-options.js";
import { assertUnchanged, beginReadOnly, readRows } from "./postgres-session.js";
import { watchQuery, type QueryCut } from "../query-cut.js";
import { queryFault, tooManyBytes, tooManyRows } from "../query-fault.js";
import { readingStatement } from "../reading-statement.js";

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
      try {
        request.signal.throwIfAborted();
        return { rows: await ask(config, name, { ...request, text }), warnings: [] };
      } catch (error) {
        if (request.signal.aborted) throw request.signal.reason;
        throw explainPostgresError(error, name, hideParameters(request.params, secrets));
      }
    },
  };
}

async function ask(config: PostgresClientConfig, name: string, request: QueryRequest): Promise<readonly JsonObject[]> {
  const { signal, timeoutMs, maxBytes } = request;
  const client = await postgresClient(config);
  let process: number | undefined;
  // A server that is slow to let one in may be faster the next time; a statement that is slow is not.
  const late = () =>
    queryFault(name, `no answer within ${timeoutMs} ms`, { isRetryable: process === undefined, fault: "limit" });
  const cut = watchQuery({ signal, afterMs: timeoutMs + graceMs, late });
  // `pg` tells of a lost connection by an event that must have a listener. What the server said before it counts for more.
  let isClosing = false;
  client.on("error", (error) => {
    if (!isClosing) cut.now(error);
  });
  const converse = async () => {
    try {
      await client.connect();
      watchSize(client, maxBytes, () => cut.now(tooManyBytes(name, maxBytes)));
      process = await beginReadOnly(client, timeoutMs);
      const rows = await readAtMost(client, name, request, cut);
      await assertUnchanged(client);
      return rows;
    } finally {
      isClosing = true;
      // A session that was cut is destroyed below.
      if (!cut.hasHappened()) await close(client, process !== undefined);
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

/** Reads the rows, and cuts the query at the first that is too many: `pg` would collect them all. */
async function readAtMost(client: PostgresClient, name: string, request: QueryRequest, cut: QueryCut) {
  const { maxRows, maxBytes } = request;
  let seen = 0;
  const count = () => {
    seen += 1;
    if (seen > maxRows) cut.now(tooManyRows(name, maxRows));
  };
  client.connection.on("dataRow", count);
  try {
    const rows = await readRows(client, request);
    if (Buffer.byteLength(JSON.stringify(rows)) > maxBytes) throw tooManyBytes(name, maxBytes);
    return rows;
  } finally {
    client.connection.off("dataRow", count);
  }
}

async function close(client: PostgresClient, hasBegun: boolean): Promise<void> {
  // The server rolls back by itself when a session ends; said aloud, a pooler between knows it, too.
  if (hasBegun) await client.query({ text: "ROLLBACK" }).catch(() => undefined);
  await client.end();
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

/** Ends a process of the server that may still be running the statement: a closed socket does not. */
async function terminate(config: PostgresClientConfig, process: number): Promise<void> {
  const client = await postgresClient({ ...config, query_timeout: graceMs });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query({ text: "SELECT pg_catalog.pg_terminate_backend($1)", values: [process] });
  } catch {
    // The statement ends at the server's own timeout, then; the query has failed either way.
  } finally {
    client.connection.stream.destroy();
  }
}
