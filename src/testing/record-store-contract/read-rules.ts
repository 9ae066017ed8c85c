import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { collect } from "./collect.js";
import { readAllStored } from "./read-all-stored.js";
import type { StoreRules } from "./store-rules.js";

/** What whoever reads finds. */
export const readRules: StoreRules = {
  async "a run that is not known has no lines"(store) {
    assert.deepEqual(await store.read("unknown"), []);
    assert.deepEqual(await store.read("unknown", 5), []);
  },

  async "much is read page by page, and told to subscribers the same"(store) {
    const lines = Array.from({ length: 2_500 }, (_, index) => `line ${index}`);
    const long = Array.from({ length: 40 }, (_, index) => `${index} ${"x".repeat(250_000)}`);
    await store.append("run", 0, lines.slice(0, 1_500));
    await store.append("run", 1_500, [...lines.slice(1_500), ...long]);
    const all = [...lines, ...long];
    const told = collect(store, "run", 0, all.length);
    assert.deepEqual(
      (await readAllStored(store, "run")).map(({ line }) => line),
      all,
    );
    assert.deepEqual(await told.lines, all);
    told.end();
  },

  async "whoever reads while others append finds a beginning of the record, of whole batches"(store) {
    const batches = Array.from({ length: 20 }, (_, index) => [`${index} a`, `${index} b`, `${index} c`]);
    const all = batches.flat();
    let isWritten = false;
    const writing = (async () => {
      for (const [index, batch] of batches.entries()) await store.append("run", index * 3, batch);
    })().finally(() => (isWritten = true));
    // Said at the end; until then whoever reads says what is wrong.
    writing.catch(() => {});
    let read: readonly string[] = [];
    for (let isLast = false; !isLast; await setImmediate()) {
      isLast = isWritten;
      const before = read.length;
      read = await store.read("run");
      assert.equal(read.length % 3, 0);
      assert.ok(read.length >= before, "lines that were there are gone");
      assert.deepEqual(read, all.slice(0, read.length));
      const later = (await store.readStored("run", before)).map(({ line }) => line);
      assert.deepEqual(later, all.slice(before, before + later.length));
    }
    assert.deepEqual(read, all);
    await writing;
  },
};
