import fc from "fast-check";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { propertyRuns } from "../helpers/runs.js";

describe("virtualClock", () => {
  test("stands still until it is told to go on, and fires what is due, in order", async () => {
    const clock = virtualClock(1_000);
    const fired: string[] = [];
    clock.schedule(1_030, () => fired.push(`c at ${clock.now()}`));
    clock.schedule(1_010, () => {
      fired.push(`a at ${clock.now()}`);
      clock.schedule(1_020, () => fired.push(`b at ${clock.now()}`));
    });
    const cancel = clock.schedule(1_015, () => fired.push("never"));
    cancel();
    clock.schedule(1_100, () => fired.push("not yet"));
    await clock.advance(50);
    expect([fired, clock.now()]).toEqual([["a at 1010", "b at 1020", "c at 1030"], 1_050]);
  });

  test("jumps as far as a promise needs, years if need be, and gives its value or its error", async () => {
    const clock = virtualClock("2030-01-01T00:00:00Z");
    const later = (ms: number) =>
      new Promise<string>((resolve) => void clock.schedule(clock.now() + ms, () => resolve("at last")));
    expect(await clock.settle(later(1e12))).toBe("at last");
    expect(clock.now()).toBe(Date.parse("2030-01-01T00:00:00Z") + 1e12);
    await expect(clock.settle(Promise.reject(new Error("no")))).rejects.toThrow("no");
    await expect(clock.settle(new Promise(() => {}))).rejects.toThrow("Nothing is scheduled any more");
  });

  test("never goes back", async () => {
    const clock = virtualClock(1_000);
    clock.schedule(10, () => {});
    await clock.advance(0);
    expect(clock.now()).toBe(1_000);
  });
});

describe("virtualClock, held by real work,", () => {
  test("stands still until that has settled, whether it succeeds or fails", async () => {
    const clock = virtualClock(1_000);
    const fired: string[] = [];
    const work = new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve)))).then(() =>
      fired.push(`answered at ${clock.now()}`),
    );
    clock.schedule(1_010, () => fired.push("due"));
    void clock.hold(work);
    const failed = clock.hold(work.then(() => Promise.reject(new Error("refused"))));
    await Promise.all([clock.advance(20), expect(failed).rejects.toThrow("refused")]);
    expect(fired).toEqual(["answered at 1000", "due"]);
  });
});

describe("virtualClock, as a law,", () => {
  const mostly = fc.nat(3).map((number) => number > 0);
  const timers = fc.array(fc.record({ at: fc.nat(50), isCancelled: mostly }), { maxLength: 300, size: "max" });

  test("fires what is due by its time, then by the order of scheduling, and nothing that was cancelled", async () => {
    await fc.assert(
      fc.asyncProperty(timers, async (planned) => {
        const clock = virtualClock(0);
        const fired: number[] = [];
        const cancels = planned.map(({ at }, index) => clock.schedule(at, () => fired.push(index)));
        for (const [index, { isCancelled }] of planned.entries()) if (isCancelled) cancels[index]?.();
        await clock.advance(50);
        // What fired already is not cancelled any more, and does no harm.
        for (const cancel of cancels) cancel();
        const expected = planned.map((timer, index) => ({ ...timer, index })).filter((timer) => !timer.isCancelled);
        expect(fired).toEqual(expected.toSorted((a, b) => a.at - b.at).map(({ index }) => index));
      }),
      propertyRuns(30),
    );
  });
});
