/** What a PostgreSQL store needs of a `Pool` of `pg`, version 8. */
export interface PostgresPool {
  query(text: string, values?: unknown[]): Promise<PostgresRows>;
  connect(): Promise<PostgresListener>;
}

/** What it needs of a client of that pool, to be told of new lines. */
export interface PostgresListener {
  query(text: string): Promise<unknown>;
  on(event: "notification", listener: (message: { readonly payload?: string | undefined }) => void): unknown;
  on(event: "error" | "end", listener: () => void): unknown;
  /** `true` closes the connection for good. */
  release(destroy?: boolean): void;
}

interface PostgresRows {
  readonly rows: readonly Record<string, unknown>[];
}
