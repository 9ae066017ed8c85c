import { steady, startRun, type Clock } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { machineClock } from "../../src/run/clock.js";
import { changing, gate, release } from "../helpers/gates.js";

describe("machineClock", () => {
  test("follows the wall clock forward, and goes on from where it was when that is set back", () => {
    let [wall, passed] = [1_000, 0];
    const clock = machineClock({ wall: () => wall, steady: () => passed });
    const tell = (wallNow: number, steadyNow: number) => {
      [wall, passed] = [wallNow, steadyNow];
      return clock.now();
    };
    expect(tell(1_100, 100)).toBe(1_100);
    // An hour back, while 50 ms pass.
    expect(tell(-3_598_850, 150)).toBe(1_150);
    expect(tell(-3_598_800, 200)).toBe(1_200);
    // The machine slept for an hour: the steady clock did not see it.
    expect(tell(3_601_200, 201)).toBe(3_601_200);
    expect(tell(3_601_300, 301)).toBe(3_601_300);
  });

  test("loses nothing to being asked often", () => {
    let passed = 0;
    const clock = machineClock({ wall: () => 0, steady: () => passed });
    for (let tenths = 1; tenths <= 1_000; tenths++) {
      passed = tenths / 10;
      clock.now();
    }
    expect(clock.now()).toBe(100);
  });
});

describe("a clock that is set forward", () => {
  test("makes no evidence: what nobody saw was not steady", async () => {
    const base = virtualClock();
    let jump = 0;
    const clock: Clock = {
      now: () => base.now() + jump,
      schedule: (at, callback) => base.schedule(at - jump, callback),
    };
    const run = startRun(steady(gate("green", "pass"), { for: "10m", every: "1m" }), { release, clock });
    run.on("gate:settled", ({ gate: path }) => {
      if (path === "green#2") jump = 3_600_000;
    });
    const startedAt = base.now();
    const verdict = await base.settle(run.verdict);
    expect(verdict.decision).toBe("promote");
    // Two rounds before the jump count for nothing: ten whole minutes follow it.
    expect(base.now() - startedAt).toBeGreaterThanOrEqual(11 * 60_000);
  });

  test("lets old evidence be taken again", async () => {
    const base = virtualClock();
    let jump = 0;
    let asked = 0;
    const clock: Clock = {
      now: () => base.now() + jump,
      schedule: (at, callback) => base.schedule(at - jump, callback),
    };
    const fresh = changing("fresh", () => ((asked += 1), "pass"), 0, { freshFor: "1m" });
    const run = startRun(fresh, { release, clock });
    run.on("gate:settled", () => {
      if (asked === 1) jump = 120_000;
    });
    await base.settle(run.verdict);
    expect(asked).toBe(2);
  });
});
