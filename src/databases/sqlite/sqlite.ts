import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import type { QueryAnswer, QueryRequest, ReadOnlyDatabase } from "../../gates/read-only-query/read-only-database.js";
import { hideParameters } from "../hide-parameters.js";
import { queryFault, tooManyBytes, tooManyRows } from "../query-fault.js";
import { futureFolder, withFolder } from "../query-process/own-folder.js";
import { startQueryProcess } from "../query-process/query-process.js";
import { keepSpare, takeSpare } from "../query-process/spare-process.js";
import { copyDatabase, type CopyOptions, type DatabaseCopy } from "./copy-database.js";
import { runSqliteChild, sqliteProgram, type ChildAnswer } from "./run-sqlite-child.js";
import { sqliteDriver } from "./sqlite-driver.js";
import { explainSqliteError } from "./sqlite-fault.js";
import { readingFunctions, readingPragmas } from "./sqlite-functions.js";
import { parseSqliteOptions, type SqliteOptions, type SqliteSettings } from "./sqlite-options.js";
import { assertSchemaReads } from "./sqlite-schema.js";
import { readSqliteStatement } from "./sqlite-statement.js";

/** Up to these sizes a copy is looked through for damage, which takes less than a second. Bytes. */
const maxCheckedBytes = 67_108_864;
/** Whether each index holds what its table does takes twenty times as long. */
const maxComparedBytes = 4_194_304;

/**
 * Asks a SQLite database file, through `node:sqlite`, or the package `better-sqlite3` or `node-sqlite3-wasm` of your project.
 *
 * Each query reads a copy of the file, so that no writer ever waits for it, in a process of its own that may touch nothing else and
 * is killed at the deadline. After a query, one such process waits up to a minute for the next.
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
  const settings = parseSqliteOptions(options);
  const { name, file } = settings;
  return {
    name,
    description: { type: "sqlite", file },
    query: (request) => ask(settings, request),
  };
}

async function ask(settings: SqliteSettings, request: QueryRequest): Promise<QueryAnswer> {
  const { name, file, allowFunctions, maxCopyBytes } = settings;
  const { params, timeoutMs, signal } = request;
  const rules = { source: name, allowFunctions };
  const statement = readSqliteStatement(request.text, params.length, rules);
  if (params.some((param) => typeof param === "string" && param.includes("\0"))) {
    const why = "a parameter holds a NUL, at which SQLite may end a text";
    throw queryFault(name, why, { isRetryable: false, fault: "refused" });
  }
  signal.throwIfAborted();
  const driver = sqliteDriver(name, settings.driver);
  const warnings = await roleWarnings(settings, request);
  const end = performance.now() + timeoutMs;
  const program = sqliteProgram(driver);
  const wanted = await futureFolder(program).catch((cause: unknown) => {
    throw queryFault(name, "there is no folder for temporary files, and so none for a copy", {
      isRetryable: false,
      cause,
    });
  });
  // Also to remove the copy, should our own process be killed: so before there is one.
  const process = takeSpare(program, wanted) ?? startQueryProcess(program, wanted);
  const { folder } = process;
  return withFolder(folder, async () => {
    try {
      const copy = await copyInTime({ file, folder, maxBytes: maxCopyBytes, source: name, signal }, timeoutMs);
      const answer = await runSqliteChild(
        name,
        {
          file: copy.file,
          logFrames: copy.logFrames,
          checks: checksOf(copy),
          maxMemoryBytes: settings.maxMemoryBytes,
          text: statement.text,
          select: statement.select,
          isExplain: statement.text !== statement.select,
          params: statement.values.map((value) => params[value] ?? null),
          functions: [...readingFunctions, ...allowFunctions, "->", "->>", "glob", "like", "match"],
          pragmas: [...readingPragmas, "page_size"],
          maxRows: request.maxRows,
          maxBytes: request.maxBytes,
        },
        { program, process, end, signal, assertSchema: (schema) => assertSchemaReads(statement.names, schema, rules) },
      );
      keepSpare(program);
      return { ...answeredBy(answer, name, request), warnings };
    } catch (error) {
      process.kill();
      await process.ended;
      throw error;
    }
  });
}

function checksOf({ bytes }: DatabaseCopy): readonly string[] {
  if (bytes > maxCheckedBytes) return [];
  return bytes > maxComparedBytes ? ["quick_check"] : ["integrity_check", "quick_check"];
}

/** A copy that takes too long is a query that takes too long. */
async function copyInTime(options: CopyOptions, timeoutMs: number): Promise<DatabaseCopy> {
  const { source, signal } = options;
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    return await copyDatabase({ ...options, signal: AbortSignal.any([signal, deadline]) });
  } catch (error) {
    if (signal.aborted || !deadline.aborted) throw error;
    throw queryFault(source, `it was not copied within ${timeoutMs} ms`, { isRetryable: false, fault: "limit" });
  }
}

function answeredBy(answer: ChildAnswer, source: string, { params, maxRows, maxBytes }: QueryRequest) {
  if ("rows" in answer) return answer;
  if (answer.fault === "rows") throw tooManyRows(source, maxRows);
  if (answer.fault === "bytes") throw tooManyBytes(source, maxBytes);
  throw explainSqliteError(source, answer, hideParameters(params));
}

/**
 * A file has no roles; what there is instead is the user that this process runs as.
 *
 * The statement never touches the file, but whoever runs this process may.
 */
async function roleWarnings({ name, file }: SqliteSettings, { role }: QueryRequest): Promise<readonly string[]> {
  const writable = await firstWritable([file, dirname(file)]);
  if (writable === undefined) return [];
  const what = writable === file ? "the file" : "the folder of the file";
  const why = `the user of this process may write ${what}`;
  if (role === "warn") return [`${why}; run it as one who may only read`];
  throw queryFault(name, `${why}, and role is require-read-only`, { isRetryable: false, fault: "refused" });
}

async function firstWritable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const isWritable = await access(path, constants.W_OK).then(
      () => true,
      () => false,
    );
    if (isWritable) return path;
  }
  return undefined;
}
