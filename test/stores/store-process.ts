import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll } from "vitest";

/** What a process of its own is to do with a folder of records. */
export type Step =
  | { readonly append: readonly [runId: string, expectedLines: number, lines: readonly string[]] }
  /** So many runs, at once. */
  | { readonly begin: number }
  | { readonly read: string }
  | { readonly runs: true }
  | { readonly follow: string }
  | { readonly end: true }
  | { readonly sleep: number }
  /** From here on it is another user. */
  | { readonly user: number }
  /** Waits until it is let go on. */
  | { readonly wait: true };

/** What came of a step, or what it heard. */
export interface Said {
  readonly did?: unknown;
  readonly failed?: string;
  readonly heard?: readonly string[];
  readonly waits?: true;
}

/** A process at work on a folder of records. */
export interface StoreProcess extends AsyncDisposable {
  /** What it says next; undefined where it has ended. */
  next(): Promise<Said | undefined>;
  /** Lets it go on where it waits. */
  goOn(): void;
  /** All that it says, until it ends or waits. */
  rest(): Promise<readonly Said[]>;
}

/** Starts a process; `under` is a command that starts it and does something to it, of `system-faults.ts`. */
export type StartSteps = (folder: string, steps: readonly Step[], under?: readonly string[]) => Promise<StoreProcess>;

/** Builds the program once, as it is started often; gone after the tests of the file. */
export function buildStoreProgram(): StartSteps {
  const place = mkdtempSync(join(tmpdir(), "release-gates-program-"));
  afterAll(() => rmSync(place, { recursive: true, force: true }));
  const program = join(place, "store-steps.mjs");
  const built = build({
    entryPoints: [fileURLToPath(new URL("store-steps.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: program,
    external: ["pg"],
    logLevel: "silent",
  });
  return async (folder, steps, under = []) => {
    await built;
    const [command, ...args] = [...under, process.execPath, program, folder, JSON.stringify(steps)];
    // With one thread for files, the n-th call of the system is the same one each time.
    const env = { ...process.env, UV_THREADPOOL_SIZE: "1" };
    // What strace sees, it says there.
    const stderr = under.length > 0 ? "ignore" : "inherit";
    return processOf(spawn(command, args, { env, stdio: ["pipe", "pipe", stderr] }));
  };
}

function processOf(child: ChildProcess): StoreProcess {
  const closed = once(child, "close");
  const lines = createInterface({ input: child.stdout ?? process.stdin })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    return done === true ? undefined : (JSON.parse(value) as Said);
  };
  return {
    next,
    goOn() {
      child.stdin?.on("error", () => {}).write("\n");
    },
    async rest() {
      const all: Said[] = [];
      for (let said = await next(); said !== undefined && said.waits !== true; said = await next()) all.push(said);
      return all;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await closed;
    },
  };
}
