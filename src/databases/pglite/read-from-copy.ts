import type { QueryAnswer, QueryRequest } from "../../gates/read-only-query/read-only-database.js";
import { checkCatalogue } from "../postgres/catalogue/catalogue-check.js";
import { askCatalogue, type AllowedObjects } from "../postgres/catalogue/catalogue-object.js";
import type { PostgresClient } from "../postgres/postgres-client.js";
import { beginReadOnly, readRows, useSearchPath } from "../postgres/postgres-session.js";
import type { ReadingStatement } from "../postgres/reading-statement.js";
import { assertUnchanged, inspectSession, SessionAnomaly } from "../postgres/session-state.js";
import { RefusedStatement } from "../postgres/statement-nodes.js";
import { tooManyBytes } from "../query-fault.js";

/** What is read, and what it may use. */
export interface CopyReading {
  readonly source: string;
  readonly statement: ReadingStatement;
  readonly request: QueryRequest;
  readonly allowed: AllowedObjects;
}

/** The rows, and what a person should know of them. */
export interface CopyAnswer extends Pick<Required<QueryAnswer>, "rows" | "columns"> {
  readonly notes: readonly string[];
}

/** Reads from a copy as from a server that is not trusted with the statement: nothing that `postgres` refuses is run. */
export async function readFromCopy(
  client: PostgresClient,
  { source, statement, request, allowed }: CopyReading,
): Promise<CopyAnswer> {
  const { timeoutMs, maxBytes } = request;
  let status = "";
  client.connection.on("readyForQuery", (message) => (status = message.status));
  await client.connect();
  const session = await beginReadOnly(client, timeoutMs);
  const notes = await checkCatalogue(client, statement.names, session.schemas, allowed);
  await useSearchPath(client, session);
  const before = await inspectSession(client);
  const answer = await readRows(client, request);
  if (Buffer.byteLength(JSON.stringify(answer.rows)) > maxBytes) throw tooManyBytes(source, maxBytes);
  if (status !== "T") throw new SessionAnomaly("the statement left the read-only transaction");
  assertUnchanged(before, await inspectSession(client));
  await assertLogged(client);
  return { ...answer, notes };
}

/**
 * A copy is read as after a crash, which empties the tables that no log was kept of.
 *
 * What a statement has opened stays locked until its transaction ends.
 */
async function assertLogged(client: PostgresClient): Promise<void> {
  const [unlogged] = await askCatalogue<{ readonly name: string }>(
    client,
    `SELECT c.relname::pg_catalog.text AS name FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation
      WHERE c.relpersistence = 'u' LIMIT 1`,
    [],
  );
  if (unlogged === undefined) return;
  throw new RefusedStatement(`"${unlogged.name}" is UNLOGGED, and a copy would show it without rows`);
}
