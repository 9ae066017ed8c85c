import { importPackage } from "../find-package.js";

/** The part of `mysql2` that is used. Declared here, so that no type of an optional peer shows in ours. */
export interface MysqlClient {
  readonly stream: NodeJS.ReadableStream & { destroy(): unknown };
  connect(done: (error: unknown) => void): void;
  on(event: "error", listener: (error: Error) => void): unknown;
  /** Asks in the text protocol. Only for texts of our own. */
  query(options: MysqlQuery, done: (error: unknown, result: unknown) => void): unknown;
  /** Asks in the binary protocol: the server prepares the text, which must be exactly one statement. */
  execute(options: MysqlQuery): MysqlRows;
  end(done: () => void): void;
  destroy(): void;
}

/** A query as `mysql2` takes it. */
export interface MysqlQuery {
  readonly sql: string;
  readonly values?: readonly unknown[];
  readonly rowsAsArray: true;
  readonly typeCast: (field: MysqlRawValue, next: () => unknown) => unknown;
}

/** A value that is not read yet. */
export interface MysqlRawValue {
  readonly type: string;
  string(encoding?: string): string | null;
  buffer(): Buffer | null;
}

/** Tells of a statement's columns, and of each row as it comes in. */
export interface MysqlRows {
  on(event: "fields", listener: (fields: readonly MysqlField[] | undefined) => void): this;
  on(event: "result", listener: (row: unknown) => void): this;
  on(event: "error", listener: (error: Error) => void): this;
  on(event: "end", listener: () => void): this;
}

/** A column of an answer. */
export interface MysqlField {
  readonly name: string;
  readonly columnType: number;
  readonly characterSet: number;
  /** Bits that the protocol sets. */
  readonly flags: number;
  /** `json` where MariaDB keeps JSON as text. */
  readonly extendedFormat?: string;
}

/** How a client is made. */
export type MysqlClientConfig = Readonly<Record<string, unknown>>;

/** What the server said to a text of our own: rows of texts, or the state that it is in. */
export interface MysqlResult {
  readonly rows: readonly (readonly (string | null)[])[];
  /** The status flags of the protocol, where no rows were returned. */
  readonly status: number;
}

const load = () =>
  import("mysql2").catch((cause: unknown) => {
    throw new Error("the package `mysql2` is not installed; add it to your project: npm install mysql2", { cause });
  });

/** Makes a client, and connects it. Loads `mysql2` when the first query, of this source, needs it. */
export async function mysqlClient(config: MysqlClientConfig, source: string): Promise<MysqlClient> {
  const { default: mysql2 } = await importPackage(source, "mysql2", load);
  return mysql2.createConnection(config) as unknown as MysqlClient;
}

/** Waits until the server let the client in. */
export function connected(client: MysqlClient): Promise<void> {
  return new Promise((resolve, reject) => {
    client.connect((error) => (error ? reject(error) : resolve()));
  });
}

/** Takes leave of the server: a connection that only breaks off is counted and logged there. */
export function ended(client: MysqlClient): Promise<void> {
  return new Promise((resolve) => {
    client.end(resolve);
  });
}

/** Breaks the connection off. `mysql2` alone would read on what is on its way. */
export function breakOff(client: MysqlClient): void {
  client.destroy();
  client.stream.destroy();
}

/** Asks a text of our own, in the text protocol. */
export function runText(client: MysqlClient, sql: string): Promise<MysqlResult> {
  return new Promise((resolve, reject) => {
    client.query({ sql, rowsAsArray: true, typeCast: (field) => field.string() }, (error, result) => {
      if (error) reject(error);
      else if (Array.isArray(result)) resolve({ rows: result as MysqlResult["rows"], status: 0 });
      else resolve({ rows: [], status: (result as { serverStatus?: number }).serverStatus ?? 0 });
    });
  });
}

/** Writes a text as a literal, for a session in which backslashes escape. */
export function textLiteral(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

/** Writes a name in backticks. */
export function quotedName(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}
