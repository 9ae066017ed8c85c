import type { QueryAnswer, QueryParameter } from "../../gates/read-only-query/read-only-database.js";
import { askProcess, endFault } from "../query-process/ask-process.js";
import { ownProgram } from "../query-process/own-program.js";
import { startQueryProcess, type QueryProcess, type QueryProgram } from "../query-process/query-process.js";
import type { SqliteDriver } from "./sqlite-driver.js";
import type { SqliteSchema } from "./sqlite-schema.js";

/** What the process is asked. */
export interface ChildRequest {
  /** The copy. */
  readonly file: string;
  /** How many pages of its log are committed: fewer that can be read mean damage. */
  readonly logFrames: number;
  /** SQLite's own checks of the whole file, the first of which that it can do is done. */
  readonly checks: readonly string[];
  /** The process ends itself when it uses more memory. Bytes. */
  readonly maxMemoryBytes: number;
  readonly text: string;
  /** The part of the text that must be a SELECT. */
  readonly select: string;
  readonly isExplain: boolean;
  readonly params: readonly QueryParameter[];
  /** What SQLite is told that the statement may call, where it can be told. */
  readonly functions: readonly string[];
  readonly pragmas: readonly string[];
  readonly maxRows: number;
  readonly maxBytes: number;
}

/** What the process answers. */
export type ChildAnswer =
  | Pick<Required<QueryAnswer>, "rows" | "columns">
  | { readonly fault: "rows" }
  | { readonly fault: "bytes" }
  | { readonly fault: "error"; readonly phase: "open" | "prepare" | "run"; readonly message: string };

interface Conversation {
  readonly program: QueryProgram;
  /** It waits, or is still getting ready. The copy is in its folder. */
  readonly process: QueryProcess;
  /** When the answer must be there, on the clock of `performance`. */
  readonly end: number;
  readonly signal: AbortSignal;
  /** Throws where the statement must not be run on this schema. */
  readonly assertSchema: (schema: SqliteSchema) => void;
}

/** What the process may say beside its rows: the schema comes first. Bytes. */
const spareBytes = 16_777_216;

/** The program that asks through a driver. */
export function sqliteProgram(driver: SqliteDriver): QueryProgram {
  return {
    ...ownProgram(import.meta.url, "sqlite-child", driver.folder),
    hasAddon: driver.addon !== undefined,
    preload: { ...driver },
    prefix: "release-gates-sqlite-",
  };
}

/** Runs one query in a process of its own, which may read its copy and its driver, and nothing else. */
export async function runSqliteChild(
  source: string,
  request: ChildRequest,
  { program, process, end, signal, assertSchema }: Conversation,
): Promise<ChildAnswer> {
  const ask = async (asked: QueryProcess) => {
    const talk = async (messages: AsyncIterable<unknown>) => {
      for await (const message of messages as AsyncIterable<ChildAnswer | { readonly schema: SqliteSchema }>) {
        if (!("schema" in message)) return message;
        assertSchema(message.schema);
        asked.write("go");
      }
      return undefined;
    };
    const limits = {
      timeoutMs: Math.max(1, Math.round(end - performance.now())),
      signal,
      maxSaidBytes: 2 * request.maxBytes + spareBytes,
      maxMemoryBytes: request.maxMemoryBytes,
    };
    const answer = await askProcess(source, asked, request, limits, talk);
    // Nothing of a query that failed still runs when that is told.
    if (answer === undefined || !("rows" in answer)) await asked.ended;
    return answer;
  };
  const answer = await ask(process);
  if (answer !== undefined) return answer;
  // One that waited may have ended in this moment.
  const another = startQueryProcess(program, process.folder);
  const second = await ask(another);
  if (second === undefined) throw endFault(source, await another.ended, request.maxMemoryBytes);
  return second;
}
