import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ChangeMark } from "../../src/stores/file/change-mark.js";

const folder = mkdtempSync(join(tmpdir(), "release-gates-mark-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Resolves when so many changes were seen. */
function seen(mark: ChangeMark, changes: number) {
  let count = 0;
  let end = () => {};
  const all = new Promise<void>((resolve) => {
    end = mark.onChange(() => (count += 1) === changes && resolve());
  });
  return { all, end: () => end(), count: () => count };
}

test("a mark tells everybody on a folder of each change, by looking alone, and nobody who has left", async () => {
  const [writer, reader] = [new ChangeMark(folder, 5), new ChangeMark(folder, 5)];
  const left = seen(reader, 1);
  left.end();
  left.end();
  const [one, two] = [seen(reader, 1), seen(reader, 1)];
  await writer.set();
  await Promise.all([one.all, two.all]);
  const next = seen(reader, 1);
  await writer.set();
  await next.all;
  expect(left.count()).toBe(0);
  for (const { end } of [one, two, next]) end();
});

test("a mark that cannot be written hurts nobody", async () => {
  const nowhere = new ChangeMark(join(folder, "nowhere"), 5);
  await expect(nowhere.set()).resolves.toBeUndefined();
});

test("a mark that stays the same has everybody look all the same, now and then: a writer that is killed does not set it", async () => {
  const mark = new ChangeMark(join(folder, "nobody sets it"), 1);
  const woken = seen(mark, 2);
  await woken.all;
  woken.end();
  expect(woken.count()).toBe(2);
});
