import { execFileSync } from "node:child_process";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { postgresStore, postgresStoreMigration } from "release-gates/stores";
import { expect, test } from "vitest";
import { debianPostgres, freePort, startPostgresFrom, type PostgresServer } from "../helpers/postgres.js";
import { describeWithService } from "../helpers/services.js";

const bin = debianPostgres() ?? "";

/** A server that follows another one, and may be made the one that is written to. */
async function startStandby(primary: PostgresServer) {
  const folder = await mkdtemp(join(tmpdir(), "release-gates-standby-"));
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  const user = process.getuid?.() === 0 ? { uid: id("-u"), gid: id("-g") } : undefined;
  if (user) await chown(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const port = await freePort();
  const run = (program: string, args: readonly string[]) =>
    execFileSync(join(bin, program), args, { ...user, cwd: folder, stdio: "ignore" });
  const control = (...args: readonly string[]) => run("pg_ctl", ["-D", data, "-w", "-l", join(folder, "log"), ...args]);
  run("pg_basebackup", ["-D", data, "-R", "-c", "fast", "-d", primary.url("postgres", "secret", "postgres")]);
  control("-o", `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c max_prepared_transactions=4`, "start");
  return {
    pool: new pg.Pool({ connectionString: `postgres://postgres@127.0.0.1:${port}/postgres` }),
    promote: () => control("promote"),
    async [Symbol.asyncDispose]() {
      control("-m", "immediate", "stop");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

describeWithService("a store whose pool meets a standby", bin !== "", "Install postgresql.", () => {
  test("is read and followed by looking, takes no lines and says why, and takes them once it is promoted", async () => {
    await using primary = await startPostgresFrom(bin);
    const admin = new pg.Pool({ connectionString: primary.url("postgres", "secret", "postgres") });
    await admin.query(postgresStoreMigration());
    await postgresStore({ pool: admin }).append("run", 0, ["a"]);
    await using standby = await startStandby(primary);
    const store = postgresStore({ pool: standby.pool, poll: 20 });
    const heard: string[] = [];
    let until = (): boolean => false;
    let done = () => {};
    const end = store.subscribe("run", 0, (lines) => {
      heard.push(...lines);
      if (until()) done();
    });
    const hears = (line: string) =>
      new Promise<void>((resolve) => {
        until = () => heard.includes(line);
        done = resolve;
        if (until()) resolve();
      });

    await postgresStore({ pool: admin }).append("run", 1, ["b"]);
    await hears("b");
    await expect(store.append("run", 2, ["c"])).rejects.toThrow(/takes no writes from this role: it is a standby/);
    await admin.end();
    standby.promote();
    await store.append("run", 2, ["c"]);
    await hears("c");
    expect(heard).toEqual(["a", "b", "c"]);
    end();
    await standby.pool.end();
  });
});
