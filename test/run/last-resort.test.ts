import { allOf, readRecord, replay, runGates, startRun, type Clock, type RecordStore } from "release-gates";
import { memoryStore } from "release-gates/stores";
import { describe, expect, test } from "vitest";
import { custom, gate, release } from "../helpers/gates.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

describe("a run whose store never answers", () => {
  const silent: RecordStore = { ...memoryStore(), append: () => new Promise(() => {}) };

  test("holds, and says why, at the end of its patience", async () => {
    const { decision, reason } = await runGates(gate("x", "pass"), { release, store: silent, storeTimeout: 20 });
    expect([decision, reason]).toEqual([
      "hold",
      "hold orders 2.4.0 in production: the run itself failed (the record could not be stored: the store did not answer within 20 ms)",
    ]);
  });

  test("can be cancelled, and ends when it is disposed of", async () => {
    const run = startRun(gate("x", "pass"), { release, store: silent, storeTimeout: 20 });
    run.cancel("enough");
    await run[Symbol.asyncDispose]();
    expect((await run.verdict).decision).toBe("hold");
  });
});

describe("a run whose store fails at the very last write", () => {
  test("holds, and its record can be read: the verdict that nobody could keep is followed by the fault", async () => {
    const kept = memoryStore();
    const store: RecordStore = {
      ...kept,
      append: (runId, after, lines) =>
        lines.some((line) => line.includes('"type":"run:decided"'))
          ? Promise.reject(new Error("disk full"))
          : kept.append(runId, after, lines),
    };
    const run = startRun(gate("x", "pass"), { release, store });
    const told: string[] = [];
    run.on("run:decided", ({ verdict }) => told.push(verdict.decision));

    const verdict = await run.verdict;
    expect([verdict.decision, told]).toEqual(["hold", ["hold"]]);
    expect(verdict.reason).toContain("the record could not be stored: disk full");

    expect(readRecord(run.record()).map(({ type }) => type)).toEqual([
      "run:started",
      "gate:started",
      "gate:settled",
      "run:decided",
      "run:faulted",
      "run:decided",
    ]);
    const again = await replay(run.record());
    expect([again.verdict.decision, again.isAsRecorded]).toEqual(["hold", true]);
    // What did reach the store is a run that was cut off: it says nothing of a promote.
    expect((await kept.read(run.id)).join("\n")).not.toContain("run:decided");
  });
});

describe("a run whose clock breaks", () => {
  test.each<[string, () => number]>([
    ["has no time any more", () => Number.NaN],
    [
      "throws",
      () => {
        throw new Error("no time");
      },
    ],
  ])("because it %s holds: the verdict always comes", async (_, broken) => {
    let asked = 0;
    const clock: Clock = {
      now: () => ((asked += 1) > 3 ? broken() : 1_900_000_000_000),
      schedule: () => () => {},
    };
    const verdict = await runGates(allOf("all", [gate("a", "pass"), gate("b", "pass")]), { release, clock });
    expect(verdict.decision).toBe("hold");
    expect(verdict.reason).toContain("the run itself failed");
  });
});

describe("an effect that ends its own run, and throws", () => {
  test("leaves nothing behind", async () => {
    const run = startRun(
      custom("x", async ({ step, pass }) => {
        await step("s", () => {
          run.cancel("enough");
          throw new Error("and broke");
        });
        return pass("never", null);
      }),
      { release },
    );
    expect((await run.verdict).decision).toBe("hold");
  });
});
