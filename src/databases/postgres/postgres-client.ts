import { importPackage } from "../find-package.js";
import { parsePostgresArray } from "./postgres-array.js";
import { exactTypes } from "./postgres-value.js";

/** The part of `pg` that is used. Declared here, so that no type of an optional peer shows in ours. */
export interface PostgresClient {
  readonly connection: PostgresWire;
  /** Whether it sends a query while another is under way, as `pg` does since 8.23 where it is told to. */
  readonly pipeline?: boolean;
  /** Set where a query holds one statement, and no more. */
  readonly takesOneStatement?: true;
  connect(): Promise<unknown>;
  end(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): unknown;
  query(config: PostgresQuery): Promise<PostgresResult>;
}

/** A client's connection. It tells of each row that comes in, and of the state of the transaction after each statement. */
export interface PostgresWire {
  readonly stream: NodeJS.ReadableStream & { destroy(): unknown; cork?(): void; uncork?(): void };
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

/** A column of a result. A domain's type is the one that it is made of. */
export interface PostgresField {
  readonly name: string;
  readonly dataTypeID: number;
}

/** A result as `pg` gives it. */
export interface PostgresResult {
  readonly command: string;
  readonly fields: readonly PostgresField[];
  readonly rows: readonly (readonly unknown[])[];
}

/**
 * Asks several statements at once, none of which has parameters, and returns the rows of each.
 *
 * Where the client can, they are one message. Nothing is done after the first that fails.
 */
export async function askAll(
  client: PostgresClient,
  texts: readonly string[],
): Promise<readonly (readonly Readonly<Record<string, unknown>>[])[]> {
  if (client.takesOneStatement) return askEach(client, texts);
  const results: unknown = await client.query({ text: texts.join(";\n") });
  return (results as readonly { readonly rows: readonly Readonly<Record<string, unknown>>[] }[]).map(
    ({ rows }) => rows,
  );
}

async function askEach(
  client: PostgresClient,
  texts: readonly string[],
): Promise<readonly (readonly Readonly<Record<string, unknown>>[])[]> {
  const all: (readonly Readonly<Record<string, unknown>>[])[] = [];
  for (const text of texts) {
    const { rows } = await client.query({ text });
    all.push(rows as readonly unknown[] as readonly Readonly<Record<string, unknown>>[]);
  }
  return all;
}

/**
 * Asks all of them while the server works on the first, where the client can; else one after the other. Where several fail, the first of
 * them counts: the others may have failed for that.
 */
export async function askTogether<const Asks extends readonly (() => Promise<unknown>)[]>(
  client: PostgresClient,
  asks: Asks,
): Promise<{ readonly [Each in keyof Asks]: Awaited<ReturnType<Asks[Each]>> }> {
  const answers: unknown[] = [];
  const underWay = client.pipeline === true ? askNow(client, asks) : [];
  for (const answer of underWay) answer.catch(() => {});
  for (const [index, ask] of asks.entries()) answers.push(await (underWay[index] ?? ask()));
  return answers as { readonly [Each in keyof Asks]: Awaited<ReturnType<Asks[Each]>> };
}

/** Begins to ask all of them, and sends what they begin with as one piece. */
function askNow(
  { connection: { stream } }: PostgresClient,
  asks: readonly (() => Promise<unknown>)[],
): readonly Promise<unknown>[] {
  stream.cork?.();
  try {
    return asks.map((ask) => ask());
  } finally {
    stream.uncork?.();
  }
}

const oids = 1_028;

/** How what we ask ourselves is read. The server's own vectors begin at 0, and say so before they are lists: `[0:1]={23,25}`. */
const ownTypes: NonNullable<PostgresQuery["types"]> = {
  getTypeParser: (oid) =>
    oid === oids
      ? (text) => parsePostgresArray(text.replace(/^\[\d+:\d+\]=/, ""), Number)
      : exactTypes.getTypeParser(oid),
};

/** How a client is made. */
export type PostgresClientConfig = Readonly<Record<string, unknown>>;

const load = () =>
  import("pg").catch((cause: unknown) => {
    throw new Error("the package `pg` is not installed; add it to your project: npm install pg", { cause });
  });

/** Makes clients. Loads `pg` when the first query, of this source, needs it. */
export async function postgresClient(config: PostgresClientConfig, source = "postgres"): Promise<PostgresClient> {
  const { default: pg } = await importPackage(source, "pg", load);
  // What an application has set for all clients of its own (`pg.types`, `pg.defaults.binary`) would be read as something else here.
  const client = new pg.Client({ ...config, types: ownTypes });
  return Object.assign(client, { binary: false });
}
