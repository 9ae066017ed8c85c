import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A server that a test starts for itself. */
export interface RealServer extends AsyncDisposable {
  readonly url: string;
}

/** How to start a server. */
interface ServerPlan {
  readonly binary: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Is in the line of its log that says that it answers. */
  readonly readyLine: string;
}

/** Whether a program is on this machine. */
export function hasProgram(binary: string, ...args: readonly string[]): boolean {
  return spawnSync(binary, args, { stdio: "ignore" }).status === 0;
}

/** Starts a server on a free port of this machine, with a folder of its own, which goes with it. */
export async function startServer(
  plan: (place: { readonly port: number; readonly folder: string }) => Promise<ServerPlan>,
): Promise<RealServer> {
  const folder = await mkdtemp(join(tmpdir(), "release-gates-server-"));
  const port = await freePort();
  const { binary, args, env = {}, readyLine } = await plan({ port, folder });
  const child = spawn(binary, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
    cwd: folder,
  });
  const exited = once(child, "exit");
  const log: string[] = [];
  const ready = new Promise<void>((resolve, reject) => {
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on("line", (line) => {
        log.push(line);
        if (line.includes(readyLine)) resolve();
      });
    }
    exited.then(() => reject(new Error(`${binary} ended:\n${log.join("\n")}`)), reject);
  });
  await ready;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("no free port");
  return address.port;
}
