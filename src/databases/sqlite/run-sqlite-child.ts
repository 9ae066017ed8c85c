import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "../../gate/json.js";
import type { QueryParameter } from "../../gates/read-only-query/read-only-database.js";
import { queryFault } from "../query-fault.js";

/** What the process is asked. */
export interface ChildRequest {
  /** The path of the driver package, or null for `node:sqlite`. */
  readonly driver: string | null;
  readonly file: string;
  /** The process ends itself after this long, even where nobody is left to end it. Milliseconds. */
  readonly lifetimeMs: number;
  readonly text: string;
  readonly params: readonly QueryParameter[];
  readonly maxRows: number;
  readonly maxBytes: number;
}

/** What the process answers. */
export type ChildAnswer =
  | { readonly rows: readonly JsonObject[] }
  | { readonly fault: "rows" }
  | { readonly fault: "bytes" }
  | { readonly fault: "error"; readonly message: string };

interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

// Beside this file: under its own name in the sources, under that of its entry in the package.
const childName = import.meta.url.endsWith(".ts") ? "./sqlite-child.mjs" : "./sqlite-child.js";

const maxErrors = 10_000;

/** How much later than its asker the process ends itself. Milliseconds. */
const orphanMs = 1_000;

/** Runs one query in a process of its own. It is killed at the timeout, and when the answer is no longer wanted. */
export async function runSqliteChild(
  source: string,
  request: Omit<ChildRequest, "lifetimeMs">,
  { timeoutMs, signal }: Limits,
): Promise<ChildAnswer> {
  signal.throwIfAborted();
  // An empty environment: nothing of ours, such as NODE_OPTIONS or a password, reaches it.
  const child = spawn(process.execPath, ["--no-warnings", fileURLToPath(new URL(childName, import.meta.url))], {
    env: {},
    stdio: ["pipe", "pipe", "pipe"],
  });
  let late = false;
  const kill = () => void child.kill("SIGKILL");
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, timeoutMs);
  signal.addEventListener("abort", kill, { once: true });
  try {
    const { answer, fault } = await outputOf(
      child,
      JSON.stringify({ ...request, lifetimeMs: timeoutMs + orphanMs } satisfies ChildRequest),
    );
    signal.throwIfAborted();
    if (late) throw queryFault(source, `no answer within ${timeoutMs} ms`, { isRetryable: false, fault: "limit" });
    if (answer !== undefined) return JSON.parse(answer) as ChildAnswer;
    throw queryFault(source, `the process that asked it ended without an answer${fault}`, { isRetryable: true });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", kill);
  }
}

interface Output {
  /** What a process that ended well wrote. */
  readonly answer: string | undefined;
  /** What one that did not says about it. */
  readonly fault: string;
}

function outputOf(child: ChildProcessWithoutNullStreams, input: string): Promise<Output> {
  return new Promise((resolve) => {
    let answer = "";
    let errors = "";
    let fault = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (answer += chunk));
    // Read, or a process that says much would wait for ever to be read.
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (errors = (errors + chunk).slice(0, maxErrors)));
    child.on("error", (error) => (fault = ` (${error.message})`));
    child.on("close", (code) => {
      const [line] = /^\w*Error\b.*/m.exec(errors) ?? [];
      resolve({ answer: code === 0 ? answer : undefined, fault: line === undefined ? fault : ` (${line})` });
    });
    // A process that is killed while it is written to breaks the pipe; `close` says the rest.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}
