import type { JsonObject } from "../../gate/json.js";
import type { QueryAnswer, QueryRequest } from "../../gates/read-only-query/read-only-database.js";
import { askAll, type PostgresClient, type PostgresResult } from "./postgres-client.js";
import { exactTypes, kindOfType } from "./postgres-value.js";
import { ownIdentity, type TransactionIdentity } from "./end-transaction.js";
import { ownRoles, type OwnRole } from "./role-check.js";
import { bulkPlans, limitsOf, type BulkPlan } from "./session-limits.js";
import { SessionAnomaly } from "./session-state.js";
import { RefusedStatement } from "./statement-nodes.js";

/** A session inside its read-only transaction. */
export interface ReadOnlySession {
  readonly identity: TransactionIdentity;
  /** The number of the server's version: 180004 for 18.4. */
  readonly version: number;
  /** How the server writes texts, by its name for that. */
  readonly encoding: string;
  /** The schemas that a name without one is looked up in: `pg_catalog`, then those of the role. */
  readonly schemas: readonly string[];
  /** How the role's own statements are planned: `on` or `off`, by the name of each way. */
  readonly planning: Readonly<Record<BulkPlan, string>>;
  /** The role, and those that it may become. */
  readonly roles: readonly OwnRole[];
}

/** The oldest server whose catalogue tells all that is asked of it. */
const oldest = 14;

// The statement's own snapshot, taken when it has the locks of its tables: to one that is older, a table that was rewritten, emptied or
// replaced meanwhile is an empty one.
const begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY";

// Where a search path begins with pg_temp, the server makes that schema as soon as it is asked for the path. Written without a backslash,
// which this session may still take for an escape.
const withoutTemporary = `SELECT pg_catalog.set_config('search_path', pg_catalog.regexp_replace(
  pg_catalog.current_setting('search_path'), '(?<![a-z0-9_$"])"?pg_temp"?(?![a-z0-9_$"])', 'pg_catalog', 'gi'), true)`;

const opening = `SELECT ${ownIdentity}, pg_catalog.current_setting('server_version_num') AS version,
  pg_catalog.current_setting('server_encoding') AS encoding,
  pg_catalog.to_json(pg_catalog.current_schemas(true))::pg_catalog.text AS schemas,
  ${bulkPlans.map((name) => `pg_catalog.current_setting('${name}') AS ${name}`).join(", ")},
  pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true)`;

interface Opening extends TransactionIdentity, Readonly<Record<BulkPlan, string>> {
  readonly version: string;
  readonly encoding: string;
  readonly schemas: string;
}

/**
 * Opens a read-only transaction whose limits the server enforces.
 *
 * The settings are local to the transaction. The search path is `pg_catalog` alone until `useSearchPath`: until then, nothing of the
 * database stands in for a part of our own statements. They are one message: where one of them fails, what follows is not done.
 */
export async function beginReadOnly(client: PostgresClient, timeoutMs: number): Promise<ReadOnlySession> {
  const statements = [begin, withoutTemporary, opening, limitsOf(timeoutMs), ownRoles];
  const [, , openings, , roles] = await askAll(client, statements);
  const [opened] = openings as readonly unknown[] as readonly Opening[];
  if (!(Number(opened?.version) >= oldest * 10_000) || opened === undefined) {
    throw new RefusedStatement(`a server older than PostgreSQL ${oldest}, or one that is none, is not asked`);
  }
  const others = (JSON.parse(opened.schemas) as readonly string[]).filter(
    (schema) => !/^pg_(?:catalog$|temp)/.test(schema),
  );
  const { process, serverStart, transactionStart } = opened;
  return {
    identity: { process, serverStart, transactionStart },
    version: Number(opened.version),
    encoding: opened.encoding,
    schemas: ["pg_catalog", ...others],
    planning: opened,
    roles: roles as readonly unknown[] as readonly OwnRole[],
  };
}

/**
 * The parser reads names as a server of UTF8 does. One of another encoding may write other letters small, and cut names elsewhere: there,
 * a statement is plain ASCII. Throws a `RefusedStatement`.
 */
export function assertReadAlike(text: string, encoding: string): void {
  // oxlint-disable-next-line no-control-regex
  if (encoding === "UTF8" || /^[\x00-\x7f]*$/.test(text)) return;
  throw new RefusedStatement(
    `the database is of encoding ${encoding}, where only plain ASCII is read as the server reads it`,
  );
}

/** Makes names mean what the role's own search path says, but for those of `pg_catalog`, which come first, and plans as ever. */
export async function useSearchPath(client: PostgresClient, { schemas, planning }: ReadOnlySession): Promise<void> {
  const path = [...schemas, "pg_temp"].map((schema) => `"${schema.replaceAll('"', '""')}"`).join(", ");
  const plans = bulkPlans.map((name, index) => `set_config('${name}', $${index + 2}, true)`);
  await client.query({
    text: `SELECT set_config('search_path', $1, true), ${plans.join(", ")}`,
    values: [path, ...bulkPlans.map((name) => planning[name])],
  });
}

const readingCommands = new Set(["SELECT", "EXPLAIN"]);

/** Runs the statement, alone, and returns its rows and their columns. */
export async function readRows(
  client: PostgresClient,
  { text, params }: QueryRequest,
): Promise<Pick<Required<QueryAnswer>, "rows" | "columns">> {
  const result = await client.query({
    text,
    values: params,
    queryMode: "extended",
    rowMode: "array",
    types: exactTypes,
  });
  if (!readingCommands.has(result.command)) throw new SessionAnomaly(`the statement was a ${result.command}`);
  return {
    rows: rowsOf(result),
    columns: result.fields.map(({ name, dataTypeID }) => ({ name, kind: kindOfType(dataTypeID) })),
  };
}

function rowsOf({ fields, rows }: PostgresResult): readonly JsonObject[] {
  const names = fields.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RefusedStatement(`two columns have the name "${twice}"; give one of them another`);
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]])) as JsonObject);
}
