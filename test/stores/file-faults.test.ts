import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileStore } from "release-gates/stores";
import { afterAll, describe, expect, test } from "vitest";

const root = mkdtempSync(join(tmpdir(), "release-gates-faults-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A folder with a record of three batches, and where they are. */
async function written() {
  const folder = mkdtempSync(join(root, "store-"));
  const store = fileStore({ folder });
  await store.append("run", 0, ["a", "b"]);
  await store.append("run", 2, ["c", "d"]);
  await store.append("run", 4, ["e"]);
  const place = join(folder, readdirSync(folder).find((name) => name.startsWith("run-")) ?? "");
  return { folder, store, place };
}

describe("a folder of records", () => {
  test.each([
    ["0000000001.jsonl", "a\nb"],
    ["0000000005.jsonl", "e"],
    ["0000000005.jsonl", ""],
    ["0000000005.jsonl", "e\n\0\0\0\0"],
  ])("is not read where %s was cut to %j", async (name, text) => {
    const { folder, store, place } = await written();
    writeFileSync(join(place, name), text);
    await expect(store.read("run")).rejects.toThrow(
      /cannot be read: The file ".*" ends in the middle of a line: it was cut/,
    );
    await expect(fileStore({ folder }).readStored("run", 0)).rejects.toThrow("it was cut");
    await expect(fileStore({ folder }).append("run", 4, ["mine"])).rejects.toThrow("it was cut");
  });

  test.each([
    ["is gone", (file: string) => rmSync(file)],
    ["has lost a line", (file: string) => writeFileSync(file, "c\n")],
  ])("is neither read nor written where a file in its middle %s", async (_, harm) => {
    const { folder, store, place } = await written();
    expect(await store.readStored("run", 2)).toHaveLength(3);
    harm(join(place, "0000000003.jsonl"));
    const other = fileStore({ folder });
    for (const ask of [
      () => store.read("run"),
      () => other.readStored("run", 0),
      () => other.append("run", 2, ["mine"]),
      () => other.append("run", 5, ["mine"]),
    ])
      await expect(ask()).rejects.toThrow("has lines missing in its middle");
    expect(readdirSync(place).filter((name) => name > "0000000005.jsonl" && name.endsWith(".jsonl"))).toEqual([]);
  });

  test("is read from the beginning where the record is another one than it was", async () => {
    const { folder, store, place } = await written();
    expect(await store.readStored("run", 4)).toMatchObject([{ line: "e" }]);
    rmSync(place, { recursive: true });
    await fileStore({ folder }).append("run", 0, ["v", "w", "x", "y", "z"]);
    expect(await store.readStored("run", 4)).toMatchObject([{ line: "z" }]);
  });

  test("takes no more lines of a record whose folder was removed meanwhile", async () => {
    const { store, place } = await written();
    rmSync(place, { recursive: true });
    await expect(store.append("run", 5, ["f"])).rejects.toThrow('the first lines of run "run" are gone');
  });

  test("lists the others where one run.json is broken, and warns once", async () => {
    const { folder, store, place } = await written();
    await store.append("other", 0, ["a"]);
    writeFileSync(join(place, "run.json"), "{ broken");
    const warned = once(process, "warning");
    expect(await fileStore({ folder }).runs()).toEqual(["other"]);
    expect(String((await warned)[0])).toContain("cannot be listed: its run.json is broken");
    expect(await store.read("run")).toHaveLength(5);
  });

  test("may be a link to another one", async () => {
    const { folder } = await written();
    const link = join(root, "link");
    symlinkSync(folder, link);
    await fileStore({ folder: link }).append("run", 5, ["f"]);
    expect(await fileStore({ folder }).read("run")).toHaveLength(6);
  });

  test.each([
    "../../escape",
    "/etc/passwd",
    "..",
    ".",
    "a\nb",
    "con.txt",
    "*",
    "~root",
    `${"a".repeat(39)}𝒳`,
    "𝒳".repeat(90),
    "e\u0301",
  ])("keeps the run %j inside, and lists it", async (runId) => {
    const folder = mkdtempSync(join(root, "Ünïcode 'quoted' \"name\" $HOME\n"));
    const store = fileStore({ folder });
    await store.append(runId, 0, ["a"]);
    expect(readdirSync(folder)).toEqual(["changed", expect.stringMatching(/^run-[^/\\.\n]*[0-9a-f]{32}$/)]);
    const other = fileStore({ folder });
    expect([await other.read(runId), await other.runs()]).toEqual([["a"], [runId]]);
  });

  test("holds a line of 16 MiB, and 10,000 small ones, as they were given", async () => {
    const store = fileStore({ folder: mkdtempSync(join(root, "store-")) });
    const long = "ä".repeat(8 * 1024 * 1024);
    const small = Array.from({ length: 10_000 }, (_, index) => `${index}`);
    await store.append("run", 0, [long]);
    await store.append("run", 1, small);
    expect((await store.read("run")).join("\n") === [long, ...small].join("\n")).toBe(true);
    const [first, ...rest] = await store.readStored("run", 0);
    expect([first?.line === long, rest]).toEqual([true, []]);
    expect((await store.readStored("run", 9_999)).map(({ line }) => line)).toEqual(["9998", "9999"]);
  });

  test("says in plain words that something in its path is no folder", async () => {
    const { place } = await written();
    const file = join(place, "run.json");
    expect(readFileSync(file, "utf8")).toContain("runId");
    const store = fileStore({ folder: join(file, "inside") });
    await expect(store.append("run", 0, ["a"])).rejects.toThrow(/cannot be written: .*is no folder/);
  });
});
