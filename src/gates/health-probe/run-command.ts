import { spawn, type ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { endWithThisProcess } from "./end-with-this-process.js";
import type { ExecTarget } from "./exec-probe-config.js";
import { cutShort, probeFault } from "./probe.js";

/** How a command ended, and what it said. */
export interface CommandResult {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: CapturedOutput;
  readonly stderr: CapturedOutput;
}

/** The beginning of an output. */
export interface CapturedOutput {
  readonly bytes: Buffer;
  /** Whether there was more. */
  readonly isTruncated: boolean;
}

/** What a command is run with. */
export interface CommandOptions {
  /** How the probe calls the command in errors. */
  readonly source: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const isWindows = process.platform === "win32";

/**
 * Runs a command to its end, without a shell and without input.
 *
 * When `signal` aborts, the command is killed; in each case every process of its group that is left, too. Throws a `GateError`
 * with code `SOURCE_FAILED` where the command cannot be started.
 */
export function runCommand(target: ExecTarget, options: CommandOptions): Promise<CommandResult> {
  const { source, signal } = options;
  return new Promise((resolve, reject) => {
    const child = start(target, options);
    const stdout = capture(child.stdout, target.maxOutputBytes);
    const stderr = capture(child.stderr, target.maxOutputBytes);
    const guard = child.pid === undefined || isWindows ? undefined : endWithThisProcess(child.pid);
    let fault: unknown;
    const abort = () => {
      const hasExited = child.exitCode !== null || child.signalCode !== null;
      fault ??= cutShort(signal, hasExited ? "exited, and left its output open, not closed" : "did not exit");
      killGroup(child);
      // A process that left the group may hold the pipes open for ever.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    child.once("error", (error) => {
      fault ??= startFault(error, source);
    });
    child.once("exit", () => killGroup(child));
    // Settled only when the process is gone and its pipes are closed, so that nothing is left behind.
    child.once("close", (exitCode, signalName) => {
      signal.removeEventListener("abort", abort);
      const settle = () => {
        if (fault === undefined) resolve({ exitCode, signal: signalName, stdout: stdout(), stderr: stderr() });
        else reject(fault);
      };
      if (guard) guard.dismiss().then(settle, reject);
      else settle();
    });
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
  });
}

function start({ command, args, cwd }: ExecTarget, { env, source }: CommandOptions) {
  try {
    return spawn(command, args, {
      cwd,
      env,
      shell: false,
      // Leads a process group of its own, which can be killed as a whole.
      detached: !isWindows,
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
  } catch (error) {
    throw startFault(error, source);
  }
}

const passing: ReadonlySet<string> = new Set(["EAGAIN", "EMFILE", "ENFILE", "ENOMEM", "ETXTBSY"]);

function startFault(error: unknown, source: string): Error {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "unknown error";
  const hint = code === "ENOENT" ? "; is it installed, and does its directory exist" : "";
  return probeFault(source, `it could not be started (${code}${hint})`, {
    isRetryable: passing.has(code),
    cause: error,
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (isWindows) child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    // Nobody left to kill, or nobody that this user may kill.
    if (!isNobodyToKill(error)) throw error;
  }
}

function isNobodyToKill(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM");
}

/** Keeps the beginning of an output, and reads the rest away: a full pipe would block the command. */
function capture(output: Readable, limit: number): () => CapturedOutput {
  const chunks: Buffer[] = [];
  let kept = 0;
  let isTruncated = false;
  output.on("data", (chunk: Buffer) => {
    const fits = chunk.subarray(0, limit - kept);
    isTruncated ||= fits.length < chunk.length;
    kept += fits.length;
    if (fits.length > 0) chunks.push(fits);
  });
  return () => ({ bytes: Buffer.concat(chunks), isTruncated });
}
