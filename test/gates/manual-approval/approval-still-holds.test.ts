import { allOf, manualApproval, replay, startRun, type ManualApprovalConfig, type Release } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { gate } from "../../helpers/gates.js";
import { eventsOf } from "../../helpers/judge.js";

const digest = "sha256:1f3a";
const release: Release = { name: "orders", version: "2.4.0", environment: "production", artifact: { digest } };

/** An approval that is given at once, beside a gate that takes an hour. */
async function approvedAnHourBefore(config: Partial<ManualApprovalConfig>, meanwhile: () => void = () => {}) {
  const clock = virtualClock("2030-01-02T10:00:00Z");
  const from = config.members ? { roles: Object.keys(config.members) } : { people: ["ada", "bob"] };
  const signOff = manualApproval("sign-off", { from, deadline: "4h", ...config });
  const plan = allOf("all", [signOff, gate("slow", "pass", 3_600_000)]);
  const run = startRun(plan, { release, clock });
  await clock.advance(0);
  const vote = (by: string) => clock.settle(run.answer("sign-off", { decision: "approve", by }));
  await vote("ada");
  expect(run.snapshot().gates[1]?.state).toBe("settled");
  meanwhile();
  await clock.advance("1h");
  const lapsed = () => eventsOf(run).flatMap((event) => (event.type === "gate:lapsed" ? [event.reason] : []));
  return { clock, run, plan, vote, lapsed };
}

describe("an approval from an hour before", () => {
  test("still holds where what is bound is the same, which is asked again", async () => {
    let asked = 0;
    const { run, plan } = await approvedAnHourBefore({ binds: () => ((asked += 1), { tag: "sha256:1" }) });
    expect([(await run.verdict).decision, asked]).toEqual(["promote", 3]);
    const again = await replay(run.record(), plan);
    expect([again.verdict.decision, again.unknown, asked]).toEqual(["promote", [], 3]);
  });

  test("is asked again where what is bound has changed, and promotes once somebody approves that", async () => {
    const tag = { now: "sha256:1" };
    const { run, vote, lapsed } = await approvedAnHourBefore({ binds: () => tag.now }, () => (tag.now = "sha256:2"));
    expect(lapsed()).toEqual(["what was shown has changed since"]);
    expect(run.snapshot()).toMatchObject({ range: { best: "promote", worst: "hold" } });
    expect(run.snapshot().gates[1]).toMatchObject({ state: "waiting", request: { bound: "sha256:2", votes: [] } });
    await vote("bob");
    expect((await run.verdict).decision).toBe("promote");
  });

  test("holds no more where nobody can tell what is bound now, and errs when it cannot be asked again", async () => {
    let isDown = false;
    const binds = () => {
      if (isDown) throw new Error("the registry is down");
      return "sha256:1";
    };
    const { run, clock, lapsed } = await approvedAnHourBefore({ binds }, () => (isDown = true));
    const verdict = await clock.settle(run.verdict);
    expect(lapsed()).toEqual(["it cannot be told whether it still holds: the registry is down"]);
    expect(verdict.decision).toBe("hold");
    expect(verdict.findings[1]).toMatchObject({ status: "errored", attempt: 3 });
  });

  test("holds no more where whoever approved may not any more", async () => {
    const duty = { onCall: ["ada"] };
    const members = { "on-call": () => duty.onCall };
    const { run, vote, lapsed } = await approvedAnHourBefore({ members }, () => (duty.onCall = ["bob"]));
    expect(lapsed()).toEqual(["ada is not among those who may vote any more"]);
    await vote("bob");
    expect((await run.verdict).decision).toBe("promote");
  });

  test("still holds where whoever approved still may", async () => {
    const { run } = await approvedAnHourBefore({ members: { "on-call": () => ["ada"] } });
    expect((await run.verdict).decision).toBe("promote");
  });

  test("is asked of nobody where nothing of it is looked up", async () => {
    const { run } = await approvedAnHourBefore({});
    expect((await run.verdict).decision).toBe("promote");
    expect(eventsOf(run).filter(({ type }) => type === "gate:started")).toHaveLength(3);
  });

  test("is asked again where its window has closed, and waits for the next one", async () => {
    const window = { zone: "UTC", open: [{ from: "09:00", to: "10:30" }] };
    const { run, vote, clock } = await approvedAnHourBefore({ window, deadline: "2d" });
    expect(run.snapshot().gates[1]).toMatchObject({ state: "waiting" });
    await vote("bob");
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.decidedAt]).toEqual(["promote", "2030-01-03T09:00:00.000Z"]);
    expect(verdict.findings[1]?.evidence).toMatchObject({ freshUntil: "2030-01-03T10:29:59.999Z" });
  });

  test("ships nothing after its window has closed", async () => {
    const window = { zone: "UTC", open: [{ from: "09:00", to: "11:30" }] };
    const { run, clock } = await approvedAnHourBefore({ window });
    const verdict = await run.verdict;
    await clock.advance("29m");
    await clock.advance("1m");
    await expect(verdict.consume({ digest })).rejects.toMatchObject({ details: { why: "too-old" } });
  });

  test("ships in the last moment of its window", async () => {
    const window = { zone: "UTC", open: [{ from: "09:00", to: "11:30" }] };
    const { run, clock } = await approvedAnHourBefore({ window });
    const verdict = await run.verdict;
    await clock.advance(1_799_999);
    expect(await verdict.consume({ digest })).toMatchObject({ digest });
  });
});
