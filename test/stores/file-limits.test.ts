import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileStore } from "release-gates/stores";
import { afterAll, describe, expect, test } from "vitest";
import { describeWherePossible, describeWithService } from "../helpers/services.js";
import { buildStoreProgram, type Said, type Step } from "./store-process.js";
import { describeWithStrace, hasPrlimit, withFault, withLimit } from "./system-faults.js";

const root = mkdtempSync(join(tmpdir(), "release-gates-limits-"));
chmodSync(root, 0o755);
afterAll(() => rmSync(root, { recursive: true, force: true }));
const newFolder = () => {
  const folder = mkdtempSync(join(root, "store-"));
  chmodSync(folder, 0o755);
  return folder;
};

const start = buildStoreProgram();

async function done(folder: string, steps: readonly Step[], under?: readonly string[]): Promise<readonly Said[]> {
  await using one = await start(folder, steps, under);
  return await one.rest();
}

describeWithStrace("a disk that refuses", () => {
  // The calls of the first batch, and of what lists the run, come before.
  test.each([
    ["fsync:error=ENOSPC:when=6", /no space is left on its disk/],
    ["fsync:error=EDQUOT:when=6", /its user may not take more of the disk/],
    ["fsync:error=EIO:when=6", /EIO/],
    ["link:error=EROFS:when=3", /its file system is read-only/],
    ["link:error=EPERM:when=3", /has no hard links/],
  ])(
    "at %s rejects the append in plain words, stores nothing of it, and the next one goes through",
    async (fault, why) => {
      const folder = newFolder();
      const steps: readonly Step[] = [
        { append: ["run", 0, ["a"]] },
        { append: ["run", 1, ["b", "c"]] },
        { read: "run" },
        { append: ["run", 1, ["d"]] },
      ];
      const [first, refused, read, next] = await done(folder, steps, withFault(fault));
      expect([first?.did, next?.did]).toEqual(["stored", "stored"]);
      expect(refused?.failed).toMatch(why);
      expect(refused?.failed).toContain(`The records in "${folder}" cannot be written`);
      expect(read?.did).toEqual(["a"]);
      expect(await fileStore({ folder }).read("run")).toEqual(["a", "d"]);
      const [run = ""] = readdirSync(folder).filter((name) => name.startsWith("run-"));
      expect(readdirSync(join(folder, run)).filter((name) => name.startsWith("draft-"))).toEqual([]);
    },
  );

  test("after the lines have their name rejects the append, though they are there: whoever wrote them looks", async () => {
    const folder = newFolder();
    const steps: readonly Step[] = [
      { append: ["run", 0, ["a"]] },
      { append: ["run", 1, ["b"]] },
      { append: ["run", 1, ["b"]] },
    ];
    const [, doubtful, again] = await done(folder, steps, withFault("fsync:error=EIO:when=7"));
    expect(doubtful?.failed).toContain("EIO");
    expect(again?.failed).toContain('The record of run "run" has 2 lines, not 1');
  });

  test("to remove a draft fails nobody", async () => {
    const folder = newFolder();
    expect(await done(folder, [{ append: ["run", 0, ["a"]] }], withFault("unlink:error=EROFS:when=1+"))).toEqual([
      { did: "stored" },
    ]);
    expect(await fileStore({ folder }).runs()).toEqual(["run"]);
  });

  test.each(["inotify_add_watch:error=ENOSPC:when=1+", "inotify_init1:error=EMFILE:when=1+"])(
    "to watch for us (%s) is looked at now and then",
    async (fault) => {
      const folder = newFolder();
      const steps: readonly Step[] = [{ follow: "run" }, { wait: true }, { end: true }];
      await using follower = await start(folder, steps, withFault(fault));
      expect(await follower.rest()).toEqual([{ did: "follows" }]);
      await fileStore({ folder }).append("run", 0, ["a", "b"]);
      expect(await follower.next()).toEqual({ heard: ["a", "b"] });
      follower.goOn();
      // It ends by itself: nothing of a subscription is left.
      expect(await follower.rest()).toEqual([{ did: "goes on" }, { did: 1 }]);
    },
  );
});

describeWithService("a process with little room", hasPrlimit(), "Install util-linux.", () => {
  test("writes what is small enough, and nothing of what is too large", async () => {
    const folder = newFolder();
    const large = Array.from({ length: 100 }, () => "x".repeat(1_000));
    const steps: readonly Step[] = [
      { append: ["run", 0, ["a"]] },
      { append: ["run", 1, large] },
      { append: ["run", 1, ["b"]] },
    ];
    const [, refused, small] = await done(folder, steps, withLimit("fsize", 8_192));
    expect(refused?.failed).toContain("this process may not write files of that size");
    expect(small?.did).toBe("stored");
    expect(await fileStore({ folder }).read("run")).toEqual(["a", "b"]);
  });

  test("begins a hundred runs at once with room for half as many files, and lists them", async () => {
    const folder = newFolder();
    const [begun, listed] = await done(folder, [{ begin: 100 }, { runs: true }], withLimit("nofile", 50));
    expect(begun).toEqual({ did: 100 });
    expect(listed?.did).toHaveLength(100);
  });
});

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

describeWherePossible("another user", isRoot, "Run the tests as root.", () => {
  test("who may only read is told so when he appends, and reads and follows all the same", async () => {
    const folder = newFolder();
    const store = fileStore({ folder });
    await store.append("run", 0, ["a"]);
    const steps: readonly Step[] = [
      { user: nobody },
      { append: ["run", 1, ["mine"]] },
      { append: ["mine", 0, ["mine"]] },
      { read: "run" },
      { runs: true },
      { follow: "run" },
      { wait: true },
      { end: true },
    ];
    await using reader = await start(folder, steps);
    const [, appended, begun, read, listed] = await reader.rest();
    for (const said of [appended, begun]) {
      expect(said?.failed).toContain(`The records in "${folder}" cannot be written: this process may not do that`);
    }
    expect([read?.did, listed?.did]).toEqual([["a"], ["run"]]);
    expect(await reader.next()).toEqual({ heard: ["a"] });
    await store.append("run", 1, ["b"]);
    expect(await reader.next()).toEqual({ heard: ["b"] });
    reader.goOn();
    await reader.rest();
  });

  test("who may not look into the folder is told so, and not that it is empty", async () => {
    const folder = newFolder();
    await fileStore({ folder }).append("run", 0, ["a"]);
    chmodSync(folder, 0o700);
    const [, read, listed] = await done(folder, [{ user: nobody }, { read: "run" }, { runs: true }]);
    for (const said of [read, listed]) expect(said?.failed).toContain("cannot be read: this process may not do that");
  });
});

describe("a folder", () => {
  test("that is removed, and made again by whoever writes, is followed on", async () => {
    const folder = newFolder();
    const [writer, reader] = [fileStore({ folder }), fileStore({ folder, poll: 20 })];
    await writer.append("first", 0, ["a"]);
    const heard: string[] = [];
    const all = new Promise<void>((resolve) => {
      const end = reader.subscribe("second", 0, (lines) => {
        heard.push(...lines);
        if (heard.length < 2) return;
        queueMicrotask(() => end());
        resolve();
      });
    });
    rmSync(folder, { recursive: true });
    await writer.append("second", 0, ["b"]);
    await writer.append("second", 1, ["c"]);
    await all;
    expect(heard).toEqual(["b", "c"]);
  });
});
