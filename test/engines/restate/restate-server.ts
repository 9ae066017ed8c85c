import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { diesWithUs, killed } from "./own-process.js";

/** How to get what this needs. */
export const howToGetRestate = "npm install --no-save @restatedev/restate-server@1.7.12";

/** The server's binary, where it is installed. */
export const restateBinary: string | undefined = findBinary();

/** A Restate server of this test alone. */
export interface RestateServer extends AsyncDisposable {
  /** Where requests for workflows go. */
  readonly ingress: string;
  /** Where workers are registered, and invocations are cancelled. */
  readonly admin: string;
}

/** Starts a server in a folder of its own; resolves when it takes requests. */
export async function startRestate(binary: string): Promise<RestateServer> {
  const folder = await mkdtemp(join(tmpdir(), "restate-"));
  const [node, ingress, admin] = await freePorts(3);
  const server = spawn(binary, ["--no-logo", "--base-dir", folder], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      DO_NOT_TRACK: "1",
      // It looks for newer versions of itself, and says so where it may not.
      RUST_LOG: "error,octocrab=off",
      RESTATE_LISTEN_MODE: "tcp",
      RESTATE_BIND_IP: "127.0.0.1",
      RESTATE_ADVERTISED_HOST: "127.0.0.1",
      RESTATE_BIND_PORT: `${node}`,
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      RESTATE_DEFAULT_NUM_PARTITIONS: "4",
      RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE: "256MiB",
    },
  });
  diesWithUs(server);
  const urls = { ingress: `http://127.0.0.1:${ingress}`, admin: `http://127.0.0.1:${admin}` };
  await Promise.all([isUp(server, `${urls.ingress}/restate/health`), isUp(server, `${urls.admin}/health`)]);
  return {
    ...urls,
    async [Symbol.asyncDispose]() {
      await killed(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function findBinary(): string | undefined {
  try {
    const name = `@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`;
    return createRequire(import.meta.url).resolve(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

// The server says nowhere that it is ready: it has to be asked.
async function isUp(server: ChildProcess, url: string): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`restate-server ended with ${server.exitCode}`);
    const answer = await fetch(url).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await setTimeout(50);
  }
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
