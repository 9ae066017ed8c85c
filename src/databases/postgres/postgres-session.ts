import type { JsonObject } from "../../gate/json.js";
import type { QueryRequest } from "../../gates/read-only-query/read-only-database.js";
import { exactTypes } from "./postgres-value.js";
import type { PostgresClient, PostgresResult } from "./postgres-client.js";

/** Says that the session is not what it must be; nothing that it answers counts. */
export class SessionAnomaly extends Error {}

/**
 * Opens a read-only transaction whose limits the server enforces, and reads back that it is one.
 *
 * The settings are local to the transaction. Reading takes its snapshot, after which it cannot be made writable. Returns the
 * id of the server's process.
 */
export async function beginReadOnly(client: PostgresClient, timeoutMs: number): Promise<number> {
  await client.query({ text: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" });
  const limit = `${Math.ceil(timeoutMs)}ms`;
  const settings = {
    statement_timeout: limit,
    lock_timeout: limit,
    idle_in_transaction_session_timeout: `${Math.ceil(timeoutMs) + 5_000}ms`,
    TimeZone: "UTC",
    DateStyle: "ISO, YMD",
    IntervalStyle: "iso_8601",
    bytea_output: "hex",
    extra_float_digits: "1",
    standard_conforming_strings: "on",
  };
  const names = Object.entries(settings).flat();
  const calls = Object.keys(settings).map(
    (_, index) => `pg_catalog.set_config($${index * 2 + 1}, $${index * 2 + 2}, true)`,
  );
  await client.query({ text: `SELECT ${calls.join(", ")}`, values: names });
  const { isReadOnly, process } = await inspect(client);
  if (!isReadOnly) throw new SessionAnomaly("the server did not make the transaction read-only");
  return process;
}

/** Runs the statement, alone, and returns its rows. */
export async function readRows(client: PostgresClient, { text, params }: QueryRequest): Promise<readonly JsonObject[]> {
  const result = await client.query({
    text,
    values: params,
    queryMode: "extended",
    rowMode: "array",
    types: exactTypes,
  });
  if (result.command !== "SELECT") throw new SessionAnomaly(`the statement was a ${result.command}, not a SELECT`);
  return rowsOf(result);
}

/** Proves after the statement that the transaction is still the read-only one, and has written nothing. */
export async function assertUnchanged(client: PostgresClient): Promise<void> {
  const { isReadOnly, hasWritten } = await inspect(client);
  if (!isReadOnly || hasWritten) throw new SessionAnomaly("the statement left the read-only transaction");
}

// By their full names: the statement may have changed what the short ones mean.
const inspection = `SELECT pg_catalog.current_setting('transaction_read_only'), pg_catalog.pg_backend_pid()::text,
  pg_catalog.pg_current_xact_id_if_assigned()::text`;

async function inspect(client: PostgresClient) {
  const { rows } = await client.query({ text: inspection, rowMode: "array" });
  const [readOnly, process, transaction] = rows[0] ?? [];
  return { isReadOnly: readOnly === "on", process: Number(process), hasWritten: transaction !== null };
}

function rowsOf({ fields, rows }: PostgresResult): readonly JsonObject[] {
  const names = fields.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new SessionAnomaly(`two columns have the name "${twice}"; give one of them another`);
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]])) as JsonObject);
}
