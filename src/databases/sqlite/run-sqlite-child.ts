import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "../../gate/json.js";
import type { QueryParameter } from "../../gates/read-only-query/read-only-database.js";
import { queryFault } from "../query-fault.js";
import type { SqliteDriver } from "./sqlite-driver.js";
import type { SqliteSchema } from "./sqlite-schema.js";

/** What the process is asked. */
export interface ChildRequest {
  readonly driver: SqliteDriver;
  /** The copy, and the folder that holds nothing else, which the process removes. */
  readonly file: string;
  readonly folder: string;
  /** How many pages of its log are committed: fewer that can be read mean damage. */
  readonly logFrames: number;
  /** Whether to look through the whole file for damage first. */
  readonly isChecked: boolean;
  /** The process ends itself after this long, even where nobody is left to end it. Milliseconds. */
  readonly lifetimeMs: number;
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
  | { readonly rows: readonly JsonObject[] }
  | { readonly fault: "rows" }
  | { readonly fault: "bytes" }
  | { readonly fault: "error"; readonly phase: "open" | "prepare" | "run"; readonly message: string };

interface Conversation {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Throws where the statement must not be run on this schema. */
  readonly assertSchema: (schema: SqliteSchema) => void;
}

// Beside this file: under its own name in the sources, under that of its entry in the package.
const program = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./sqlite-child.mjs" : "./sqlite-child.js", import.meta.url),
);

// That the file is a module stands there.
const packageFile = join(dirname(dirname(program)), "package.json");

const maxErrors = 10_000;
/** What the process says when it ends itself for its memory. */
const memoryMark = "SQLITE_CHILD_MEMORY";

/** How much later than its asker the process ends itself. Milliseconds. */
const orphanMs = 1_000;

/** What the process may say beside its rows: the schema comes first. Bytes. */
const spareBytes = 16_777_216;

/**
 * Runs one query in a process of its own, which may read its copy and its driver, and nothing else.
 *
 * It is killed at the timeout, and when the answer is no longer wanted.
 */
export async function runSqliteChild(
  source: string,
  request: Omit<ChildRequest, "lifetimeMs">,
  { timeoutMs, signal, assertSchema }: Conversation,
): Promise<ChildAnswer> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [...permissionsOf(request), "--no-warnings", program], {
    // Nothing of ours, such as NODE_OPTIONS or a password, reaches it.
    env: {},
    cwd: request.folder,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const kill = () => void child.kill("SIGKILL");
  const reasons: unknown[] = [];
  const cut = (reason: unknown) => {
    reasons.push(reason);
    kill();
  };
  const late = () =>
    cut(queryFault(source, `no answer within ${timeoutMs} ms`, { isRetryable: false, fault: "limit" }));
  const timer = setTimeout(late, timeoutMs);
  signal.addEventListener("abort", kill, { once: true });
  const ended = endOf(child);
  try {
    let said = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.length;
      if (said > 2 * request.maxBytes + spareBytes) cut(tooMuch(source));
    });
    child.stdin.write(`${JSON.stringify({ ...request, lifetimeMs: timeoutMs + orphanMs } satisfies ChildRequest)}\n`);
    let answer: ChildAnswer | undefined;
    for await (const line of createInterface({ input: child.stdout })) {
      // A line that was cut short belongs to a process that was killed.
      const message = parsed(line);
      if (message === undefined) break;
      if (!("schema" in message)) {
        answer = message;
        continue;
      }
      assertSchema(message.schema);
      child.stdin.end("go\n");
    }
    const { isWell, errors } = await ended;
    signal.throwIfAborted();
    if (reasons.length > 0) throw reasons[0];
    if (isWell && answer !== undefined) return answer;
    throw endFault(source, errors, request.maxMemoryBytes);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", kill);
    kill();
    await ended;
  }
}

/** Node's own permissions: no file but these, no process, no addon but the driver's. SQLite's native code is not bound by them. */
function permissionsOf({ driver, folder }: Omit<ChildRequest, "lifetimeMs">): readonly string[] {
  const isStable = process.allowedNodeEnvironmentFlags.has("--permission");
  const readable = [program, packageFile, folder, ...(driver.folder === undefined ? [] : [driver.folder])];
  return [
    isStable ? "--permission" : "--experimental-permission",
    // For the thread that keeps the time.
    "--allow-worker",
    ...(driver.addon === undefined ? [] : ["--allow-addons"]),
    ...readable.flatMap((path) => [`--allow-fs-read=${path}`]),
    `--allow-fs-write=${folder}`,
  ];
}

function parsed(line: string): ChildAnswer | { readonly schema: SqliteSchema } | undefined {
  try {
    return JSON.parse(line) as ChildAnswer | { readonly schema: SqliteSchema };
  } catch {
    return undefined;
  }
}

interface ChildEnd {
  readonly isWell: boolean;
  readonly errors: string;
}

function endOf(child: ChildProcessWithoutNullStreams): Promise<ChildEnd> {
  return new Promise((resolve) => {
    let errors = "";
    // Read, or a process that says much would wait for ever to be read.
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (errors = (errors + chunk).slice(0, maxErrors)));
    // A process that is killed while it is written to breaks the pipe; `close` says the rest.
    child.stdin.on("error", () => {});
    child.on("error", (error) => resolve({ isWell: false, errors: String(error) }));
    child.on("close", (code) => resolve({ isWell: code === 0, errors }));
  });
}

function endFault(source: string, errors: string, maxMemoryBytes: number) {
  if (errors.includes(memoryMark)) {
    const why = `it uses more than ${maxMemoryBytes} bytes of memory; select or sort less, or raise maxMemoryBytes`;
    return queryFault(source, why, { isRetryable: false, fault: "limit" });
  }
  const [line] = /^\w*Error\b.*/m.exec(errors) ?? [];
  const why = `the process that asked it ended without an answer${line === undefined ? "" : ` (${line})`}`;
  return queryFault(source, why, { isRetryable: true });
}

function tooMuch(source: string) {
  return queryFault(source, "the process that asked it says more than it may", {
    isRetryable: false,
    fault: "anomaly",
  });
}
