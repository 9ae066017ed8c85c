import { getEventListeners } from "node:events";
import { setImmediate } from "node:timers/promises";
import { allOf, anyOf, inSequence, startRun, steady, watch, type Gate, type Run } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test, vi } from "vitest";
import { custom, gate, release } from "../helpers/gates.js";
import { eventsOf, judge, timersLeft } from "../helpers/judge.js";

/** A plan with something of everything, every part of it good. */
function everything(): Gate {
  const asking = custom("asking", async ({ step, sleep, measure, now, pass }) => {
    await step("first", () => 1);
    await sleep(5);
    measure({ name: "n", at: now(), value: 1, status: "good" });
    await step("second", () => 2);
    return pass("asked", null);
  });
  return allOf("all", [
    inSequence("steps", [gate("ready", "pass", 3), asking, steady(gate("green", "pass"), { for: 4, every: 2 })]),
    watch(gate("errors", "pass", 1), { every: 4 }),
    anyOf("either", [gate("left", "pass", 9), gate("right", "fail", 2)]),
  ]);
}

/** What holds for every run that was cancelled in time. */
const wellCancelled = { decision: "hold", cancels: 1, last: "run:decided", settledTwice: [] };

function endOf(run: Run) {
  const events = eventsOf(run);
  const settled = events.flatMap((event) => (event.type === "gate:settled" ? [event.gate] : []));
  return {
    decision: run.snapshot().verdict?.decision,
    cancels: events.filter(({ type }) => type === "run:cancelled").length,
    last: events.at(-1)?.type,
    settledTwice: settled.filter((path, index) => settled.indexOf(path) !== index),
  };
}

describe("run.cancel", () => {
  test("after any number of milliseconds holds, and says by whom", async () => {
    const { after } = await judge(everything());
    for (let at = 0; at < after; at += 1) {
      const clock = virtualClock();
      const run = startRun(everything(), { release, clock });
      await clock.advance(at);
      run.cancel("lunch");
      run.cancel("lunch again");
      const { reason } = await clock.settle(run.verdict);
      expect(endOf(run)).toEqual(wellCancelled);
      expect(reason).toContain("the run was cancelled: lunch");
      await expect(clock.settle(new Promise(() => {}))).rejects.toThrow("Nothing is scheduled");
    }
  });

  test("from a listener, at each event but the last ones, holds", async () => {
    const { events } = await judge(everything());
    const decidedBy = events.findLastIndex(({ type }) => type === "gate:started") + 1;
    for (let seq = 1; seq <= decidedBy; seq += 1) {
      const { run } = await judge(everything(), {}, (started) =>
        started.on("event", (event) => {
          if (event.seq === seq) started.cancel("a listener said so");
        }),
      );
      expect(endOf(run)).toEqual(wellCancelled);
    }
  });

  test("from a listener while the verdict falls changes nothing", async () => {
    const { decision, events } = await judge(gate("a", "pass", 1), {}, (run) => {
      run.on("gate:settled", () => run.cancel("too late"));
      run.on("run:decided", () => run.cancel("far too late"));
    });
    expect(decision).toBe("promote");
    expect(events.map(({ type }) => type)).not.toContain("run:cancelled");
  });

  test("before the run has begun asks nothing", async () => {
    const { events, statuses, decision } = await judge(everything(), {}, (run) => run.cancel("never mind"));
    expect(decision).toBe("hold");
    expect(events.map(({ type }) => type)).not.toContain("gate:started");
    expect(new Set(Object.values(statuses))).toEqual(new Set(["cancelled"]));
  });

  test("keeps a rollback that was seen before, where gates go on for the report", async () => {
    const { decision, verdict } = await judge(
      allOf("all", [gate("bad", "fail", 1), gate("slow", "pass", 50)]),
      { settle: "all" },
      async (run, clock) => {
        await clock.advance(10);
        run.cancel("seen enough");
      },
    );
    expect([decision, verdict.decidedBy]).toEqual(["rollback", ["all/bad"]]);
  });

  test("aborts the signals of gates and steps, with the reason", async () => {
    const reasons: unknown[] = [];
    const hanging = custom("hanging", async ({ step, signal, pass }) => {
      signal.addEventListener("abort", () => reasons.push((signal.reason as Error).message));
      await step("hang", (io) => {
        io.signal.addEventListener("abort", () => reasons.push((io.signal.reason as Error).message));
        return new Promise(() => {});
      });
      return pass("never", null);
    });
    await judge(hanging, {}, async (run, clock) => {
      await clock.advance(1);
      run.cancel("lunch");
    });
    expect(reasons).toEqual(["the run was cancelled: lunch", "the run was cancelled: lunch"]);
  });
});

describe("the signal of a run", () => {
  test("cancels it when it aborts", async () => {
    const controller = new AbortController();
    const { decision, verdict } = await judge(
      gate("a", "pass", 50),
      { signal: controller.signal },
      async (_, clock) => {
        await clock.advance(10);
        controller.abort(new Error("the pipeline was stopped"));
      },
    );
    expect(decision).toBe("hold");
    expect(verdict.reason).toBe(
      "hold orders 2.4.0 in production: «a» the run was cancelled: aborted: the pipeline was stopped",
    );
  });

  test("that is aborted already asks nothing", async () => {
    const { decision, events } = await judge(gate("a", "pass"), { signal: AbortSignal.abort("no") });
    expect([decision, events.map(({ type }) => type)]).toEqual([
      "hold",
      ["run:started", "run:cancelled", "gate:settled", "run:decided"],
    ]);
  });

  test("is let go with the verdict", async () => {
    const controller = new AbortController();
    const clock = virtualClock();
    const run = startRun(gate("a", "pass", 5), { release, clock, signal: controller.signal });
    await clock.advance(1);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
    await clock.settle(run.verdict);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });
});

describe("disposing of a run", () => {
  test("cancels it, and waits for its verdict", async () => {
    const clock = virtualClock();
    let run: Run;
    {
      await using started = startRun(gate("a", "pass", 31_536_000_000, { timeout: "2y" }), { release, clock });
      run = started;
      await clock.advance(1);
    }
    expect(run.snapshot().verdict).toMatchObject({ decision: "hold" });
    expect((await run.verdict).reason).toContain("the run was disposed of");
  });

  test("does nothing after the verdict", async () => {
    const { run, verdict } = await judge(gate("a", "pass", 5));
    await run[Symbol.asyncDispose]();
    expect(await run.verdict).toBe(verdict);
    expect(verdict.decision).toBe("promote");
  });

  test("on the machine's own clock leaves no timer behind", async () => {
    const before = timersLeft();
    {
      await using run = startRun(
        allOf("all", [
          custom(
            "years",
            async ({ sleep, pass }) => {
              await sleep("5y");
              return pass("slept", null);
            },
            { timeout: "10y" },
          ),
          custom("hangs", async ({ step, pass }) => {
            await step("hang", () => new Promise(() => {}), { timeout: "2y" });
            return pass("never", null);
          }),
          watch(gate("errors", "pass"), { every: "60d" }),
          steady(gate("green", "pass"), { for: "1y", every: "40d" }),
        ]),
        { release, deadline: "20y" },
      );
      await setImmediate();
      expect(run.snapshot().gates).toHaveLength(5);
      expect(timersLeft()).toBeGreaterThan(before);
    }
    // Timers of the test runner itself come and go; one of ours would stay for an hour or longer.
    await vi.waitFor(() => expect(timersLeft()).toBeLessThanOrEqual(before));
  });
});
