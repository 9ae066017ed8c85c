import assert from "node:assert/strict";
import { isGateError } from "../gate/gate-error.js";
import { maxMessageBytes } from "../run/inbox/inbox-key.js";
import type { RecordStore, StoredLine } from "../run/record/record-store.js";

/** One rule of a contract, to be run by any test framework. */
export interface ContractTest {
  /** The rule, as a sentence. */
  readonly name: string;
  /** Rejects where the rule is broken. */
  readonly run: () => Promise<void>;
}

/** Makes a store without any records, for one test alone. */
export type MakeRecordStore = () => RecordStore | Promise<RecordStore>;

/**
 * Returns the rules that every record store keeps, as tests for any test framework.
 *
 * @example
 * ```ts
 * import { describe, test } from "vitest";
 * import { memoryStore } from "release-gates/stores";
 * import { recordStoreContract } from "release-gates/testing";
 *
 * describe("memoryStore", () => {
 *   for (const { name, run } of recordStoreContract(memoryStore)) test(name, run);
 * });
 * ```
 */
export function recordStoreContract(makeStore: MakeRecordStore): readonly ContractTest[] {
  return Object.entries(rules).map(([name, rule]) => ({
    name,
    run: async () => rule(await makeStore()),
  }));
}

const rules: Readonly<Record<string, (store: RecordStore) => Promise<void>>> = {
  async "a run that is not known has no lines"(store) {
    assert.deepEqual(await store.read("unknown"), []);
    assert.deepEqual(await store.read("unknown", 5), []);
  },

  async "lines come back exactly as they were given, in their order"(store) {
    const lines = ['{"a": 1 }', "", " spaces ", "ünïcödé ✓ 𝒳", "tab\tand \\n", "x".repeat(300_000)];
    await store.append("run", 0, lines.slice(0, 2));
    await store.append("run", 2, lines.slice(2));
    assert.deepEqual(await store.read("run"), lines);
    assert.deepEqual(await store.read("run", 4), lines.slice(4));
    assert.deepEqual(await store.read("run", 99), []);
  },

  async "runs do not mix, whatever their ids are"(store) {
    const ids = ["a", "A", "a/b", "../a", "a b", "ä", "%61", "a\\b", "con", "x".repeat(200)];
    for (const id of ids) await store.append(id, 0, [`of ${id}`]);
    for (const id of ids) assert.deepEqual(await store.read(id), [`of ${id}`]);
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

  async "what a caller does to his list afterwards changes nothing"(store) {
    const lines = ["a", "b"];
    await store.append("run", 0, lines);
    lines.push("c");
    const read = [...(await store.read("run"))];
    assert.deepEqual(read, ["a", "b"]);
    read.pop();
    assert.deepEqual(await store.read("run"), ["a", "b"]);
  },

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

async function assertConflict(
  append: Promise<void>,
  expected: { readonly expectedLines: number; readonly actualLines: number },
): Promise<void> {
  await assert.rejects(append, (error) => {
    assert.ok(
      isGateError(error, "STORE_CONFLICT"),
      `expected a GateError with code STORE_CONFLICT, got ${String(error)}`,
    );
    assert.deepEqual(error.details, { runId: "run", ...expected });
    return true;
  });
}

/** What a store says of every line of a record. */
async function readAllStored(store: RecordStore, runId: string): Promise<readonly StoredLine[]> {
  const all: StoredLine[] = [];
  for (;;) {
    const page = await store.readStored(runId, all.length);
    if (page.length === 0) return all;
    all.push(...page);
    assert.ok(all.length < 10_000, "the pages do not end");
  }
}

/** Subscribes, and resolves when so many lines were heard. */
function collect(store: RecordStore, runId: string, afterLine: number, count: number) {
  const heard: string[] = [];
  let end: (() => void) | undefined;
  const lines = new Promise<readonly string[]>((resolve) => {
    end = store.subscribe(runId, afterLine, (some) => {
      heard.push(...some);
      if (heard.length >= count) resolve([...heard]);
    });
  });
  return { heard, lines, end: () => end?.() };
}
