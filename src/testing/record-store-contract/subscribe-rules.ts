import assert from "node:assert/strict";
import { collect } from "./collect.js";
import type { StoreRules } from "./store-rules.js";

/** What subscribers hear. */
export const subscribeRules: StoreRules = {
  async "a subscriber gets the lines there are, then each as it comes; each once, in order"(store) {
    await store.append("run", 0, ["a", "b"]);
    const all = collect(store, "run", 0, 5);
    const later = collect(store, "run", 1, 4);
    await store.append("run", 2, ["c"]);
    await store.append("run", 3, ["d", "e"]);
    assert.deepEqual(await all.lines, ["a", "b", "c", "d", "e"]);
    assert.deepEqual(await later.lines, ["b", "c", "d", "e"]);
    all.end();
    later.end();
  },

  async "a subscriber may come before the run, and ahead of it"(store) {
    const early = collect(store, "run", 0, 3);
    const ahead = collect(store, "run", 2, 1);
    await store.append("run", 0, ["a"]);
    await store.append("run", 1, ["b", "c"]);
    assert.deepEqual(await early.lines, ["a", "b", "c"]);
    assert.deepEqual(await ahead.lines, ["c"]);
    early.end();
    ahead.end();
  },

  async "a subscriber hears of its own run alone, and of nothing after its end"(store) {
    const ended = collect(store, "run", 0, 1);
    await store.append("other", 0, ["x"]);
    await store.append("run", 0, ["a"]);
    assert.deepEqual(await ended.lines, ["a"]);
    ended.end();
    ended.end();
    // Whoever subscribed later hears of the next line; by then the one who left would have heard of it too.
    const witness = collect(store, "run", 1, 1);
    await store.append("run", 1, ["b"]);
    assert.deepEqual(await witness.lines, ["b"]);
    assert.deepEqual(ended.heard, ["a"]);
    witness.end();
  },

  async "a subscriber may leave while it is told, and hears no more"(store) {
    await store.append("run", 0, ["a"]);
    const heard: string[] = [];
    const left = new Promise<void>((resolve) => {
      const end = store.subscribe("run", 0, (lines) => {
        heard.push(...lines);
        // A store may tell of what there is before it has returned what ends that.
        queueMicrotask(() => (end(), resolve()));
      });
    });
    await left;
    const witness = collect(store, "run", 1, 1);
    await store.append("run", 1, ["b"]);
    assert.deepEqual(await witness.lines, ["b"]);
    assert.deepEqual(heard, ["a"]);
    witness.end();
  },

  async "a listener that throws hurts nobody"(store) {
    const endBroken = store.subscribe("run", 0, () => {
      throw new Error("this listener is broken, on purpose");
    });
    const witness = collect(store, "run", 0, 2);
    await store.append("run", 0, ["a"]);
    await store.append("run", 1, ["b"]);
    assert.deepEqual(await witness.lines, ["a", "b"]);
    assert.deepEqual(await store.read("run"), ["a", "b"]);
    endBroken();
    witness.end();
  },
};
