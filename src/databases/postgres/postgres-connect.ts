import type { QueryCut } from "../query-cut.js";
import { postgresClient, type PostgresClient, type PostgresClientConfig } from "./postgres-client.js";

/** A connection that one query has to itself. */
export interface OpenedConnection {
  readonly connection: PostgresClient;
  /** Whether a transaction that was begun has been ended, or has failed, by the last statement. */
  readonly hasEnded: () => boolean;
  /** Rolls back, and closes. */
  readonly close: () => Promise<void>;
}

/** How a session begins read-only, before any statement of ours. */
const readOnlyOptions = "-c default_transaction_read_only=on";

/** The state of a pooler, or a server, that takes no options at the start. */
const optionsRefused = "08P01";

/**
 * Opens a connection whose transactions are read-only by default; where a pooler takes no such wish, one without it.
 *
 * `opened` is called with each client before it connects, so that it can be destroyed while it does.
 */
export async function connect(
  config: PostgresClientConfig,
  cut: QueryCut,
  opened: (client: PostgresClient) => void,
  source: string,
): Promise<OpenedConnection> {
  const attempt = async (wishes: PostgresClientConfig) => {
    const connection = await postgresClient({ pipeline: true, ...wishes, ...config }, source);
    let status = "I";
    let isClosing = false;
    // `pg` tells of a lost connection by an event that must have a listener. What the server said before it counts for more.
    connection.on("error", (error) => {
      if (!isClosing) cut.now(error);
    });
    connection.connection.on("readyForQuery", (message) => {
      status = message.status;
    });
    opened(connection);
    const close = async () => {
      isClosing = true;
      // The server rolls back by itself when a session ends; said aloud, a pooler between knows it, too.
      if (status !== "I") await connection.query({ text: "ROLLBACK" }).catch(() => undefined);
      await connection.end();
    };
    try {
      await connection.connect();
    } catch (error) {
      await close();
      throw error;
    }
    return { connection, hasEnded: () => status !== "T", close };
  };
  try {
    return await attempt({ options: readOnlyOptions });
  } catch (error) {
    const isRefused = error instanceof Error && "code" in error && error.code === optionsRefused;
    if (!isRefused || cut.hasHappened()) throw error;
    return attempt({});
  }
}
