import {
  everyRule,
  manualApproval,
  oneOf,
  quorum,
  replay,
  startRun,
  type ManualApprovalConfig,
  type Vote,
} from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { release } from "../../helpers/gates.js";

const tonight = "2030-01-01T23:00:00+01:00";

async function waiting(config: Partial<ManualApprovalConfig> = {}) {
  const clock = virtualClock();
  const asked = config.rule ? {} : { from: { people: ["ada", "bob"] } };
  const gate = manualApproval("sign-off", { ...asked, deadline: "2d", ...config });
  const run = startRun(gate, { release, clock });
  await clock.advance(0);
  const vote = (by: string, more: Partial<Vote> = {}) => run.answer("sign-off", { decision: "approve", by, ...more });
  return { run, clock, gate, vote };
}

describe("an approval that takes effect later", () => {
  test("passes then, and not before", async () => {
    const { run, clock, gate, vote } = await waiting();
    expect(await vote("ada", { effectiveAt: tonight })).toEqual({ status: "accepted" });
    await clock.advance("21h");
    expect(run.snapshot().gates[0]).toMatchObject({
      state: "waiting",
      request: {
        effectiveAt: "2030-01-01T22:00:00.000Z",
        summary: "approved, and takes effect at 2030-01-01T22:00:00.000Z",
      },
    });
    await clock.advance("1h");
    expect((await run.verdict).findings[0]).toMatchObject({
      status: "passed",
      observedAt: "2030-01-01T22:00:00.000Z",
      evidence: { votes: [{ by: "ada", effectiveAt: tonight, counts: true }] },
    });
    const again = await replay(run.record(), gate);
    expect(again).toMatchObject({ verdict: { decision: "promote" } });
    expect(again.verdict.findings[0]?.observedAt).toBe("2030-01-01T22:00:00.000Z");
  });

  test("waits for the latest of those that count", async () => {
    const { run, clock, vote } = await waiting({ quorum: 2 });
    await vote("ada", { effectiveAt: tonight });
    await vote("bob", { effectiveAt: "2030-01-01T12:00:00Z" });
    await clock.advance("40h");
    expect((await run.verdict).findings[0]?.observedAt).toBe("2030-01-01T22:00:00.000Z");
  });

  test.each([
    ["after it", ["ada", "bob"]],
    ["before it", ["bob", "ada"]],
  ])("holds up nobody where enough others approve for an earlier time, %s", async (_, order) => {
    const { run, clock, vote } = await waiting({
      rule: everyRule(quorum(1, { people: ["ada", "bob"] }), quorum(1, { people: ["cleo"] })),
    });
    const times: Readonly<Record<string, string>> = { ada: tonight, bob: "2030-01-01T12:00:00Z" };
    for (const by of order) expect(await vote(by, { effectiveAt: times[by] ?? "" })).toEqual({ status: "accepted" });
    await vote("cleo");
    await clock.advance("40h");
    const [finding] = (await run.verdict).findings;
    expect([finding?.observedAt, finding?.reason]).toEqual([
      "2030-01-01T12:00:00.000Z",
      "approved by bob, cleo: 2 of 2 needed",
    ]);
  });

  test("passes at once when somebody else approves for now, or the same person does", async () => {
    for (const by of ["bob", "ada"]) {
      const { run, gate, vote, clock } = await waiting();
      await vote("ada", { effectiveAt: tonight });
      await clock.advance("1h");
      expect(await vote(by)).toEqual({ status: "accepted" });
      const [finding] = (await run.verdict).findings;
      expect([finding?.observedAt, finding?.reason]).toEqual([
        "2030-01-01T01:00:00.000Z",
        `approved by ${by}: 1 of 1 needed`,
      ]);
      expect((await replay(run.record(), gate)).verdict.decision).toBe("promote");
    }
  });

  test("takes no approval that would bring it no nearer", async () => {
    const { vote, run } = await waiting();
    await vote("ada", { effectiveAt: tonight });
    const refused = { status: "refused", reason: "the request is approved already" };
    expect(await vote("bob", { effectiveAt: "2030-01-02T00:00:00Z" })).toEqual(refused);
    expect(await vote("bob", { effectiveAt: tonight })).toEqual(refused);
    await run[Symbol.asyncDispose]();
  });

  test("counts at once where that time is over", async () => {
    const { run, vote } = await waiting();
    await vote("ada", { effectiveAt: "2029-12-31T00:00:00Z" });
    expect((await run.verdict).decision).toBe("promote");
  });

  test("is said to be approved where its deadline comes first", async () => {
    const { run, clock, vote } = await waiting({
      window: { zone: "UTC", open: [{ days: ["sat"], from: "09:00", to: "10:00" }] },
    });
    await vote("ada");
    await clock.advance("2d");
    expect((await run.verdict).findings[0]).toMatchObject({
      status: "expired",
      reason: "no answer within 2 d; approved by ada: 1 of 1 needed, which was not in effect yet",
    });
  });

  test("may be rejected until then", async () => {
    const { run, clock, gate, vote } = await waiting();
    await vote("ada", { effectiveAt: tonight });
    await clock.advance("21h");
    expect(await vote("bob", { decision: "reject", comment: "totals differ" })).toEqual({ status: "accepted" });
    expect((await run.verdict).decision).toBe("hold");
    expect((await replay(run.record(), gate)).verdict.decision).toBe("hold");
  });

  test("may be withdrawn until then, and given again for another time", async () => {
    const { run, clock, vote } = await waiting();
    await vote("ada", { effectiveAt: tonight });
    await clock.advance("10h");
    await vote("ada", { decision: "withdraw" });
    await clock.advance("20h");
    expect(run.snapshot().gates[0]).toMatchObject({ state: "waiting", request: { missing: 1 } });
    await vote("ada");
    expect((await run.verdict).findings[0]?.observedAt).toBe("2030-01-02T06:00:00.000Z");
  });

  test("is of somebody who may still approve then", async () => {
    let onCall: string[] = ["ada"];
    const members = { "on-call": () => onCall };
    const { run, clock, vote } = await waiting({
      rule: everyRule(oneOf("on-call"), quorum(1, { people: ["bob"] })),
      members,
    });
    await vote("ada", { effectiveAt: tonight });
    await vote("bob");
    onCall = ["eve"];
    await clock.advance("30h");
    expect(run.snapshot().gates[0]).toMatchObject({ state: "waiting", request: { missing: 1 } });
    await vote("eve");
    expect((await run.verdict).findings[0]).toMatchObject({ reason: "approved by bob, eve: 2 of 2 needed" });
  });

  test.each([
    [
      { effectiveAt: "2030-01-03T00:00:00Z" },
      "expected an approval to take effect before the deadline, 2030-01-03T00:00:00.000Z",
    ],
    [{ decision: "reject", comment: "no", effectiveAt: tonight }, "only an approval may take effect later"],
    [
      { effectiveAt: "2030-01-01T22:00:00" },
      'effectiveAt: expected an instant with its offset, such as "2030-01-01T22:00:00+01:00"',
    ],
  ] as const)("is refused as %j", async (more, reason) => {
    const { run, vote } = await waiting();
    expect(await vote("ada", more)).toEqual({ status: "refused", reason });
    await run[Symbol.asyncDispose]();
  });
});
