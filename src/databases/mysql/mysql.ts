import type { QueryAnswer, QueryRequest, ReadOnlyDatabase } from "../../gates/read-only-query/read-only-database.js";
import { hideParameters } from "../hide-parameters.js";
import { watchQuery, type QueryCut } from "../query-cut.js";
import { queryFault, tooManyBytes } from "../query-fault.js";
import { endThread } from "./end-thread.js";
import { readsShapes } from "./forged-shapes.js";
import { assertNoLongParameter } from "./long-searches.js";
import { breakOff, connected, ended, mysqlClient, runText, type MysqlClient } from "./mysql-client.js";
import { explainMysqlError, MayRunOn } from "./mysql-fault.js";
import { parseMysqlOptions, type MysqlOptions, type ParsedMysqlOptions } from "./mysql-options.js";
import { assertReadable } from "./mysql-relations.js";
import { writingGrants } from "./mysql-role.js";
import { readRows } from "./mysql-rows.js";
import { assertUnchanged, beginReadOnly, type MysqlSession } from "./mysql-session.js";
import { forgetWarnings, readWarnings } from "./mysql-warnings.js";
import { readStatement, type Named } from "./sql/read-statement.js";
import { StatementRefusal } from "./sql/statement-refusal.js";

/** How long the server's own timeout may take to be heard of. Milliseconds. */
const graceMs = 2_000;

/**
 * Asks MySQL (8 and later) or MariaDB (10.11 and later), through the package `mysql2` of your project.
 *
 * A statement is run only if each of its words, functions and tables is known to do nothing but read. Each has a connection and a
 * read-only transaction of its own, which is rolled back and closed. One that does not end is ended by the server's timeout, and
 * after that by a second connection.
 *
 * @example
 * ```ts
 * import { readOnlyQuery } from "release-gates";
 * import { mysql } from "release-gates/databases";
 *
 * const orders = mysql({ connection: "mysql://gates@db.internal/orders" });
 *
 * export const loaded = readOnlyQuery("orders loaded", {
 *   database: orders,
 *   query: "SELECT COUNT(*) FROM orders WHERE DATE(placed_at) = ?",
 *   params: ["2026-11-22"],
 *   expect: { scalar: { atLeast: 1000 } },
 * });
 * ```
 */
export function mysql(options: MysqlOptions): ReadOnlyDatabase {
  const parsed = parseMysqlOptions(options);
  const { name, description, secrets, rules } = parsed;
  return {
    name,
    description,
    async query(request) {
      const hide = hideParameters(request.params, secrets);
      try {
        const statement = readStatement(request.text, rules.allowFunctions);
        assertParameters(statement, request);
        request.signal.throwIfAborted();
        return await ask(parsed, statement, request);
      } catch (error) {
        if (request.signal.aborted) throw request.signal.reason;
        throw explainMysqlError(error, name, hide);
      }
    },
  };
}

function assertParameters(statement: Named, { params }: QueryRequest): void {
  if (statement.parameters !== params.length) {
    throw new StatementRefusal(`the statement has ${statement.parameters} parameters, and ${params.length} were given`);
  }
  assertNoLongParameter(statement, params);
  // The server would read them as a shape. A text of the statement itself has none.
  if (readsShapes(statement) && params.some((value) => typeof value === "string" && /\p{Cc}/u.test(value))) {
    throw new StatementRefusal("a parameter with a control character beside functions of geometry is refused");
  }
}

async function ask(options: ParsedMysqlOptions, statement: Named, request: QueryRequest): Promise<QueryAnswer> {
  const { client: config, name } = options;
  const { signal, timeoutMs, maxBytes } = request;
  const client = await mysqlClient(config, name);
  let session: MysqlSession | undefined;
  // A server that is slow to let one in may be faster the next time; a statement that is slow is not.
  const late = () =>
    queryFault(name, `no answer within ${timeoutMs} ms`, { isRetryable: session === undefined, fault: "limit" });
  const cut = watchQuery({ signal, afterMs: timeoutMs + graceMs, late });
  // `mysql2` tells of a lost connection by an event that must have a listener.
  client.on("error", (error) => cut.now(error));
  const converse = async () => {
    await connected(client);
    watchSize(client, maxBytes, () => cut.now(tooManyBytes(name, maxBytes)));
    session = await beginReadOnly(client, timeoutMs);
    return answer(client, session, options, statement, request, cut);
  };
  try {
    return await Promise.race([converse(), cut.happens]);
  } catch (error) {
    if (session && cut.hasHappened()) await endStatement(client, options, session, { error, timeoutMs });
    throw error;
  } finally {
    if (!cut.hasHappened()) await Promise.race([takeLeave(client, session), cut.happens]).catch(() => undefined);
    breakOff(client);
    cut.cancel();
  }
}

/** Looks at what may be read, and as whom; then runs the statement, and looks at what it left. */
async function answer(
  client: MysqlClient,
  session: MysqlSession,
  { name, rules }: ParsedMysqlOptions,
  statement: Named,
  request: QueryRequest,
  cut: QueryCut,
): Promise<QueryAnswer> {
  const grants = await writingGrants(client, rules.allowFunctions);
  if (grants.length > 0 && request.role === "require-read-only") throw new StatementRefusal(mayWrite(grants));
  await assertReadable(statement, { client, flavour: session.flavour, rules });
  await forgetWarnings(client);
  const answered = await readRows(client, name, request, cut);
  const warnings = await readWarnings(client);
  await assertUnchanged(client, session);
  return { ...answered, warnings: grants.length > 0 ? [`${mayWrite(grants)}.`, ...warnings] : warnings };
}

function mayWrite(grants: readonly string[]): string {
  const shown = grants.slice(0, 5).join(", ");
  return `The database user may do more than read: ${grants.length > 5 ? `${shown} and more` : shown}`;
}

async function takeLeave(client: MysqlClient, session: MysqlSession | undefined): Promise<void> {
  // The server rolls back by itself when a session ends; said aloud, a proxy between knows it, too.
  if (session) await runText(client, "ROLLBACK");
  await ended(client);
}

/** Ends a statement that was cut. Throws where it lives on, or may. */
async function endStatement(
  client: MysqlClient,
  { client: config, name }: ParsedMysqlOptions,
  session: MysqlSession,
  { error, timeoutMs }: { readonly error: unknown; readonly timeoutMs: number },
): Promise<void> {
  // It stays open, to prove which session it is; what it still brings is not wanted.
  client.stream.pause();
  const end = await endThread(config, name, session);
  if (end === "not proven") {
    const limit = session.flavour === "MariaDB" ? "max_statement_time" : "max_execution_time";
    throw new MayRunOn(error, `${limit} (${timeoutMs} ms)`);
  }
  if (end === "ended") return;
  const why = `the statement was cut, and thread ${session.thread} of the server did not end with it`;
  throw queryFault(name, why, { isRetryable: false, fault: "anomaly" });
}

/** Counts what comes in, so that one huge value never fills the memory. */
function watchSize(client: MysqlClient, maxBytes: number, onTooMuch: () => void): void {
  // Beyond the answer: the frames of opening and proving the session.
  let rest = maxBytes + 65_536;
  client.stream.on("data", (chunk: Buffer) => {
    rest -= chunk.length;
    if (rest < 0) onTooMuch();
  });
}
