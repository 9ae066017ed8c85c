import { access } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, resolve } from "node:path";
import * as z from "zod";
import { parseConfig } from "../../gate/gate-config.js";
import type { JsonObject } from "../../gate/json.js";
import type { QueryRequest, ReadOnlyDatabase } from "../../gates/read-only-query/read-only-database.js";
import { copyDatabase } from "./copy-database.js";
import { hideParameters } from "../hide-parameters.js";
import { queryFault, tooManyBytes, tooManyRows } from "../query-fault.js";
import { readingStatement } from "../reading-statement.js";
import { runSqliteChild } from "./run-sqlite-child.js";
import { assertParameters } from "./sqlite-parameters.js";

/** Where a SQLite database is. */
export interface SqliteOptions {
  /** The path of the database file, which must exist. */
  readonly file: string;
}

const schema = z.strictObject({
  file: z
    .string()
    .min(1)
    .refine((file) => !file.includes("\0"), { error: "expected a path" }),
});

/**
 * Asks a SQLite database file, through `node:sqlite` where Node has it, else through the package `node-sqlite3-wasm` of your
 * project.
 *
 * Each query runs in a process of its own that opens the database for reading alone and is killed at the deadline. It reads a
 * copy, so that no writer ever waits for it; but for a database with a write-ahead log that is in use, which `node:sqlite` reads
 * beside its writers.
 *
 * @example
 * ```ts
 * import { readOnlyQuery } from "release-gates";
 * import { sqlite } from "release-gates/databases";
 *
 * export const complete = readOnlyQuery("no order without a customer", {
 *   database: sqlite({ file: "/var/lib/orders/orders.db" }),
 *   query: "SELECT id FROM orders WHERE customer_id IS NULL",
 *   expect: { none: true },
 * });
 * ```
 */
export function sqlite(options: SqliteOptions): ReadOnlyDatabase {
  const file = resolve(parseConfig("sqlite", "", schema, options).file);
  const name = `sqlite ${basename(file)}`;
  return {
    name,
    description: { type: "sqlite", file },
    async query(request) {
      const text = readingStatement(name, request.text);
      assertParameters(name, text, request.params.length);
      await access(file).catch(() => {
        throw queryFault(name, "there is no such file, or it may not be read", { isRetryable: false });
      });
      const driver = hasNodeSqlite() ? null : driverPath(name);
      const isShared = driver === null && (await hasSharedLog(file));
      // A file has no roles: whoever opens it for reading alone has nothing to be warned of.
      return { rows: await (isShared ? ask : askCopy)(name, driver, file, { ...request, text }), warnings: [] };
    },
  };
}

/** Whether others have the database open in a way that lets them write while it is read. */
async function hasSharedLog(file: string): Promise<boolean> {
  const parts = await Promise.allSettled([access(`${file}-wal`), access(`${file}-shm`)]);
  return parts.every(({ status }) => status === "fulfilled");
}

async function askCopy(
  name: string,
  driver: string | null,
  file: string,
  request: QueryRequest,
): Promise<readonly JsonObject[]> {
  const copy = await copyDatabase(file, name, request.signal);
  try {
    return await ask(name, driver, copy.file, request);
  } finally {
    await copy.remove();
  }
}

async function ask(
  name: string,
  driver: string | null,
  file: string,
  request: QueryRequest,
): Promise<readonly JsonObject[]> {
  const { text, params, maxRows, maxBytes, timeoutMs, signal } = request;
  const answer = await runSqliteChild(name, { driver, file, text, params, maxRows, maxBytes }, { timeoutMs, signal });
  if ("rows" in answer) {
    const twice = columnTwice(answer.rows[0] ?? {});
    if (twice === undefined) return answer.rows;
    throw queryFault(name, `two columns have the name "${twice}"; give one of them another`, { isRetryable: false });
  }
  if (answer.fault === "rows") throw tooManyRows(name, maxRows);
  if (answer.fault === "bytes") throw tooManyBytes(name, maxBytes);
  throw queryFault(name, hideParameters(params)(answer.message), {
    isRetryable: /\b(?:locked|busy)\b/.test(answer.message),
  });
}

/** Of two columns with one name, the statement's frame calls the second `name:1`. */
function columnTwice(row: JsonObject): string | undefined {
  const names = Object.keys(row);
  const [, first] =
    names.map((name) => /^(.*):\d+$/s.exec(name)).find((match) => match && isAmong(names, match[1])) ?? [];
  return first;
}

// Names of columns are the same in upper and lower case.
function isAmong(names: readonly string[], name: string | undefined): boolean {
  return names.some((other) => other.toLowerCase() === name?.toLowerCase());
}

function hasNodeSqlite(): boolean {
  return process.getBuiltinModule?.("node:sqlite") !== undefined;
}

function driverPath(name: string): string {
  try {
    return createRequire(import.meta.url).resolve("node-sqlite3-wasm");
  } catch (cause) {
    const why = "this Node has no node:sqlite, and the package `node-sqlite3-wasm` is not installed";
    throw queryFault(name, why, { isRetryable: false, cause });
  }
}
