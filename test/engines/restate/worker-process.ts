import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { killed, diesWithUs } from "./own-process.js";

/** A worker in a process of its own. */
export interface WorkerProcess extends AsyncDisposable {
  readonly port: number;
  /** How often the worker has begun to execute a run: once, and once more for each replay. */
  executions(): number;
  /** Resolves when a gate has settled in this worker. */
  settled(gate: string): Promise<void>;
  /** Kills it as a power cut would, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts a worker; resolves when it takes requests. */
export async function startWorker(options: {
  /** Where it listens. @default a free port */
  readonly port?: number;
  /** After how long without anything to do Restate suspends a run. */
  readonly inactivityMs: number;
}): Promise<WorkerProcess> {
  const worker = spawn(process.execPath, ["--import", "tsx", fileURLToPath(new URL("worker.ts", import.meta.url))], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      PORT: `${options.port ?? 0}`,
      INACTIVITY_MS: `${options.inactivityMs}`,
      RESTATE_LOGGING: "ERROR",
    },
  });
  diesWithUs(worker);
  let executions = 0;
  const waiting = new Map<string, () => void>();
  const port = await new Promise<number>((resolve, reject) => {
    worker.once("exit", () => reject(new Error("The worker ended before it listened.")));
    createInterface({ input: worker.stdout }).on("line", (line) => {
      const [, listensOn] = /^listening on (\d+)$/.exec(line) ?? [];
      if (listensOn !== undefined) resolve(Number(listensOn));
      if (line === "executing") executions += 1;
      if (line.startsWith("settled ")) waiting.get(line.slice("settled ".length))?.();
    });
  });
  const kill = () => killed(worker);
  const settled = (gate: string) => new Promise<void>((resolve) => waiting.set(gate, resolve));
  return { port, executions: () => executions, settled, kill, [Symbol.asyncDispose]: kill };
}
