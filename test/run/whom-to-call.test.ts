import { describe, expect, test } from "vitest";
import { inSequence, replay, rollCall, startRun } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { changing, gate, release } from "../helpers/gates.js";

const stuck = { ...release, rollback: { possible: false, contacts: ["head of operations"] } };

describe("whom to call of a release that should be rolled back and cannot be", () => {
  test("those whose time is over come last, and it is said that it is", async () => {
    const clock = virtualClock("2030-01-01T00:00:00Z");
    const bad = changing("errors", (at) => (at > Date.parse("2030-01-01T00:30:00Z") ? "fail" : "pass"));
    const call = rollCall("on hand", { roles: ["development", "qa"], deadline: "1d" });
    const plan = inSequence("release", [call, gate("soak", "pass", 3_600_000), bad]);
    const run = startRun(plan, { release: stuck, clock });
    const say = (role: string, by: string, until: string) =>
      run.answer("release/on hand", { role, by, roles: [role], contact: `@${by}`, until });
    await clock.settle(say("development", "ada", "2030-01-01T00:59:59Z"));
    await clock.settle(say("qa", "bob", "2030-01-01T01:00:00Z"));
    const verdict = await clock.settle(run.verdict);
    expect(verdict).toMatchObject({
      decision: "hold",
      decidedAt: "2030-01-01T01:00:00.000Z",
      call: [
        "head of operations",
        "qa: bob, @bob, until 2030-01-01T01:00:00.000Z",
        "development: ada, @ada, until 2030-01-01T00:59:59.000Z, which is over",
      ],
    });
    expect(verdict.reason).toContain("until 2030-01-01T00:59:59.000Z, which is over");
    expect(await replay(run.record())).toMatchObject({ isAsRecorded: true, verdict: { call: verdict.call } });
  });
});
