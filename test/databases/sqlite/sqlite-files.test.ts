import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
  closeSync,
  chmodSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import wasm from "node-sqlite3-wasm";
import { sqlite } from "release-gates/databases";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, faultOf } from "../database-contract.js";
import { firstWords } from "./child-processes.js";
import { makeWorld, type World } from "./world.js";

const count = "SELECT count(*) AS n FROM orders";
const driver = "node-sqlite3-wasm";

describe("a file that is asked", () => {
  let world: World;
  beforeAll(() => {
    world = makeWorld();
  });
  afterAll(() => world.remove());

  /** A copy of the database, under another name. */
  const copyAs = (name: string) => {
    const file = join(world.folder, name);
    copyFileSync(world.file, file);
    return file;
  };
  const copies = () => readdirSync(join(world.folder, "tmp")).filter((name) => !name.includes("-rehearsal-"));

  test.each(["file:orders.db?mode=rwc", "a%20b#c?d.db", ":memory:", "-orders.db", 'o\'rders "x".db', "ö.db", " .db"])(
    "may be called %s",
    async (name) => {
      expect(await ask(sqlite({ file: copyAs(name), driver }), count)).toEqual([{ n: 3 }]);
    },
  );

  test("a link is followed to the file, and to the log beside it", async () => {
    mkdirSync(join(world.folder, "far"));
    const owner = new wasm.Database(join(world.folder, "far", "real.db"));
    owner.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0");
    owner.exec("CREATE TABLE orders (id)");
    owner.exec("INSERT INTO orders VALUES (1), (2)");
    symlinkSync(join(world.folder, "far", "real.db"), join(world.folder, "link.db"));
    expect(await ask(sqlite({ file: join(world.folder, "link.db"), driver }), count)).toEqual([{ n: 2 }]);
    owner.close();
  });

  test.runIf(process.platform !== "win32")("a pipe is refused, and not waited for", async () => {
    const pipe = join(world.folder, "pipe.db");
    execFileSync("mkfifo", [pipe]);
    expect((await faultOf(ask(sqlite({ file: pipe, driver }), count))).message).toContain("it is no file");
    rmSync(pipe);
  });

  test("a folder is refused", async () => {
    const { message } = await faultOf(ask(sqlite({ file: join(world.folder, "data"), driver }), count));
    expect(message).toMatch(/no file|EISDIR/);
  });

  test("an empty file is a fault, though SQLite takes it for a database without tables", async () => {
    const empty = join(world.folder, "empty.db");
    writeFileSync(empty, "");
    const { message } = await faultOf(ask(sqlite({ file: empty, driver }), "SELECT 1 AS one"));
    expect(message).toContain("the file is empty");
  });

  test("a file that is larger than may be copied is a fault, before it fills the disk", async () => {
    const huge = join(world.folder, "huge.db");
    writeFileSync(huge, "SQLite format 3\0");
    truncateSync(huge, 2 ** 40);
    const { message, fault } = await faultOf(ask(sqlite({ file: huge, driver }), count));
    expect(message).toContain("raise maxCopyBytes");
    expect(fault).toBe("limit");
    rmSync(huge);
    expect(copies()).toEqual([]);
  });

  test("a file that there is no room to copy is a fault, before it is begun", async () => {
    const huge = join(world.folder, "huge.db");
    writeFileSync(huge, "SQLite format 3\0");
    truncateSync(huge, 2 ** 43);
    const { message } = await faultOf(ask(sqlite({ file: huge, driver, maxCopyBytes: 2 ** 44 }), count));
    expect(message).toContain("no room for a copy");
    rmSync(huge);
  });

  test("a file that is replaced while it is copied is copied again, or is a fault", async () => {
    const file = copyAs("replaced.db");
    const other = copyAs("replacement.db");
    const writer = new wasm.Database(other);
    writer.exec("DELETE FROM orders WHERE id > 1");
    writer.close();
    const query = ask(sqlite({ file, driver }), "SELECT count(*) AS n, max(id) AS id FROM orders");
    renameSync(other, file);
    const answer: unknown = await query.catch((error: unknown) => error);
    // Either file's truth, and no mixture.
    expect(['[{"n":3,"id":3}]', '[{"n":1,"id":1}]']).toContain(JSON.stringify(answer));
  });

  test("bytes that were changed are never an answer that SQLite's own check would not give", async () => {
    const sound = readFileSync(world.file);
    const answers = new Set<string>();
    for (let seed = 1; seed <= 12; seed += 1) {
      const file = join(world.folder, "damaged.db");
      const bytes = Buffer.from(sound);
      // Into the structure of each page: its first bytes.
      for (let page = 0; page < bytes.length; page += 4_096)
        bytes[page + (page === 0 ? 100 : 0) + (seed % 8)] = 37 * seed;
      writeFileSync(file, bytes);
      const answer = await ask(sqlite({ file, driver }), count).then(
        (rows) => JSON.stringify(rows),
        () => "fault",
      );
      answers.add(answer);
      rmSync(file);
    }
    answers.delete('[{"n":3}]');
    expect([...answers]).toEqual(["fault"]);
  });

  test("a log that was cut or changed in its middle is an anomaly, not the state before it", async () => {
    const folder = join(world.folder, "log");
    mkdirSync(folder);
    const owner = new wasm.Database(join(folder, "a.db"));
    owner.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0");
    owner.exec("CREATE TABLE orders (id)");
    for (let id = 0; id < 5; id += 1) owner.exec(`INSERT INTO orders VALUES (${id})`);
    for (const at of [18, 26, 32 + 24 + 4_096 + 24 + 100, 32 + 3 * (24 + 4_096) + 9]) {
      const file = join(folder, "b.db");
      copyFileSync(join(folder, "a.db"), file);
      copyFileSync(join(folder, "a.db-wal"), `${file}-wal`);
      const log = openSync(`${file}-wal`, "r+");
      writeSync(log, Buffer.from([0xa5, 0x5a]), 0, 2, at);
      closeSync(log);
      expect((await faultOf(ask(sqlite({ file, driver }), count))).fault).toBe("anomaly");
    }
    owner.close();
  });

  test("a log that is left without its shared memory is read, and stays", async () => {
    const folder = join(world.folder, "left");
    mkdirSync(folder);
    copyFileSync(join(world.folder, "log", "a.db"), join(folder, "c.db"));
    const before = readdirSync(folder);
    expect(await ask(sqlite({ file: join(folder, "c.db"), driver }), count)).toEqual([{ n: 5 }]);
    expect(readdirSync(folder)).toEqual(before);
  });

  test("the journal of a write that broke off is a fault, as what it would undo is in the file", async () => {
    const file = copyAs("broken-off.db");
    writeFileSync(`${file}-journal`, Buffer.from("d9d505f920a163d7", "hex"));
    const { isRetryable, message } = await faultOf(ask(sqlite({ file, driver }), count));
    expect(message).toContain("written to");
    expect(isRetryable).toBe(true);
  });

  test.runIf(process.platform === "linux" && hasBetter())(
    "a file that a writer without a journal has locked is a fault that asking again may mend",
    async () => {
      const file = copyAs("locked.db");
      const program = `
        const db = new (require(${JSON.stringify(betterPath())}))(${JSON.stringify(file)});
        db.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
        console.log("locked");
        setInterval(() => {}, 1000);`;
      const owner = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
      const ownerEnds = once(owner, "close");
      await firstWords(owner);
      const { isRetryable } = await faultOf(ask(sqlite({ file, driver }), count));
      owner.kill("SIGKILL");
      await ownerEnds;
      expect(isRetryable).toBe(true);
      expect(await ask(sqlite({ file, driver }), count)).toEqual([{ n: 3 }]);
    },
  );

  test("a file that is encrypted, or of another program, is a fault", async () => {
    const file = join(world.folder, "encrypted.db");
    writeFileSync(file, Buffer.alloc(8_192, 0xa7));
    expect((await faultOf(ask(sqlite({ file, driver }), count))).message).toContain("not a database");
  });

  test("a role that could write the file is warned of, or refused", async () => {
    const file = copyAs("role.db");
    const request = {
      text: count,
      params: [],
      timeoutMs: 10_000,
      maxRows: 10,
      maxBytes: 1_000,
      signal: new AbortController().signal,
    };
    const { warnings } = await sqlite({ file, driver }).query({ ...request, role: "warn" });
    expect(warnings).toEqual(["the user of this process may write the file; run it as one who may only read"]);
    const { fault } = await faultOf(sqlite({ file, driver }).query({ ...request, role: "require-read-only" }));
    expect(fault).toBe("refused");
  });

  test.runIf(process.getuid?.() !== 0)("one who may only read is not warned of", async () => {
    const folder = join(world.folder, "reader");
    mkdirSync(folder);
    const file = copyAs("reader/a.db");
    chmodSync(file, 0o400);
    chmodSync(folder, 0o500);
    expect(await ask(sqlite({ file, driver }), count, { role: "require-read-only" })).toEqual([{ n: 3 }]);
    chmodSync(folder, 0o700);
  });

  test("no copy is left of all that", () => {
    expect(copies()).toEqual([]);
  });
});

function betterPath(): string {
  return createRequire(import.meta.url).resolve("better-sqlite3");
}

function hasBetter(): boolean {
  try {
    return betterPath() !== "";
  } catch {
    return false;
  }
}
