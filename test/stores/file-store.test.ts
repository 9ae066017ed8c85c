/* oxlint-disable vitest/valid-title, vitest/expect-expect -- the contract names its tests, and asserts by itself */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { allOf, isGateError, replay, runGates } from "release-gates";
import { fileStore, type FileStoreOptions } from "release-gates/stores";
import { recordStoreContract } from "release-gates/testing";
import { afterAll, describe, expect, test } from "vitest";
import { gate, release } from "../helpers/gates.js";
import { killedWriters, startWriter } from "./killed-writers.js";

const root = mkdtempSync(join(tmpdir(), "release-gates-records-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const newFolder = () => mkdtempSync(join(root, "store-"));

describe("fileStore", () => {
  for (const { name, run } of recordStoreContract(() => fileStore({ folder: newFolder() }))) test(name, run);
});

describe("records in files", () => {
  test("are there for another store on the same folder, whole, and decide again", async () => {
    const folder = join(newFolder(), "made", "on demand");
    const store = fileStore({ folder });
    const verdict = await runGates(allOf("all", [gate("a", "pass"), gate("b", "fail")]), { release, store });
    const record = await fileStore({ folder }).read(verdict.runId);
    expect(record).toHaveLength(verdict.record.lines);
    expect(await replay(record)).toMatchObject({ isAsRecorded: true, verdict: { decision: "rollback" } });
  });

  test("of a thousand who write at once have one writer, and the others are told", async () => {
    const folder = newFolder();
    const stores = Array.from({ length: 10 }, () => fileStore({ folder }));
    const results = await Promise.allSettled(
      Array.from({ length: 1_000 }, async (_, index) => stores[index % 10]?.append("run", 0, [`by ${index}`])),
    );
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
    expect(refused).toHaveLength(999);
    expect(refused.every((reason) => isGateError(reason, "STORE_CONFLICT"))).toBe(true);
    expect(await fileStore({ folder }).read("run")).toEqual([
      `by ${results.findIndex(({ status }) => status === "fulfilled")}`,
    ]);
  });

  test("written by several processes have each line once, from one of them", async () => {
    const folder = newFolder();
    const writers = ["ada", "bob", "cyd"].map((who) => startWriter(folder, who, 120));
    const won = (await Promise.all(writers.map(({ stdout }) => text(stdout)))).map((told) =>
      told.replace("ready\n", ""),
    );
    const starts = won.flatMap((told) => told.split(" ").filter((start) => start !== "")).map(Number);
    expect(new Set(starts).size).toBe(starts.length);
    const lines = await fileStore({ folder }).read("run");
    expect(lines.length).toBeGreaterThanOrEqual(120);
    expect(lines.map((line) => Number.parseInt(line, 10))).toEqual(lines.map((_, index) => index + 1));
  });

  test("survive whoever writes them being killed at any moment: whole batches, and none that was promised is lost", async () => {
    const folder = newFolder();
    const store = fileStore({ folder });
    await killedWriters(folder, store);
    await store.append("run", (await store.read("run")).length, ["and goes on"]);
  });

  test("tell a subscriber in another process's place of lines by notification or by looking", async () => {
    const folder = newFolder();
    const heard: string[] = [];
    let end: (() => void) | undefined;
    const all = new Promise<void>((resolve) => {
      end = fileStore({ folder, poll: 20 }).subscribe("run", 1, (lines) => {
        heard.push(...lines);
        if (heard.length === 4) resolve();
      });
    });
    const writer = fileStore({ folder });
    await writer.append("run", 0, ["a", "b", "c"]);
    await writer.append("run", 3, ["d", "e"]);
    await all;
    end?.();
    expect(heard).toEqual(["b", "c", "d", "e"]);
  });

  test("that cannot be kept make the run hold", async () => {
    const folder = join(newFolder(), "a file");
    writeFileSync(folder, "in the way");
    const verdict = await runGates(gate("a", "pass"), { release, store: fileStore({ folder }) });
    expect([verdict.decision, verdict.reason]).toEqual(["hold", expect.stringContaining("could not be stored")]);
  });

  test("are listed by every store on the folder, and a run whose writer was killed before its first line is not", async () => {
    const folder = newFolder();
    const [one, two] = [fileStore({ folder }), fileStore({ folder })];
    await one.append("first", 0, ["a"]);
    await two.append("second", 0, ["b"]);
    await two.append("third", 0, ["c"]);
    const third = readdirSync(folder).find((name) => name.startsWith("run-third")) ?? "";
    rmSync(join(folder, third, "0000000001.jsonl"));
    writeFileSync(join(folder, "run-notes.txt"), "nobody's");
    expect(await one.runs()).toEqual(["second", "first"]);
    await one.append("third", 0, ["c"]);
    expect(await one.runs({ limit: 2 })).toEqual(["third", "second"]);
    expect(await fileStore({ folder: join(folder, "nowhere") }).runs()).toEqual([]);
  });

  test("leave no drafts", async () => {
    const folder = newFolder();
    const store = fileStore({ folder });
    await Promise.allSettled([store.append("run", 0, ["a"]), store.append("run", 0, ["b"])]);
    const [mark, run = ""] = readdirSync(folder).toSorted();
    expect(mark).toBe("changed");
    expect(run).toMatch(/^run-run-[0-9a-f]{32}$/);
    expect(readdirSync(join(folder, run))).toEqual(["0000000001.jsonl", "run.json"]);
  });

  test.each<[string, unknown, string]>([
    ["nothing", undefined, "expected object"],
    ["no folder", {}, "folder: "],
    ["an empty folder", { folder: "" }, "folder: expected the path of a folder"],
    ["a poll that is no time", { folder: "x", poll: 0 }, "poll: expected a duration above 0"],
    ["a poll that no timer takes", { folder: "x", poll: "30d" }, "poll: expected at most a day"],
    ["a typo", { folder: "x", pol: 1 }, "pol"],
  ])("are refused a place that is %s", (_, options, why) => {
    expect(() => fileStore(options as FileStoreOptions)).toThrow(why);
    expect(() => fileStore(options as FileStoreOptions)).toThrow(
      expect.objectContaining({ code: "GATE_CONFIG_INVALID" }),
    );
  });
});
