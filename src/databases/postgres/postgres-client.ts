/** The part of `pg` that is used. Declared here, so that no type of an optional peer shows in ours. */
export interface PostgresClient {
  readonly connection: PostgresWire;
  connect(): Promise<unknown>;
  end(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): unknown;
  query(config: PostgresQuery): Promise<PostgresResult>;
}

/** A client's connection. It tells of each row that comes in, and of the state of the transaction after each statement. */
export interface PostgresWire {
  readonly stream: NodeJS.ReadableStream & { destroy(): unknown };
  on(event: "dataRow", listener: () => void): unknown;
  on(event: "readyForQuery", listener: (message: { readonly status: string }) => void): unknown;
  off(event: "dataRow", listener: () => void): unknown;
}

/** A query as `pg` takes it. */
export interface PostgresQuery {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** Asks by the extended protocol, which takes exactly one statement. */
  readonly queryMode?: "extended";
  readonly rowMode?: "array";
  readonly types?: { getTypeParser(oid: number): (text: string) => unknown };
}

/** A result as `pg` gives it. */
export interface PostgresResult {
  readonly command: string;
  readonly fields: readonly { readonly name: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

/** How a client is made. */
export type PostgresClientConfig = Readonly<Record<string, unknown>>;

/** Makes clients. Loads `pg` when the first query needs it. */
export async function postgresClient(config: PostgresClientConfig): Promise<PostgresClient> {
  const { default: pg } = await import("pg").catch((cause: unknown) => {
    throw new Error("the package `pg` is not installed; add it to your project: npm install pg", { cause });
  });
  return new pg.Client(config);
}
