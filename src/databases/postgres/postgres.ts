import type {
  QueryAnswer,
  QueryRequest,
  ReadOnlyDatabase,
  RolePolicy,
} from "../../gates/read-only-query/read-only-database.js";
import { hideParameters } from "../hide-parameters.js";
import { limitIncomingBytes } from "./incoming-bytes.js";
import { askTogether, type PostgresClient } from "./postgres-client.js";
import { connect } from "./postgres-connect.js";
import { endTransaction, type TransactionIdentity } from "./end-transaction.js";
import { explainPostgresError, PerhapsRunning } from "./postgres-fault.js";
import { parsePostgresOptions, type ParsedPostgresOptions, type PostgresOptions } from "./postgres-options.js";
import { checkCatalogue } from "./catalogue/catalogue-check.js";
import { assertReadAlike, beginReadOnly, readRows, useSearchPath, type ReadOnlySession } from "./postgres-session.js";
import { readingStatement, type ReadingStatement } from "./reading-statement.js";
import { waysToWrite } from "./role-check.js";
import { assertUnchanged, inspectSession, SessionAnomaly } from "./session-state.js";
import { RefusedStatement } from "./statement-nodes.js";
import { watchQuery, type QueryCut } from "../query-cut.js";
import { queryFault, tooManyBytes, tooManyRows } from "../query-fault.js";

/** How long the server's own timeout may take to be heard of. Milliseconds. */
const graceMs = 2_000;

/**
 * Asks PostgreSQL (14 or newer), through the package `pg` of your project.
 *
 * A statement is parsed before there is a connection, and refused where it holds anything but what reads. Each query has a connection
 * and a read-only transaction of its own, in which every function and relation that its names could reach is checked in the server's
 * catalogue first; it is rolled back and closed. A statement that does not end is ended by the server's timeout, and after that by a
 * second connection, where that proves to have reached the same server and transaction. What it guarantees, and what it cannot, is in docs/read-only-query.md.
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
  const parsed = parsePostgresOptions(options);
  const { name, description, secrets } = parsed;
  return {
    name,
    description,
    async query(request) {
      const statement = await readingStatement(name, request.text);
      try {
        request.signal.throwIfAborted();
        return await ask(parsed, statement, request);
      } catch (error) {
        if (request.signal.aborted) throw request.signal.reason;
        throw explainPostgresError(error, name, hideParameters(request.params, secrets));
      }
    },
  };
}

async function ask(
  { client: config, name, allowed }: ParsedPostgresOptions,
  statement: ReadingStatement,
  request: QueryRequest,
): Promise<QueryAnswer> {
  const { signal, timeoutMs, maxBytes } = request;
  let client: PostgresClient | undefined;
  let identity: TransactionIdentity | undefined;
  // A server that is slow to let one in may be faster the next time; a statement that is slow is not.
  const late = () =>
    queryFault(name, `no answer within ${timeoutMs} ms`, { isRetryable: identity === undefined, fault: "limit" });
  const cut = watchQuery({ signal, afterMs: timeoutMs + graceMs, late });
  const converse = async (): Promise<QueryAnswer> => {
    const session = await connect(config, cut, (opened) => (client = opened), name);
    const { connection, hasEnded } = session;
    try {
      const beginAnswer = limitIncomingBytes(connection, name, maxBytes, cut);
      const begun = await beginReadOnly(connection, timeoutMs);
      identity = begun.identity;
      assertReadAlike(request.text, begun.encoding);
      const [notes, warnings] = await askTogether(connection, [
        () => checkCatalogue(connection, statement.names, begun.schemas, allowed),
        () => roleWarnings(connection, begun, request.role),
      ]);
      const [, before] = await askTogether(connection, [
        () => useSearchPath(connection, begun),
        () => inspectSession(connection),
      ]);
      beginAnswer();
      // The look at what it left follows the statement without a pause, and fails with it.
      const [answer, after] = await askTogether(connection, [
        () => readAtMost(connection, name, request, cut),
        () => inspectSession(connection),
      ]);
      if (hasEnded()) throw new SessionAnomaly("the statement left the read-only transaction");
      assertUnchanged(before, after);
      return { ...answer, warnings: [...warnings, ...notes] };
    } finally {
      // A session that was cut is destroyed below.
      if (!cut.hasHappened()) await session.close();
    }
  };
  try {
    return await Promise.race([converse(), cut.happens]);
  } catch (error) {
    if (!cut.hasHappened()) throw error;
    client?.connection.stream.destroy();
    const hasEnded = identity === undefined || (await endTransaction(config, identity));
    throw hasEnded ? error : new PerhapsRunning(timeoutMs, { cause: error });
  } finally {
    cut.cancel();
  }
}

async function roleWarnings(
  client: PostgresClient,
  session: ReadOnlySession,
  policy: RolePolicy,
): Promise<readonly string[]> {
  const ways = await waysToWrite(client, session);
  if (ways.length === 0) return [];
  const said = `the role could write, were it not for this session: it ${ways.join(", ")}`;
  if (policy === "require-read-only") throw new RefusedStatement(`${said}; give the gate a role that may only SELECT`);
  return [said];
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
  // What comes after that is another answer, though it may come in the same breath.
  client.connection.on("readyForQuery", () => client.connection.off("dataRow", count));
  const answer = await readRows(client, request);
  if (Buffer.byteLength(JSON.stringify(answer.rows)) > maxBytes) throw tooManyBytes(name, maxBytes);
  return answer;
}
