import assert from "node:assert/strict";
import { isGateError } from "../../gate/gate-error.js";
import type { RecordStore } from "../../run/record/record-store.js";
import { appendAgainAndAgain } from "./append-again-and-again.js";
import { assertConflict } from "./assert-conflict.js";
import { collect } from "./collect.js";
import type { StoreRules } from "./store-rules.js";

/** What is stored, and for whom. */
export const appendRules: StoreRules = {
  async "lines come back exactly as they were given, in their order"(store) {
    const lines = ['{"a": 1 }', "", " spaces ", "ünïcödé ✓ 𝒳", "tab\tand \\n", "x".repeat(300_000)];
    await store.append("run", 0, lines.slice(0, 2));
    await store.append("run", 2, lines.slice(2));
    assert.deepEqual(await store.read("run"), lines);
    assert.deepEqual(await store.read("run", 4), lines.slice(4));
    assert.deepEqual(await store.read("run", 99), []);
  },

  async "appending nothing changes nothing"(store) {
    await store.append("run", 0, []);
    await store.append("run", 0, ["a"]);
    await store.append("run", 1, []);
    assert.deepEqual(await store.read("run"), ["a"]);
  },

  async "a writer who expects fewer or more lines than there are is refused, and nothing of his is stored"(store) {
    await store.append("run", 0, ["a", "b"]);
    for (const expectedLines of [0, 1, 3]) {
      await assertConflict(store.append("run", expectedLines, ["x", "y"]), { expectedLines, actualLines: 2 });
    }
    assert.deepEqual(await store.read("run"), ["a", "b"]);
    await store.append("run", 2, ["c"]);
    assert.deepEqual(await store.read("run"), ["a", "b", "c"]);
  },

  async "of a thousand who decide at once one is heard, and the others are told"(store) {
    await store.append("run", 0, ["undecided"]);
    const writers = Array.from({ length: 1_000 }, (_, index) => [`decided by ${index}`, `told by ${index}`]);
    const results = await Promise.allSettled(writers.map((lines) => store.append("run", 1, lines)));
    const winners = writers.filter((_, index) => results[index]?.status === "fulfilled");
    assert.equal(winners.length, 1);
    assert.deepEqual(await store.read("run"), ["undecided", ...(winners[0] ?? [])]);
    for (const result of results) {
      if (result.status === "fulfilled") continue;
      const { reason } = result as { readonly reason: unknown };
      assert.ok(isGateError(reason, "STORE_CONFLICT"), String(reason));
      assert.equal(reason.details.actualLines, 3);
    }
  },

  async "what was refused is told to nobody, and the next writer is not hindered by it"(store) {
    const heard = collect(store, "run", 0, 2);
    await store.append("run", 0, ["a"]);
    await assertConflict(store.append("run", 0, ["refused"]), { expectedLines: 0, actualLines: 1 });
    await store.append("run", 1, ["b"]);
    assert.deepEqual(await heard.lines, ["a", "b"]);
    heard.end();
    assert.deepEqual(await store.runs(), ["run"]);
  },

  async "of two who append again and again each knows which lines are his, and none is lost or stored twice"(store) {
    const writers = await Promise.all(["ada", "bob"].map((who) => appendAgainAndAgain(store, who, 20)));
    const lines = await store.read("run");
    assert.equal(lines.length, 40);
    for (const won of writers) for (const [at, line] of won) assert.equal(lines[at], line);
    assert.equal(writers.flatMap((won) => [...won.keys()]).length, 40);
  },

  async "what a caller does to his list afterwards changes nothing"(store) {
    const lines = ["a", "b"];
    await store.append("run", 0, lines);
    lines.push("c");
    const read = [...(await store.read("run"))];
    assert.deepEqual(read, ["a", "b"]);
    read.pop();
    assert.deepEqual(await store.read("run"), ["a", "b"]);
  },

  async "runs do not mix, whatever their ids are"(store) {
    const ids = ["a", "A", "a/b", "../a", "a b", "ä", "%61", "a\\b", "con", "x".repeat(200)];
    for (const id of ids) await store.append(id, 0, [`of ${id}`]);
    for (const id of ids) assert.deepEqual(await store.read(id), [`of ${id}`]);
  },

  async "a line or an id that cannot be kept is refused, with all that came with it, and never changed"(store) {
    for (const odd of ["two\nlines", "a\rreturn", "nul \0", "half of a pair \ud83d", "\ufffd", "\u2028"]) {
      await keptOrRefused(store, "run", odd);
      await keptOrRefused(store, `run ${odd}`, "a");
    }
    assert.deepEqual(await store.read("run nobody has begun \ud83d"), []);
  },
};

/** Appends one line behind a first one: either nothing of it is there then, or exactly what was given. */
async function keptOrRefused(store: RecordStore, runId: string, line: string): Promise<void> {
  const before = await store.read(runId);
  const isKept = await store.append(runId, before.length, ["before", line]).then(
    () => true,
    () => false,
  );
  const after = await store.read(runId);
  assert.deepEqual(after, isKept ? [...before, "before", line] : before);
  if (isKept && before.length === 0) assert.equal((await store.runs())[0], runId);
}
