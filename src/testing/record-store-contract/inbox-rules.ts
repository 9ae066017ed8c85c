import assert from "node:assert/strict";
import { isGateError } from "../../gate/gate-error.js";
import { maxMessageBytes } from "../../run/inbox/inbox-key.js";
import { appendAgainAndAgain } from "./append-again-and-again.js";
import { collect } from "./collect.js";
import { readAllStored } from "./read-all-stored.js";
import type { StoreRules } from "./store-rules.js";

/** Inboxes, and when a line was taken. */
export const inboxRules: StoreRules = {
  async "an inbox is a record of its own"(store) {
    await store.append("run", 0, ["a"]);
    await store.append("run:inbox", 0, ["b"]);
    assert.deepEqual(await store.read("run"), ["a"]);
    assert.deepEqual(await store.read("run:inbox"), ["b"]);
  },

  async "a message that is too long is refused, with all that came with it, and the next one is taken"(store) {
    const longest = "x".repeat(maxMessageBytes);
    await assert.rejects(store.append("run:inbox", 0, ["a message", `${longest}x`]), (error) => {
      assert.ok(isGateError(error, "RUN_INPUT_INVALID"), String(error));
      assert.match(error.message, /expected a message of at most 270336 bytes, got 270337/);
      return true;
    });
    await assert.rejects(store.append("run:inbox", 0, ["ä".repeat(maxMessageBytes / 2 + 1)]));
    await store.append("run:inbox", 0, [longest]);
    assert.deepEqual(await store.read("run:inbox"), [longest]);
    await store.append("run", 0, [`${longest}x`]);
  },

  async "the store says when it took each line, to whoever reads it and to whoever subscribes"(store) {
    const told = new Promise<readonly number[]>((resolve) => {
      const times: number[] = [];
      const end = store.subscribe("run", 0, (_, storedAt) => {
        times.push(...storedAt);
        if (times.length < 3) return;
        queueMicrotask(() => end());
        resolve(times);
      });
    });
    await store.append("run", 0, ["a", "b"]);
    await store.append("run", 2, ["c"]);
    const stored = await readAllStored(store, "run");
    assert.deepEqual(
      stored.map(({ line }) => line),
      ["a", "b", "c"],
    );
    const times = stored.map(({ storedAt }) => storedAt);
    assert.ok(times.every(Number.isSafeInteger), `expected milliseconds, got ${times.join(", ")}`);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.deepEqual(await told, times);
    assert.deepEqual(await store.readStored("run", 3), []);
    assert.deepEqual(await store.readStored("unknown", 0), []);
  },

  async "an inbox that many write to has one order and one time a message, for whoever reads it and however often"(
    store,
  ) {
    const told = collect(store, "run:inbox", 0, 30);
    await Promise.all(["ada", "bob", "cyd"].map((who) => appendAgainAndAgain(store, who, 10, "run:inbox")));
    const stored = await readAllStored(store, "run:inbox");
    const lines = stored.map(({ line }) => line);
    assert.equal(new Set(lines).size, 30);
    assert.deepEqual(await store.read("run:inbox"), lines);
    assert.deepEqual(await told.lines, lines);
    told.end();
    for (const after of [0, 7, 29]) assert.deepEqual(await store.readStored("run:inbox", after), stored.slice(after));
  },
};
