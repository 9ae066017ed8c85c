import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { QueryAnswer, QueryRequest, ReadOnlyDatabase } from "../../gates/read-only-query/read-only-database.js";
import { hideParameters } from "../hide-parameters.js";
import { explainPostgresError } from "../postgres/postgres-fault.js";
import { readingStatement, type ReadingStatement } from "../postgres/reading-statement.js";
import { askProcess, endFault } from "../query-process/ask-process.js";
import { futureFolder, withFolder } from "../query-process/own-folder.js";
import { startQueryProcess } from "../query-process/query-process.js";
import { queryFault } from "../query-fault.js";
import { isShortage } from "../shortage.js";
import { dumpInTime } from "./dump-in-time.js";
import { maxCatalogueBytes, pgliteClient, ProcessEnded } from "./pglite-client.js";
import { parsePgliteOptions, type PgliteOptions, type PgliteSettings } from "./pglite-options.js";
import { pgliteProgram } from "./pglite-program.js";
import { readFromCopy } from "./read-from-copy.js";

/**
 * Asks a PGlite database that is open in this process, through the package `@electric-sql/pglite` of your project.
 *
 * The database itself is never asked: each query reads a copy of its files, in a process of its own that may touch nothing else and is
 * killed at the deadline. There, a statement goes through what `postgres` refuses statements by.
 *
 * @example
 * ```ts
 * import { PGlite } from "@electric-sql/pglite";
 * import { readOnlyQuery } from "release-gates";
 * import { pglite } from "release-gates/databases";
 *
 * const db = new PGlite("./orders");
 *
 * export const complete = readOnlyQuery("no order without a customer", {
 *   database: pglite({ db }),
 *   query: "SELECT id FROM orders WHERE customer_id IS NULL",
 *   expect: { none: true },
 * });
 * ```
 */
export function pglite(options: PgliteOptions): ReadOnlyDatabase {
  const settings = parsePgliteOptions(options);
  const { name, database = "postgres" } = settings;
  return {
    name,
    description: { type: "pglite", name, database },
    async query(request) {
      const statement = await readingStatement(name, request.text);
      try {
        request.signal.throwIfAborted();
        return await ask(settings, statement, request);
      } catch (error) {
        if (request.signal.aborted) throw request.signal.reason;
        throw explainPostgresError(error, name, hideParameters(request.params));
      }
    },
  };
}

async function ask(
  { db, name, database, allowed, maxCopyBytes, maxMemoryBytes }: PgliteSettings,
  statement: ReadingStatement,
  request: QueryRequest,
): Promise<QueryAnswer> {
  const { signal, timeoutMs, maxRows, maxBytes } = request;
  const warnings = ownWarnings(name, request);
  const end = performance.now() + timeoutMs;
  const program = pgliteProgram(name);
  // It gets ready while the copy is made, and removes the copy, should our own process be killed.
  const process = startQueryProcess(program, await futureFolder(program));
  const { folder } = process;
  return withFolder(folder, async () => {
    try {
      const copy = await dumpInTime(db, { source: name, maxBytes: maxCopyBytes, timeoutMs, signal });
      const file = await keepCopy(copy, { source: name, folder, signal });
      const limits = {
        timeoutMs: Math.max(1, Math.round(end - performance.now())),
        signal,
        // Some characters are six in JSON.
        maxSaidBytes: 16 * maxBytes + 2 * maxCatalogueBytes,
        maxMemoryBytes,
      };
      const reading = { source: name, statement, request, allowed };
      const talk = async (replies: AsyncIterable<unknown>) => {
        const client = pgliteClient(process, replies[Symbol.asyncIterator](), { source: name, maxRows, maxBytes });
        return readFromCopy(client, reading).catch((error: unknown) => {
          if (error instanceof ProcessEnded) return undefined;
          throw error;
        });
      };
      const answer = await askProcess(name, process, { file, database }, limits, talk);
      if (answer === undefined) throw endFault(name, await process.ended, maxMemoryBytes);
      const { rows, columns, notes } = answer;
      return { rows, columns, warnings: [...warnings, ...notes] };
    } finally {
      process.kill();
      await process.ended;
    }
  });
}

/** Writes a copy to a folder that it makes, and returns its file. */
async function keepCopy(
  copy: Uint8Array,
  { source, folder, signal }: { readonly source: string; readonly folder: string; readonly signal: AbortSignal },
): Promise<string> {
  const file = join(folder, "copy.tar");
  try {
    await mkdir(folder, { mode: 0o700 });
    await writeFile(file, copy, { mode: 0o600, signal });
    return file;
  } catch (cause) {
    signal.throwIfAborted();
    const { code = "unknown" } = cause as NodeJS.ErrnoException;
    throw queryFault(source, `its copy could not be written (${code})`, { isRetryable: isShortage(code), cause });
  }
}

/** Who holds the database may write to it; no role of the copy says anything about that. */
function ownWarnings(name: string, { role }: QueryRequest): readonly string[] {
  const why = "this process holds the database, and may write to it";
  if (role === "warn") return [why];
  throw queryFault(name, `${why}, and role is require-read-only`, { isRetryable: false, fault: "refused" });
}
