import { setImmediate } from "node:timers/promises";
import { isGateError, type RecordStore } from "release-gates";
import { memoryStore } from "release-gates/stores";
import { recordStoreContract } from "release-gates/testing";
import { describe, expect, test } from "vitest";

/** Which rules a store breaks. */
async function brokenBy(breakIt: (store: RecordStore) => Partial<RecordStore>): Promise<readonly string[]> {
  const makeStore = () => {
    const store = memoryStore();
    return { ...store, ...breakIt(store) };
  };
  const broken: string[] = [];
  for (const { name, run } of recordStoreContract(makeStore)) {
    // A rule that waits for ever for a line is broken too.
    const kept = run().then(
      () => true,
      () => false,
    );
    if (!(await Promise.race([kept, idle()]))) broken.push(name);
  }
  return broken;
}

/** Many turns later: whatever a store in memory still does not do by then, it never does. */
async function idle(): Promise<false> {
  for (let turn = 0; turn < 100; turn += 1) await setImmediate();
  return false;
}

describe("recordStoreContract", () => {
  test("is kept by a store that keeps it", async () => {
    expect(await brokenBy(() => ({}))).toEqual([]);
  });

  test.each<[string, (store: RecordStore) => Partial<RecordStore>]>([
    [
      "lets the last writer win",
      (store) => ({
        append: async (runId, _expected, lines) => store.append(runId, (await store.read(runId)).length, lines),
      }),
    ],
    [
      "refuses with an error of its own",
      (store) => ({
        append: (...all) =>
          store.append(...all).catch((error: unknown) => {
            throw isGateError(error) ? new Error("conflict") : error;
          }),
      }),
    ],
    ["loses lines", (store) => ({ append: (id, expected, lines) => store.append(id, expected, lines.slice(0, 1)) })],
    ["trims lines", (store) => ({ read: async (...all) => (await store.read(...all)).map((line) => line.trim()) })],
    ["mixes runs", (store) => ({ append: (id, ...rest) => store.append(id.toLowerCase(), ...rest) })],
    ["starts where it likes", (store) => ({ read: (id) => store.read(id) })],
    ["never tells anybody", () => ({ subscribe: () => () => {} })],
    [
      "tells twice",
      (store) => ({
        subscribe: (id, after, listener) =>
          store.subscribe(id, after, (...all) => (listener(...all), listener(...all))),
      }),
    ],
    ["lists nobody", () => ({ runs: async () => [] })],
    ["lists the oldest first", (store) => ({ runs: async (page) => (await store.runs(page)).toReversed() })],
    [
      "takes any page",
      (store) => ({ runs: (page) => store.runs({ ...page, limit: Math.max(1, Math.min(page?.limit ?? 100, 1_000)) }) }),
    ],
    ["lists all that there are", (store) => ({ runs: () => store.runs() })],
    ["lists inboxes", (store) => ({ runs: async (page) => ["a:inbox", ...(await store.runs(page))] })],
    [
      "does not say when it took a line",
      (store) => ({
        readStored: async (...all) =>
          (await store.readStored(...all)).map(({ line }) => ({ line, storedAt: Number.NaN })),
      }),
    ],
    [
      "tells its subscribers another time",
      (store) => ({
        subscribe: (id, after, listener) =>
          store.subscribe(id, after, (lines, storedAt) =>
            listener(
              lines,
              storedAt.map((at) => at + 1),
            ),
          ),
      }),
    ],
    ["reads no further than the first page", (store) => ({ readStored: (id) => store.readStored(id, 0) })],
    [
      "takes a message of any size",
      (store) => ({
        append: (id, expected, lines) =>
          store.append(
            id,
            expected,
            lines.map((line) => line.slice(0, 270_336)),
          ),
      }),
    ],
    [
      "stores what it refuses",
      (store) => ({
        append: async (id, expected, lines) => {
          const { length } = await store.read(id);
          if (length !== expected) await store.append(id, length, lines);
          await store.append(id, expected, lines);
        },
      }),
    ],
    [
      "stores a batch line by line",
      (store) => ({
        append: async (id, expected, lines) => {
          await store.append(id, expected, lines.slice(0, 1));
          for (let turn = 0; turn < 3; turn += 1) await setImmediate();
          await store.append(id, expected + 1, lines.slice(1));
        },
      }),
    ],
    [
      "changes what it cannot keep",
      (store) => ({
        append: (id, expected, lines) =>
          store.append(
            id,
            expected,
            lines.map((line) => Buffer.from(line.replaceAll("\n", " ")).toString()),
          ),
      }),
    ],
    [
      "takes two ids for one",
      (store) => ({ append: (id, ...rest) => store.append(Buffer.from(id).toString(), ...rest) }),
    ],
    [
      "says another time each time",
      (store) => {
        let at = 0;
        return {
          readStored: async (...all) => (await store.readStored(...all)).map(({ line }) => ({ line, storedAt: ++at })),
        };
      },
    ],
    ["has pages of its own size", (store) => ({ runs: (page) => store.runs({ limit: 1_000, ...page }) })],
    ["goes on telling", (store) => ({ subscribe: (...all) => (store.subscribe(...all), () => {}) })],
  ])("finds a store that %s", async (_, breakIt) => {
    expect(await brokenBy(breakIt)).not.toEqual([]);
  });
});
