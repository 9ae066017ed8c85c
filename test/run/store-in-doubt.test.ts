import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  consumeVerdict,
  readRecord,
  replay,
  resumeRun,
  runGates,
  startRun,
  verifyRecord,
  type ConsumableVerdict,
  type RecordStore,
} from "release-gates";
import { fileStore, memoryStore } from "release-gates/stores";
import { afterAll, describe, expect, test, vi } from "vitest";
import { custom, gate, release as plainRelease } from "../helpers/gates.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const digest = "sha256:9f86d0";
const release = { ...plainRelease, artifact: { digest } };
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

const kinds: readonly (readonly [string, () => RecordStore])[] = [
  ["memory", memoryStore],
  [
    "files",
    () => {
      const folder = mkdtempSync(join(tmpdir(), "doubt-"));
      folders.push(folder);
      return fileStore({ folder });
    },
  ],
];

type Append = RecordStore["append"];

/** A store whose first write of a verdict is done in a way of its own. */
function doubtful(kept: RecordStore, write: (append: () => Promise<void>) => Promise<void>): RecordStore {
  let isFirst = true;
  const append: Append = (runId, expected, lines) => {
    const really = () => kept.append(runId, expected, lines);
    if (!isFirst || !lines.some((line) => line.includes('"type":"run:decided"'))) return really();
    isFirst = false;
    return write(really);
  };
  return { ...kept, append };
}

const storeTimeoutMs = 250;

/** What never answers. */
function hung(): Promise<never> {
  letStoreTimePass();
  return new Promise<never>(() => {});
}

/** Where time stands still, it goes on by this alone: once for each thing that is not answered. */
function letStoreTimePass(): void {
  if (vi.isFakeTimers()) setImmediate(() => vi.advanceTimersByTime(storeTimeoutMs));
}

/** Decides a run; `afterwards` belongs to the time in which nothing but silence takes time. */
async function decide(store: RecordStore, afterwards: () => Promise<void> = async () => {}) {
  // However slow the disk of this machine is, what answers at all is in time.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const run = startRun(gate("x", "pass"), { release, store, storeTimeout: storeTimeoutMs, runId: "r" });
    const told: string[] = [];
    run.on("run:decided", ({ verdict }) => void told.push(verdict.decision));
    const verdict: ConsumableVerdict = await run.verdict;
    expect(told).toEqual([verdict.decision]);
    await afterwards();
    return { run, verdict };
  } finally {
    vi.useRealTimers();
  }
}

/** What the record in the store says, once nothing is under way any more. */
async function saidBy(store: RecordStore): Promise<string> {
  const lines = await store.read("r");
  expect(verifyRecord(lines)).toMatchObject({ ok: true });
  const { verdict, isAsRecorded } = await replay(lines);
  return isAsRecorded ? verdict.decision : "undecided";
}

async function cannotShip(store: RecordStore, verdict: ConsumableVerdict) {
  await expect(verdict.consume({ digest })).rejects.toMatchObject({ details: { why: "not-promote" } });
  await expect(consumeVerdict(store, "r", { digest })).rejects.toMatchObject({ code: "VERDICT_NOT_CONSUMABLE" });
}

/** Somebody else tries to ship something else, which the record notes. */
async function cannotShipAnother(store: RecordStore) {
  const consumed = consumeVerdict(store, "r", { digest: "sha256:another" });
  await expect(consumed).rejects.toMatchObject({ details: { why: "other-digest" } });
}

/** A store that has the promote only as the run takes it back, and somebody else acts on it first. */
function tooLate(kept: RecordStore, act: () => Promise<unknown>): RecordStore {
  let late: (() => Promise<void>) | undefined;
  const first = doubtful(kept, (append) => ((late = append), hung()));
  const append: Append = async (runId, expected, lines) => {
    const write = late;
    if (write && lines.length > 1) {
      late = undefined;
      await write();
      await act();
    }
    await first.append(runId, expected, lines);
  };
  return { ...first, append };
}

