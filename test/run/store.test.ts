import { allOf, GateError, readRecord, runGates, startRun, type RecordStore } from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { custom, gate, release } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const good = () =>
  allOf("all", [
    custom("asks", async ({ step, pass }) => pass("", { depth: await step("depth", () => 7) })),
    gate("slow", "pass", 5),
  ]);

/** A store whose `append` fails from the n-th call on, before or after it has stored. */
function failingStore(from: number, until = Number.POSITIVE_INFINITY, hasStored = false): RecordStore {
  const store = memoryStore();
  let calls = 0;
  return {
    ...store,
    async append(runId, expectedLines, lines) {
      calls += 1;
      const fails = calls >= from && calls < until;
      if (!fails || hasStored) await store.append(runId, expectedLines, lines);
      if (fails) throw new Error("disk full");
    },
  };
}

describe("a run with a store", () => {
  test("keeps its whole record there, the verdict included, before it says the verdict", async () => {
    const store = memoryStore();
    let kept = 0;
    const { run, verdict } = await judge(good(), { store, runId: "run 1" }, (started) =>
      started.on("run:decided", async () => (kept = (await store.read("run 1")).length)),
    );
    expect(await store.read("run 1")).toEqual(run.record());
    expect(readRecord(await store.read("run 1"), { head: verdict.record.head })).toHaveLength(kept);
  });

  test("stores a step before the gate goes on with its value", async () => {
    const store = memoryStore();
    let storedBefore: readonly string[] = [];
    const reading = custom("reads", async ({ step, pass }) => {
      await step("first", () => 1);
      storedBefore = await store.read("run 1");
      return pass("", null);
    });
    await judge(reading, { store, runId: "run 1" });
    expect(storedBefore.at(-1)).toContain('"type":"step:recorded"');
  });

  test("never promotes where the store fails, whenever it does, but where it holds all of it; and always resolves", async () => {
    let calls = 0;
    const counting = memoryStore();
    await judge(good(), {
      store: { ...counting, append: (...all) => ((calls += 1), counting.append(...all)) },
    });
    expect(calls).toBeGreaterThan(1);
    for (let from = 1; from <= calls; from += 1) {
      for (const hasStored of [false, true]) {
        const store = failingStore(from, undefined, hasStored);
        const { run, verdict, decision, events } = await judge(good(), { store });
        const stored = readRecord(await store.read(run.id).then((lines) => (lines.length > 0 ? lines : run.record())));
        const last = stored.at(-1);
        // Where the store had done what it said it could not, the verdict is what it says.
        if (last?.type === "run:decided" && last.verdict.decision === "promote") {
          expect([hasStored, from, decision]).toEqual([true, calls, "promote"]);
          continue;
        }
        expect(decision).toBe("hold");
        expect(verdict.reason).toMatch(/the run itself failed \(.*(?:disk full|somebody else writes it too)/);
        expect(events.at(-1)?.type).toBe("run:decided");
      }
    }
  });

  test("keeps a rollback that the gates said, though the store fails", async () => {
    const { decision } = await judge(allOf("all", [gate("bad", "fail", 1)]), { store: failingStore(1) });
    expect(decision).toBe("rollback");
  });

  test("holds for a step that could not be stored, though the store recovers", async () => {
    const { decision, reasons } = await judge(good(), { store: failingStore(1, 2) });
    expect([decision, reasons["all/asks"]]).toEqual(["hold", "the run itself failed"]);
  });

  test("holds where somebody else writes the same run", async () => {
    const store = memoryStore();
    await store.append("run 1", 0, ["somebody was here"]);
    const { decision, verdict } = await judge(gate("a", "pass"), { store, runId: "run 1" });
    expect(decision).toBe("hold");
    expect(verdict.reason).toContain('The record of run "run 1" has 1 lines, not 0: somebody else writes it too.');
    expect(await store.read("run 1")).toEqual(["somebody was here"]);
  });

  test("of which two race promotes at most once", async () => {
    const store = memoryStore();
    const clock = virtualClock();
    const both = [1, 2].map(() => startRun(good(), { release, clock, store, runId: "run 1" }));
    const verdicts = await clock.settle(Promise.all(both.map((run) => run.verdict)));
    expect(verdicts.filter(({ decision }) => decision === "promote").length).toBeLessThanOrEqual(1);
    expect(readRecord(await store.read("run 1"))[0]?.type).toBe("run:started");
  });

  test("gives the store what has gathered in one piece, one at a time", async () => {
    let writing = 0;
    const sizes: number[] = [];
    const store = memoryStore();
    const clock = virtualClock();
    const slow: RecordStore = {
      ...store,
      async append(runId, expectedLines, lines) {
        writing += 1;
        expect(writing).toBe(1);
        sizes.push(lines.length);
        await new Promise<void>((resolve) => void clock.schedule(clock.now() + 100, resolve));
        await store.append(runId, expectedLines, lines);
        writing -= 1;
      },
    };
    const gates = Array.from({ length: 20 }, (_, index) =>
      custom(`g${index}`, async ({ step, pass }) => pass("", await step("s", () => index))),
    );
    const verdict = await clock.settle(runGates(allOf("all", gates), { release, clock, store: slow }));
    expect(verdict.decision).toBe("promote");
    expect(sizes.length).toBeLessThan(8);
  });

  test("that rejects with a GateError says its message", async () => {
    const store: RecordStore = {
      ...memoryStore(),
      append: () =>
        Promise.reject(new GateError("STORE_CONFLICT", "taken", { runId: "r", expectedLines: 0, actualLines: 1 })),
    };
    const { verdict } = await judge(gate("a", "pass"), { store });
    expect(verdict.reason).toContain("taken");
  });
});
