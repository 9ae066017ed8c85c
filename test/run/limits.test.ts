import { allOf, readRecord, runGates, startRun } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { custom, gate, release } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";

describe("steps in flight", () => {
  test("are no more than allowed, where effects do not end when they are told to", async () => {
    const clock = virtualClock();
    let [running, most] = [0, 0];
    const deaf = (name: string) =>
      custom(name, async ({ step, pass }) => {
        await step(
          "deaf",
          () =>
            new Promise<null>((resolve) => {
              running += 1;
              most = Math.max(most, running);
              clock.schedule(clock.now() + 5_000, () => {
                running -= 1;
                resolve(null);
              });
            }),
          { timeout: 20 },
        );
        return pass("never", null);
      });
    const tree = allOf("all", [deaf("a"), deaf("b"), deaf("c")]);
    const verdict = await clock.settle(runGates(tree, { release, clock, concurrency: 1, settle: "all" }));
    expect([verdict.decision, most]).toEqual(["hold", 1]);
  });

  test("are not held for ever by an effect that never ends", async () => {
    const stuck = custom("stuck", async ({ step, pass }) => {
      await step("stuck", () => new Promise(() => {}), { timeout: 20, retry: false });
      return pass("never", null);
    });
    const asks = custom("asks", async ({ step, pass }) => pass("well", { seen: await step("look", () => 1) }));
    const { statuses } = await judge(allOf("all", [stuck, asks]), { concurrency: 1, settle: "all" });
    expect(statuses).toMatchObject({ "all/stuck": "errored", "all/asks": "passed" });
  });
});

describe("evidence", () => {
  test("of more than 256 KiB is refused, as a step's value is", async () => {
    const { statuses, reasons } = await judge(custom("wide", ({ pass }) => pass("well", "x".repeat(300_000))));
    expect(statuses["wide"]).toBe("errored");
    expect(reasons["wide"]).toContain("its evidence has 300002 bytes, more than 262144");
  });
});

describe("time", () => {
  test("goes on after the year 9999", async () => {
    const clock = virtualClock("9999-12-31T00:00:00Z");
    const run = startRun(gate("slow", "pass", 259_200_000, { timeout: "30d" }), { release, clock });
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
    expect(readRecord(run.record()).at(-1)?.at).toBe("+010000-01-03T00:00:00.000Z");
  });
});
