import { EventEmitter } from "node:events";
import { tooManyBytes, tooManyRows } from "../query-fault.js";
import type { PostgresClient, PostgresQuery, PostgresResult } from "../postgres/postgres-client.js";
import { exactTypes } from "../postgres/postgres-value.js";
import type { QueryProcess } from "../query-process/query-process.js";
import { postgresText } from "./postgres-text.js";

/** What the process that holds the copy is asked. */
export interface PgliteQuestion {
  readonly text: string;
  /** As PostgreSQL reads them. */
  readonly values: readonly (string | null)[];
  /** How many rows at most; 0 for all. */
  readonly maxRows: number;
  readonly maxBytes: number;
}

/** What it replies: rows as PostgreSQL writes them. */
export type PgliteReply =
  | {
      readonly fields: readonly { readonly name: string; readonly type: number }[];
      readonly rows: readonly (readonly (string | null)[])[];
      readonly command: string;
      /** The state of the transaction. */
      readonly status: string;
    }
  | { readonly fault: "bytes" }
  | { readonly error: PgliteError };

/** What PostgreSQL says of an error. */
export interface PgliteError {
  readonly message: string;
  readonly code: string;
  /** Where in the statement. */
  readonly position?: string | undefined;
  /** In what, if not in the statement. */
  readonly where?: string | undefined;
}

/** What the catalogue may say of one statement: definitions of views are long. Bytes. */
export const maxCatalogueBytes = 33_554_432;
/** What comes with an answer, beside its values, which are longer as text than as what they stand for. Bytes. */
const frameBytes = 65_536;

/** Says that the process has ended before it replied. How it ended says why. */
export class ProcessEnded extends Error {}

/** What is asked of the process, beside the statements. */
export interface PgliteClientOptions {
  readonly source: string;
  readonly maxRows: number;
  readonly maxBytes: number;
}

/**
 * A client for the copy that a process holds, as the checks of `postgres` use one.
 *
 * A statement that is asked by the extended protocol, which is that of the user, gives one row more than it may, and no further one.
 */
export function pgliteClient(
  process: QueryProcess,
  replies: AsyncIterator<unknown>,
  { source, maxRows, maxBytes }: PgliteClientOptions,
): PostgresClient {
  const events = new EventEmitter();
  const next = async () => {
    const { value, done } = await replies.next();
    if (done === true) throw new ProcessEnded();
    const reply = value as PgliteReply;
    if ("fault" in reply) throw tooManyBytes(source, maxBytes);
    if ("error" in reply) throw Object.assign(new Error(reply.error.message), reply.error);
    return reply;
  };
  return {
    takesOneStatement: true,
    connection: Object.assign(events, { stream: process.output }),
    connect: next,
    end: async () => process.kill(),
    on: (event, listener) => events.on(event, listener),
    async query(query) {
      const isUsers = query.queryMode === "extended";
      const values = (query.values ?? []).map(postgresText);
      const limits = isUsers
        ? { maxRows: maxRows + 1, maxBytes: 2 * maxBytes + frameBytes }
        : { maxRows: 0, maxBytes: maxCatalogueBytes };
      process.write({ text: query.text, values, ...limits } satisfies PgliteQuestion);
      const reply = await next();
      if (isUsers && reply.rows.length > maxRows) throw tooManyRows(source, maxRows);
      events.emit("readyForQuery", { status: reply.status });
      return resultOf(query, reply);
    },
  };
}

/** Where an array begins does not matter to the checks, as it does not to `pg`: lists of arguments begin at 0. */
const catalogueTypes: NonNullable<PostgresQuery["types"]> = {
  getTypeParser: (type) => {
    const read = exactTypes.getTypeParser(type);
    return (text) => read(text.replace(/^\[\d+:\d+\]=(?=\{)/, ""));
  },
};

function resultOf(
  { rowMode, types = catalogueTypes }: PostgresQuery,
  { fields, rows, command }: Extract<PgliteReply, { readonly rows: unknown }>,
): PostgresResult {
  const readers = fields.map(({ type }) => types.getTypeParser(type));
  const values = rows.map((row) => row.map((text, index) => (text === null ? null : readers[index]?.(text))));
  const shaped =
    rowMode === "array"
      ? values
      : values.map((row) => Object.fromEntries(fields.map(({ name }, index) => [name, row[index]])));
  const [word = ""] = command.split(" ");
  const typed = fields.map(({ name, type }) => ({ name, dataTypeID: type }));
  return { command: word, fields: typed, rows: shaped as readonly (readonly unknown[])[] };
}
