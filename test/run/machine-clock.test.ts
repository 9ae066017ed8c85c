import { allOf, steady, startRun, type Clock, type Duration, type Gate } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { machineClock } from "../../src/run/host/clock.js";
import { changing, custom, gate, release } from "../helpers/gates.js";

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
    const run = startRun(steady(gate("green", "pass"), { for: "10m", every: "1m", timeout: "3h" }), {
      release,
      clock,
    });
    const startedAt = base.now();
    base.schedule(startedAt + 90_000, () => (jump = 3_600_000));
    const verdict = await base.settle(run.verdict);
    expect(verdict.decision).toBe("promote");
    // Two rounds before the jump count for nothing: ten whole minutes follow it.
    expect(base.now() - startedAt).toBe(12 * 60_000);
  });

  test("counts: what answers after its time is no answer, though no timer said so in time", async () => {
    const base = virtualClock();
    let jump = 0;
    const clock: Clock = {
      now: () => base.now() + jump,
      schedule: (at, callback) => base.schedule(at - jump, callback),
    };
    const sleepy = custom(
      "sleepy",
      async ({ step, pass }) => {
        await step("look", () => (jump = 8 * 3_600_000));
        return pass("saw it", null);
      },
      { timeout: "5m" },
    );
    const patient = { ...sleepy, timeoutMs: 24 * 3_600_000 };
    const decisionOf = async (tree: Gate, options: { deadline?: Duration } = {}) => {
      jump = 0;
      const { decision, findings } = await base.settle(startRun(tree, { release, clock, ...options }).verdict);
      return [decision, findings.find(({ gate: path }) => path.endsWith("sleepy"))?.status];
    };
    expect(await decisionOf(sleepy)).toEqual(["hold", "expired"]);
    expect(await decisionOf(patient, { deadline: "10m" })).toEqual(["hold", "expired"]);
    expect(await decisionOf(allOf("all", [patient], { timeout: "1h" }))).toEqual(["hold", "expired"]);
    expect(await decisionOf(steady(patient, { for: "2m", every: "1m", timeout: "1h" }))).toEqual(["hold", "expired"]);
    expect(await decisionOf(patient)).toEqual(["promote", "passed"]);
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
