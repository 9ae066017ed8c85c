import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "../gate/json.js";
import type { QueryParameter } from "../gates/read-only-query/read-only-database.js";
import { queryFault } from "./query-fault.js";

/** What the process is asked. */
export interface ChildRequest {
  /** The path of the driver package, or null for `node:sqlite`. */
  readonly driver: string | null;
  readonly file: string;
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

/** Runs one query in a process of its own. It is killed at the timeout, and when the answer is no longer wanted. */
export async function runSqliteChild(source: string, request: ChildRequest, limits: Limits): Promise<ChildAnswer> {
  const { timeoutMs, signal } = limits;
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
    const output = await outputOf(child, JSON.stringify(request));
    signal.throwIfAborted();
    if (late) throw queryFault(source, `no answer within ${timeoutMs} ms`, { isRetryable: false });
    if (output === "")
      throw queryFault(source, "the process that asked it ended without an answer", { isRetryable: true });
    return JSON.parse(output) as ChildAnswer;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", kill);
  }
}

function outputOf(child: ChildProcess, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0 ? output : ""));
    // A process that is killed while it is written to breaks the pipe; `close` says the rest.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}
