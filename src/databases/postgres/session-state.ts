import { heldSettings } from "./session-limits.js";
import type { PostgresClient } from "./postgres-client.js";

/** Says that the session is not what it must be; nothing that it answers counts. */
export class SessionAnomaly extends Error {}

/** What a statement that reads leaves as it was, by its name. */
export type SessionState = ReadonlyMap<string, string | null>;

/** What must be so whatever the session was before. */
const required: Readonly<Record<string, string | null>> = {
  transaction_read_only: "on",
  transaction_isolation: "read committed",
  standard_conforming_strings: "on",
  client_encoding: "UTF8",
  // Where pages are damaged, the rows on them would be missing without a word.
  zero_damaged_pages: "off",
  ignore_checksum_failure: "off",
  "transaction id": null,
  locks: "0",
};

// A look at a sequence's last value takes the lock that a nextval() does, which keeps none out. By their full names, though pg_catalog
// comes first on the search path: nothing of the database stands in for a part of it. And by the functions behind the server's views, as
// a new session takes longer to expand those than to look.
const inspection = `SELECT
  pg_catalog.current_setting('transaction_read_only') AS transaction_read_only,
  pg_catalog.current_setting('transaction_isolation') AS transaction_isolation,
  pg_catalog.current_setting('standard_conforming_strings') AS standard_conforming_strings,
  pg_catalog.current_setting('client_encoding') AS client_encoding,
  pg_catalog.current_setting('zero_damaged_pages') AS zero_damaged_pages,
  pg_catalog.current_setting('ignore_checksum_failure') AS ignore_checksum_failure,
  pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.text AS "transaction id",
  (SELECT pg_catalog.count(*) FROM pg_catalog.pg_lock_status() AS l WHERE pid = pg_catalog.pg_backend_pid()
    AND (locktype = 'advisory' OR locktype <> 'virtualxid' AND mode <> 'AccessShareLock')
    AND (mode <> 'RowExclusiveLock' OR 'S' IS DISTINCT FROM
      (SELECT relkind FROM pg_catalog.pg_class c WHERE c.oid = relation)))::pg_catalog.text AS locks,
  pg_catalog.pg_backend_pid()::pg_catalog.text AS process,
  pg_catalog.concat(CURRENT_USER, ' ', SESSION_USER) AS role,
  pg_catalog.concat_ws(';', ${heldSettings.map((name) => `pg_catalog.current_setting('${name}', true)`).join(", ")}) AS settings,
  (SELECT pg_catalog.count(*) FROM pg_catalog.pg_prepared_statement())::pg_catalog.text AS "prepared statements",
  (SELECT pg_catalog.count(*) FROM pg_catalog.pg_cursor())::pg_catalog.text AS cursors,
  (SELECT pg_catalog.count(*) FROM pg_catalog.pg_listening_channels())::pg_catalog.text AS channels,
  pg_catalog.pg_my_temp_schema()::pg_catalog.text AS "temporary objects"`;

/** Reads the state of a session whose transaction must be the read-only one. Throws a `SessionAnomaly` where it is not. */
export async function inspectSession(client: PostgresClient): Promise<SessionState> {
  const { fields, rows } = await client.query({ text: inspection, rowMode: "array" });
  const values = rows[0] ?? [];
  const state = new Map(fields.map(({ name }, index) => [name, values[index] as string | null]));
  for (const [name, value] of Object.entries(required)) {
    if (state.get(name) !== value)
      throw new SessionAnomaly(`${name} of its session is ${state.get(name) ?? "unknown"}`);
  }
  return state;
}

/** Proves that a statement left its session as it was. Throws a `SessionAnomaly` that names what it did not. */
export function assertUnchanged(before: SessionState, after: SessionState): void {
  for (const [name, value] of before) {
    if (after.get(name) !== value) throw new SessionAnomaly(`the statement changed its session: ${name}`);
  }
}
