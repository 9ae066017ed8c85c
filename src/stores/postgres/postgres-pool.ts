/** What a PostgreSQL store needs of a `Pool` of `pg`, version 8. */
export interface PostgresPool {
  query(text: string, values?: unknown[]): Promise<PostgresRows>;
  connect(): Promise<PostgresListener>;
  on?(event: "error", listener: (error: Error) => void): unknown;
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

/** Whether a value can be a pool. */
export function isPool(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return ["query", "connect"].every((method) => typeof (value as Record<string, unknown>)[method] === "function");
}

/** As many as a pool says that it makes; one that does not say makes enough. */
export function mostConnections(pool: PostgresPool): number {
  const { options } = pool as { readonly options?: { readonly max?: unknown } };
  return typeof options?.max === "number" ? options.max : Infinity;
}

const survived = new WeakSet<PostgresPool>();

/** Keeps a process alive whose pool says that an idle connection was lost, which nobody need hear: the next query makes another one. */
export function surviveIdleErrors(pool: PostgresPool): void {
  if (survived.has(pool)) return;
  survived.add(pool);
  pool.on?.("error", () => {});
}
