import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, type PostgresServer } from "./postgres.js";

/** A PgBouncer between clients and a server, on a port of its own. */
export interface PgBouncer extends AsyncDisposable {
  readonly url: PostgresServer["url"];
}

/** Whether Debian's package is installed. */
export function hasPgBouncer(): boolean {
  try {
    execFileSync("pgbouncer", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Starts a PgBouncer with one connection to the server for each role and database. `users` are names and passwords. */
export async function startPgBouncer(
  server: PostgresServer,
  mode: "session" | "transaction" | "statement",
  users: Readonly<Record<string, string>>,
): Promise<PgBouncer> {
  const folder = await mkdtemp(join(tmpdir(), "release-gates-pgbouncer-"));
  const port = await freePort();
  const passwords = Object.entries(users).map(([name, password]) => `"${name}" "${password}"`);
  const settings = {
    listen_addr: "127.0.0.1",
    listen_port: port,
    unix_socket_dir: "",
    auth_type: "plain",
    auth_file: join(folder, "users"),
    pool_mode: mode,
    default_pool_size: 1,
    logfile: join(folder, "log"),
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  await writeFile(join(folder, "users"), passwords.join("\n"));
  await writeFile(
    join(folder, "ini"),
    [`[databases]`, `* = host=${server.host} port=${server.port}`, `[pgbouncer]`, ...lines].join("\n"),
  );
  // It does not run as root, and what is started by nobody is not the server's own user.
  const isRoot = process.getuid?.() === 0;
  const id = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  const user = isRoot ? { uid: id("-u"), gid: id("-g") } : {};
  if (isRoot) await chown(folder, id("-u"), id("-g"));
  await chmod(folder, 0o755);
  const pooler = spawn("pgbouncer", [join(folder, "ini")], { ...user, stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(pooler, "exit");
  await new Promise<void>((resolve, reject) => {
    let said = "";
    pooler.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("process up")) resolve();
    });
    pooler.once("error", reject);
    pooler.once("exit", () => reject(new Error(`pgbouncer ended: ${said}`)));
  });
  return {
    url: (name, password, database) =>
      `postgres://${encodeURIComponent(name)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
    async [Symbol.asyncDispose]() {
      pooler.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
