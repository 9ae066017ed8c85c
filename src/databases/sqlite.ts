import { access } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, resolve } from "node:path";
import * as z from "zod";
import { parseConfig } from "../gate/gate-config.js";
import type { JsonObject } from "../gate/json.js";
import { redactorOf } from "../gate/redact.js";
import type { QueryRequest, ReadOnlyDatabase } from "../gates/read-only-query/read-only-database.js";
import { copyDatabase } from "./copy-database.js";
import { queryFault, tooManyBytes, tooManyRows } from "./query-fault.js";
import { readingStatement } from "./reading-statement.js";
import { runSqliteChild } from "./run-sqlite-child.js";

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
 * Each query runs in a process of its own that opens the database for reading alone and is killed at the deadline. With
 * `node-sqlite3-wasm`, whose locks other programs do not see, it reads a copy.
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
      await access(file).catch(() => {
        throw queryFault(name, "there is no such file, or it may not be read", { isRetryable: false });
      });
      return hasNodeSqlite() ? ask(name, null, file, { ...request, text }) : askCopy(name, file, { ...request, text });
    },
  };
}

async function askCopy(name: string, file: string, request: QueryRequest): Promise<readonly JsonObject[]> {
  const driver = driverPath(name);
  const copy = await copyDatabase(file, name);
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
    const twice = Object.keys(answer.rows[0] ?? {}).find((column) => /:\d+$/.test(column));
    if (twice === undefined) return answer.rows;
    throw queryFault(name, `two columns have the name "${twice.replace(/:\d+$/, "")}"`, { isRetryable: false });
  }
  if (answer.fault === "rows") throw tooManyRows(name, maxRows);
  if (answer.fault === "bytes") throw tooManyBytes(name, maxBytes);
  const hide = redactorOf(params.filter((param) => typeof param === "string"));
  throw queryFault(name, hide(answer.message), { isRetryable: /\b(?:locked|busy)\b/.test(answer.message) });
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