describe.each(kinds)("a run whose store of %s", (_, open) => {
  test("stores the verdict, and then says that it could not, promotes as the store says, once", async () => {
    const store = doubtful(open(), async (append) => {
      await append();
      throw new Error("connection reset");
    });
    const { run, verdict } = await decide(store);
    expect([verdict.decision, await saidBy(store)]).toEqual(["promote", "promote"]);
    expect(verifyRecord(await store.read("r"), { head: verdict.record })).toMatchObject({ ok: true });
    expect(run.record()).toEqual(await store.read("r"));
    await verdict.consume({ digest });
    await expect(consumeVerdict(store, "r", { digest })).rejects.toMatchObject({ details: { why: "consumed" } });
  });

  test("stores the verdict, and never answers, promotes as the store says", async () => {
    const store = doubtful(open(), (append) => append().then(hung));
    const { verdict } = await decide(store);
    expect([verdict.decision, await saidBy(store)]).toEqual(["promote", "promote"]);
  });

  test("never stores it, nor answers, holds, and so does the record", async () => {
    const store = doubtful(open(), hung);
    const { verdict } = await decide(store);
    expect(verdict.reason).toContain("the record could not be stored: the store did not answer within 250 ms");
    expect([verdict.decision, await saidBy(store)]).toEqual(["hold", "hold"]);
    await cannotShip(store, verdict);
  });

  test("stores it after the run has said that it holds, holds all the same, as its promote comes too late", async () => {
    let late: (() => Promise<void>) | undefined;
    const store = doubtful(open(), (append) => ((late = append), hung()));
    const { verdict } = await decide(store);
    await expect(late?.()).rejects.toMatchObject({ code: "STORE_CONFLICT" });
    expect([verdict.decision, await saidBy(store)]).toEqual(["hold", "hold"]);
    await cannotShip(store, verdict);
  });

  test("stores it between the look and the next write, holds, and so does the record", async () => {
    const kept = open();
    let late: (() => Promise<void>) | undefined;
    const first = doubtful(kept, (append) => ((late = append), hung()));
    const store: RecordStore = {
      ...first,
      async append(runId, expected, lines) {
        if (late && lines.length > 1) await late().catch(() => {});
        await first.append(runId, expected, lines);
      },
    };
    const { verdict } = await decide(store);
    const types = readRecord(await store.read("r")).map(({ type }) => type);
    expect(types.slice(-3)).toEqual(["run:decided", "run:faulted", "run:decided"]);
    expect([verdict.decision, await saidBy(store)]).toEqual(["hold", "hold"]);
    await cannotShip(store, verdict);
  });

  test("stores it, and somebody is refused to ship with it before the run takes it back, holds, and so does the record", async () => {
    const kept = open();
    const store = tooLate(kept, () => cannotShipAnother(kept));
    const { run, verdict } = await decide(store);
    const lines = await store.read("r");
    const types = readRecord(lines).map(({ type }) => type);
    expect(types.slice(-4)).toEqual(["run:decided", "consume:refused", "run:faulted", "run:decided"]);
    expect([verdict.decision, await saidBy(store)]).toEqual(["hold", "hold"]);
    expect(run.record()).toEqual(lines);
    expect(verifyRecord(lines, { head: verdict.record })).toMatchObject({ ok: true });
    await cannotShip(store, verdict);
  });

  test("stores it, and somebody is refused each time that the run takes it back, holds, and so does the record", async () => {
    const kept = open();
    let late: (() => Promise<void>) | undefined;
    const first = doubtful(kept, (append) => ((late = append), hung()));
    let tries = 0;
    const store: RecordStore = {
      ...first,
      async append(runId, expected, lines) {
        if (late && lines.some((line) => line.includes('"type":"run:faulted"')) && (tries += 1) <= 2) {
          if (tries === 1) await late();
          await cannotShipAnother(kept);
        }
        await first.append(runId, expected, lines);
      },
    };
    const { run, verdict } = await decide(store);
    const lines = await store.read("r");
    expect(readRecord(lines).filter(({ type }) => type === "consume:refused")).toHaveLength(2);
    expect([verdict.decision, await saidBy(store)]).toEqual(["hold", "hold"]);
    expect(run.record()).toEqual(lines);
    await cannotShip(store, verdict);
  });

  test("stores it, and somebody ships with it before the run takes it back, promotes as the store says, once", async () => {
    const kept = open();
    const store = tooLate(kept, () => consumeVerdict(kept, "r", { digest }));
    const { run, verdict } = await decide(store);
    const lines = await store.read("r");
    expect([verdict.decision, await saidBy(store)]).toEqual(["promote", "promote"]);
    expect(run.record()).toEqual(lines);
    expect(verifyRecord(lines, { head: verdict.record })).toMatchObject({ ok: true });
    await expect(verdict.consume({ digest })).rejects.toMatchObject({ details: { why: "consumed" } });
  });

  test("refuses it, and is slow to be read, gets no promote meanwhile, and holds", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const kept = open();
      const written: string[] = [];
      let goOn = () => {};
      const isOver = new Promise<void>((resolve) => (goOn = resolve));
      let noteRead = () => {};
      const isRead = new Promise<void>((resolve) => (noteRead = resolve));
      const refusing = doubtful(kept, () => Promise.reject(new Error("connection reset")));
      const store: RecordStore = {
        ...refusing,
        async append(runId, expected, lines) {
          written.push(...lines);
          await refusing.append(runId, expected, lines);
        },
        async read(runId) {
          const lines = await kept.read(runId);
          if (written.some((line) => line.includes('"type":"run:decided"'))) {
            noteRead();
            await isOver;
          }
          return lines;
        },
      };
      const run = startRun(gate("x", "pass"), { release, store, storeTimeout: "1m", runId: "r" });
      await isRead;
      const before = written.length;
      await vi.advanceTimersByTimeAsync(20_000);
      await new Promise((resolve) => setImmediate(resolve));
      expect(written).toHaveLength(before);
      goOn();
      expect([(await run.verdict).decision, await saidBy(store)]).toEqual(["hold", "hold"]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("does not store the evidence, holds, and says so as soon as it can: no resume promotes", async () => {
    const kept = open();
    let isDown = false;
    let refused = 0;
    const store: RecordStore = {
      ...kept,
      async append(runId, expected, lines) {
        if (lines.some((line) => line.includes('"type":"gate:settled"')) && expected > 0) isDown = true;
        if (!isDown) return kept.append(runId, expected, lines);
        refused += 1;
        throw new Error("connection reset");
      },
    };
    const slow = gate("x", "pass", 50);
    const run = startRun(slow, { release, store, runId: "r" });
    expect((await run.verdict).decision).toBe("hold");
    // It is not asked over and over, but now and then.
    const before = refused;
    for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(refused).toBe(before);
    store.append = kept.append;
    await vi.waitFor(async () => expect(await saidBy(kept)).toBe("hold"), { timeout: 60_000 });
    const resumed = await resumeRun(slow, { release, store: kept, runId: "r" });
    expect((await resumed.verdict).decision).toBe("hold");
  });

  test.each([
    ["is taken back", async () => {}],
    ["with which somebody could not ship is taken back, too", (kept: RecordStore) => cannotShipAnother(kept)],
  ])("says nothing at all any more, holds, and says that nobody knows; a late promote %s", async (_what, meanwhile) => {
    const kept = open();
    let isDown = false;
    let late: (() => void) | undefined;
    const store: RecordStore = {
      ...kept,
      read: (...all) => (isDown ? hung() : kept.read(...all)),
      append(runId, expected, lines) {
        if (!isDown && !lines.some((line) => line.includes('"type":"run:decided"')))
          return kept.append(runId, expected, lines);
        if (late) return isDown ? hung() : kept.append(runId, expected, lines);
        isDown = true;
        letStoreTimePass();
        return new Promise((resolve, reject) => {
          const write = async () => {
            await kept.append(runId, expected, lines);
            await meanwhile(kept);
          };
          late = () => void write().then(resolve, reject);
        });
      },
    };
    const { verdict } = await decide(store, async () => {
      isDown = false;
      late?.();
      while ((await saidBy(kept)) !== "hold") await new Promise((resolve) => setImmediate(resolve));
    });
    expect([verdict.decision, verdict.reason]).toEqual([
      "hold",
      expect.stringContaining("it is unknown whether the store has the verdict"),
    ]);
    await cannotShip(kept, verdict);
  });
});

test("a store that has the verdict of somebody else is not written over", async () => {
  const kept = memoryStore();
  const store = doubtful(kept, async (append) => {
    await append();
    throw new Error("connection reset");
  });
  const other = await runGates(gate("x", "pass"), { release, store: kept, runId: "r" });
  const { verdict } = await decide(store);
  expect(verdict.decision).toBe("hold");
  expect((await kept.read("r")).length).toBe(other.record.lines);
});

test("a store that keeps more behind a verdict than what became of it has no verdict that counts", async () => {
  const kept = memoryStore();
  const store = doubtful(kept, async (append) => {
    await append();
    const lines = await kept.read("r");
    await kept.append("r", lines.length, lines.slice(-1));
    throw new Error("connection reset");
  });
  expect((await decide(store)).verdict.decision).toBe("hold");
});

test("whoever overrides while the run looks whether its verdict is stored does not get it written once more", async () => {
  const kept = memoryStore();
  const first = doubtful(kept, () => Promise.reject(new Error("connection reset")));
  let look = () => {};
  const mayLook = new Promise<void>((resolve) => (look = resolve));
  let noteLook = () => {};
  const looks = new Promise<void>((resolve) => (noteLook = resolve));
  const read: RecordStore["read"] = async (...which) => {
    noteLook();
    const lines = await kept.read(...which);
    await mayLook;
    return lines;
  };
  const run = startRun(gate("x", "pass"), { release, store: { ...first, read }, runId: "r", allowBypass: true });
  await looks;
  const receipt = await run.bypass({ by: "ada", reason: "the shop is down" });
  expect(receipt).toEqual({ status: "refused", reason: "the verdict is out" });
  expect(await saidBy(kept)).toBe("undecided");
  look();
  expect([(await run.verdict).decision, await saidBy(kept)]).toEqual(["hold", "hold"]);
});

test.each<[string, () => Promise<void>]>([
  ["fails", () => Promise.reject(new Error("connection reset"))],
  ["is not answered", hung],
])("a write that is done, and %s, is of nobody else when it is tried again", async (_, answer) => {
  const kept = memoryStore();
  let isFirst = true;
  const append: Append = async (runId, expected, lines) => {
    await kept.append(runId, expected, lines);
    if (!isFirst || expected === 0) return;
    isFirst = false;
    await answer();
  };
  const slow = custom("x", async ({ measure, sleep, pass }) => {
    await sleep(20);
    measure({ name: "a", at: 1, status: "good", value: 1 });
    await sleep(2_000);
    return pass("ok", null);
  });
  const run = startRun(slow, { release, store: { ...kept, append }, runId: "r", storeTimeout: storeTimeoutMs });
  expect((await run.verdict).reason).toContain("ok");
  expect(await saidBy(kept)).toBe("promote");
  expect(await kept.read("r")).toEqual(run.record());
});
