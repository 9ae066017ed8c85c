import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import mysql from "mysql2/promise";

/** A real MariaDB server on a port of its own. */
export interface MariaDbServer extends AsyncDisposable {
  readonly version: string;
  /** The folder that its files are in, to which it can write. */
  readonly folder: string;
  /** The parts of a connection as the server's root, who has no password. */
  readonly root: { readonly host: string; readonly port: number; readonly user: string };
  /** Opens a connection that runs several statements at once, for what a test prepares and looks at. */
  readonly open: (user?: string, password?: string, database?: string) => Promise<mysql.Connection>;
}

const run = promisify(execFile);
const looks = 600;

/** Starts the server of Debian's package with an empty data folder. Nothing of it is left when it is disposed of. */
export async function startMariaDb(): Promise<MariaDbServer> {
  const folder = await mkdtemp(join(tmpdir(), "release-gates-mariadb-"));
  const user = process.getuid?.() === 0 ? ["--user=mysql"] : [];
  if (process.getuid?.() === 0) await chmod(folder, 0o777);
  const own = ["--no-defaults", ...user, `--datadir=${join(folder, "data")}`, `--tmpdir=${folder}`];
  await run("mariadb-install-db", [...own, "--auth-root-authentication-method=normal", "--skip-test-db"]);
  const port = await freePort();
  const flags = `--bind-address=127.0.0.1 --skip-name-resolve --log-bin --server-id=1 --log-bin-trust-function-creators
    --secure-file-priv= --innodb-flush-log-at-trx-commit=0 --innodb-buffer-pool-size=64M`;
  const server = spawn(
    "/usr/sbin/mariadbd",
    [...own, `--socket=${join(folder, "socket")}`, `--port=${port}`, ...flags.split(/\s+/)],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  await isReady(server.stderr);
  const root = { host: "127.0.0.1", port, user: "root" };
  const open: MariaDbServer["open"] = (name = "root", password = "", database) =>
    mysql.createConnection({
      ...root,
      user: name,
      password,
      multipleStatements: true,
      ...(database === undefined ? {} : { database }),
    });
  const client = await open();
  const [rows] = await client.query<mysql.RowDataPacket[]>("SELECT VERSION() AS version");
  await client.end();
  return {
    version: String(rows[0]?.["version"]),
    folder,
    root,
    open,
    async [Symbol.asyncDispose]() {
      const gone = once(server, "exit");
      server.kill("SIGKILL");
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function isReady(log: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = "";
    log.on("data", (chunk: Buffer) => {
      text += String(chunk);
      if (text.includes("ready for connections")) resolve();
    });
    log.on("end", () => reject(new Error(`the server did not start: ${text.slice(-2_000)}`)));
  });
}

/** Asks again until nothing is left, or for some seconds: ended is more than told to end. */
export async function untilNone<Item>(ask: () => Promise<readonly Item[]>): Promise<readonly Item[]> {
  let left: readonly Item[] = [];
  for (let look = 0; look < looks; look++) {
    left = await ask();
    if (left.length === 0) break;
  }
  return left;
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
