import { manualApproval, replay, startRun, type ManualApprovalConfig, type Sample } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { remindersOf } from "../../../src/gates/manual-approval/remind.js";
import { release } from "../../helpers/gates.js";

const hour = 3_600_000;

async function waiting(config: Partial<ManualApprovalConfig>) {
  const clock = virtualClock();
  const gate = manualApproval("sign-off", { from: { people: ["ada", "bob"] }, quorum: 2, deadline: "4h", ...config });
  const run = startRun(gate, { release, clock });
  const samples: Sample[] = [];
  run.on("gate:measured", ({ sample }) => samples.push(sample));
  await clock.advance(0);
  const approve = (by: string) => run.answer("sign-off", { decision: "approve", by });
  return { run, clock, gate, samples, approve };
}

describe("a reminder", () => {
  test("is told as often as was asked until the deadline, with what is missing then", async () => {
    const { run, clock, samples, approve } = await waiting({ remindEvery: "1h" });
    await clock.advance("90m");
    await approve("ada");
    await clock.advance("10h");
    expect((await run.verdict).findings[0]).toMatchObject({ status: "expired", decision: "hold" });
    expect(samples).toMatchObject([
      { name: "reminder", value: 2, unit: "approvals", status: "unknown", at: Date.parse("2030-01-01T01:00:00Z") },
      { name: "reminder", value: 1, at: Date.parse("2030-01-01T02:00:00Z") },
      { name: "reminder", value: 1, at: Date.parse("2030-01-01T03:00:00Z") },
    ]);
    expect(samples[1]?.detail).toBe("after 2 h: 1 of 2 approvals missing, from bob, until 2030-01-01T04:00:00.000Z");
  });

  test("is escalated once", async () => {
    const { run, clock, samples } = await waiting({ remindEvery: "2h", escalateAfter: "90m" });
    await clock.advance("4h");
    await run.verdict;
    expect(samples.map(({ name, at }) => [name, (at - Date.parse("2030-01-01T00:00:00Z")) / hour])).toEqual([
      ["escalation", 1.5],
      ["reminder", 2],
    ]);
  });

  test("is told to nobody once the gate has decided, and changes nothing of that", async () => {
    const { run, clock, gate, samples, approve } = await waiting({ remindEvery: "1h" });
    await clock.advance("1h");
    await approve("ada");
    await approve("bob");
    expect((await run.verdict).decision).toBe("promote");
    await clock.advance("4h");
    expect(samples).toHaveLength(1);
    expect(await replay(run.record(), gate)).toMatchObject({ unknown: [], verdict: { decision: "promote" } });
  });

  test("keeps no question from being asked: votes that come at the same moment are taken", async () => {
    const { run, clock, approve } = await waiting({ remindEvery: "1h" });
    const advanced = clock.advance("1h");
    const receipts = await Promise.all([approve("ada"), approve("bob")]);
    await advanced;
    expect(receipts).toEqual([{ status: "accepted" }, { status: "accepted" }]);
    expect((await run.verdict).decision).toBe("promote");
  });
});

describe("remindersOf", () => {
  test.each([
    [{ remindEvery: 2, deadline: 6 }, [2, 4]],
    [{ remindEvery: 2, deadline: 7 }, [2, 4, 6]],
    [{ remindEvery: 7, deadline: 7 }, []],
    [{ remindEvery: 9, deadline: 7 }, []],
    [{ remindEvery: 3, escalateAfter: 1, deadline: 7 }, [1, 3, 6]],
    [{ deadline: 7 }, []],
  ])("of %j are at %j", (settings, times) => {
    expect(remindersOf(settings).map(({ afterMs }) => afterMs)).toEqual(times);
  });
});
