import assert from "node:assert/strict";
import { assertConflict } from "./assert-conflict.js";
import type { StoreRules } from "./store-rules.js";

/** Which runs are listed. */
export const runsRules: StoreRules = {
  async "runs are listed, the one that began last first, and pages go on where the one before ended"(store) {
    assert.deepEqual(await store.runs(), []);
    const ids = ["b", "a/b", "A", "a", "../c", "ä"];
    for (const id of ids) await store.append(id, 0, ["first"]);
    await store.append("b", 1, ["second"]);
    await store.append("nothing", 0, []);
    await store.append("a:inbox", 0, ["a message"]);
    await assertConflict(store.append("run", 1, ["too far"]), { expectedLines: 1, actualLines: 0 });
    const newest = ids.toReversed();
    assert.deepEqual(await store.runs(), newest);
    assert.deepEqual(await store.runs({ limit: 2 }), newest.slice(0, 2));
    assert.deepEqual(await store.runs({ limit: 2, before: "a" }), newest.slice(3, 5));
    assert.deepEqual(await store.runs({ before: "b" }), []);
    assert.deepEqual(await store.runs({ before: "unknown" }), []);
    for (const limit of [0, 1_001, 1.5]) await assert.rejects(store.runs({ limit }));
  },

  async "whoever pages through runs gets each once, though others begin meanwhile; a page has a hundred where nobody says"(
    store,
  ) {
    const ids = Array.from({ length: 130 }, (_, index) => `run ${index}`);
    for (const id of ids) await store.append(id, 0, ["first"]);
    assert.deepEqual(await store.runs(), ids.toReversed().slice(0, 100));
    const seen: string[] = [];
    for (let page = await store.runs({ limit: 50 }); page.length > 0;) {
      seen.push(...page);
      await store.append(`new ${seen.length}`, 0, ["first"]);
      page = await store.runs({ limit: 50, before: seen.at(-1) ?? "" });
      assert.ok(seen.length <= ids.length, "the pages do not end");
    }
    assert.deepEqual(seen, ids.toReversed());
  },
};
