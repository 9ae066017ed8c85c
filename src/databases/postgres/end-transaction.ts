import { postgresClient, type PostgresClientConfig } from "./postgres-client.js";

/** What one transaction of one server is known by. Instants are the server's own, in seconds since 1970, to the microsecond. */
export interface TransactionIdentity {
  /** The number of the server's process. Another server, or a later process, may have the same. */
  readonly process: number;
  /** When the server was started. */
  readonly serverStart: string;
  /** When the transaction began. */
  readonly transactionStart: string;
}

/** The columns of a `SELECT` that tell of the transaction which runs it. */
export const ownIdentity = `pg_catalog.pg_backend_pid() AS process,
  EXTRACT(epoch FROM pg_catalog.pg_postmaster_start_time())::pg_catalog.text AS "serverStart",
  EXTRACT(epoch FROM pg_catalog.transaction_timestamp())::pg_catalog.text AS "transactionStart"`;

/** How long the server waits for the process to end. */
const patienceMs = 2_000;

// One statement, so that nothing happens between the proof and the end; and by CASE, as only that is gone through in its order. A pooler
// gives a process to one client after the other: the same process in another transaction is somebody else's. Of a process of another
// role, and where activity is not tracked, the server does not say when its transaction began; then nothing is proven. By full names:
// whose schemas this connection looks into is not known.
const ending = `SELECT CASE WHEN "isSameServer" THEN NOT EXISTS (
    SELECT FROM pg_catalog.pg_stat_activity AS a WHERE CASE
      WHEN a.pid OPERATOR(pg_catalog.<>) $1::pg_catalog.int4 THEN false
      WHEN a.backend_start IS NULL OR a.state OPERATOR(pg_catalog.=) 'disabled'::pg_catalog.text THEN true
      WHEN EXTRACT(epoch FROM a.xact_start) OPERATOR(pg_catalog.=) $3::pg_catalog.numeric
        THEN NOT pg_catalog.pg_terminate_backend(a.pid, ${patienceMs})
      ELSE false
    END
  ) ELSE false END AS "hasEnded"
  FROM (SELECT EXTRACT(epoch FROM pg_catalog.pg_postmaster_start_time())
    OPERATOR(pg_catalog.=) $2::pg_catalog.numeric AS "isSameServer") AS s`;

/**
 * Ends a transaction that may still be running, as a closed socket does not, by ending its process from a second connection.
 *
 * The second connection may reach another server, by way of a balancer, or after a restart: nothing is ended that does not prove to be
 * this transaction. Returns whether it is proven to be over.
 */
export async function endTransaction(
  config: PostgresClientConfig,
  { process, serverStart, transactionStart }: TransactionIdentity,
): Promise<boolean> {
  const client = await postgresClient({ ...config, query_timeout: 2 * patienceMs });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query({
      text: ending,
      values: [process, serverStart, transactionStart],
      rowMode: "array",
    });
    return rows[0]?.[0] === true;
  } catch {
    return false;
  } finally {
    client.connection.stream.destroy();
  }
}
