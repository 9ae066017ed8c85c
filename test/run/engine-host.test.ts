import { allOf, startRun, type Host } from "release-gates";
import { virtualClock, type VirtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { custom, gate, release } from "../helpers/gates.js";

class Shutdown extends Error {}

/** An engine's host, as small as the port allows; it has no answers, and what is done on it may break. */
function engine(clock: VirtualClock, { run, sleep }: Partial<Pick<Host, "run" | "sleep">> = {}): Host {
  return {
    clock,
    now: () => clock.now(),
    random: () => 0.5,
    isCancelled: (error) => error instanceof Shutdown,
    run: run ?? ((_key, effect) => effect()),
    sleep:
      sleep ??
      ((_key, until) => {
        let cancel = () => {};
        return { settled: new Promise((resolve) => (cancel = clock.schedule(until, resolve))), cancel: () => cancel() };
      }),
    answer: () => ({ settled: new Promise(() => {}), cancel: () => {} }),
  };
}

const stepping = custom("x", async ({ step, pass }) => {
  await step("look", () => 1);
  return pass("saw it", null);
});

describe("a run on an engine", () => {
  test("decides as it does in process", async () => {
    const clock = virtualClock();
    const verdict = await clock.settle(startRun(stepping, { release, host: engine(clock) }).verdict);
    expect(verdict.decision).toBe("promote");
  });

  test("is cancelled where the engine says that it cancelled an operation", async () => {
    const clock = virtualClock();
    const host = engine(clock, { run: () => Promise.reject(new Shutdown("stop")) });
    const run = startRun(allOf("all", [stepping, gate("bad", "fail", 1_000)]), { release, host });
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.findings[1]?.reason]).toEqual([
      "hold",
      "the run was cancelled: the engine cancelled it",
    ]);
  });

  test("holds where the engine itself fails, whatever gates would make of errors", async () => {
    const clock = virtualClock();
    const host = engine(clock, { run: () => Promise.reject(new Error("journal lost")) });
    const strict = custom(
      "x",
      async ({ step, pass }) => {
        await step("look", () => 1);
        return pass("saw it", null);
      },
      { onError: "rollback" },
    );
    const verdict = await clock.settle(startRun(strict, { release, host }).verdict);
    expect([verdict.decision, verdict.reason]).toEqual(["hold", expect.stringContaining("journal lost")]);
  });

  test("ends where two operations of the engine fail, one because of the other", async () => {
    const clock = virtualClock();
    const failing = { settled: Promise.reject(new Error("no timers")), cancel: () => {} };
    const host = engine(clock, {
      run: () => Promise.reject(new Error("journal lost")),
      sleep: () => failing,
    });
    const verdict = await clock.settle(
      startRun(allOf("all", [stepping, gate("y", "pass")]), { release, host }).verdict,
    );
    expect([verdict.decision, verdict.reason]).toEqual(["hold", expect.stringContaining("the run itself failed")]);
  });

  test("refuses answers, which come in by the engine's own ways", async () => {
    const clock = virtualClock();
    const run = startRun(stepping, { release, host: engine(clock) });
    await expect(run.answer("x", 1)).rejects.toMatchObject({ code: "ANSWER_UNEXPECTED" });
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
  });
});
