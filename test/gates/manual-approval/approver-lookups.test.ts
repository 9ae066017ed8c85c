import {
  everyRule,
  manualApproval,
  oneOf,
  quorum,
  replay,
  startRun,
  type DelegationLookup,
  type ManualApprovalConfig,
  type MembersLookup,
  type Release,
  type Run,
} from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { sleepOn } from "../../../src/run/host/in-process-host.js";

const release: Release = { name: "orders", version: "2.4.0", environment: "production", requestedBy: "grace" };

interface Duty {
  readonly onCall: (string | null)[] | null;
  readonly standIns: Record<string, string>;
}

interface Later {
  readonly after: number;
  readonly answer: Error | null;
}

/** A gate that asks whoever is on call, and the duty roster, which the test changes. */
async function onDuty(config: Partial<ManualApprovalConfig> = {}) {
  const clock = virtualClock();
  const duty: { -readonly [K in keyof Duty]: Duty[K] } & { asked: number; fault?: Error; later?: Later } = {
    onCall: ["ada"],
    standIns: { zoe: "ada" },
    asked: 0,
  };
  const members: MembersLookup = async () => {
    duty.asked += 1;
    await sleepOn(clock, clock.now() + 1_000).settled;
    if (duty.fault) throw duty.fault;
    if (duty.later && duty.asked > duty.later.after) {
      if (duty.later.answer) throw duty.later.answer;
      return null;
    }
    return duty.onCall as string[];
  };
  const delegation: DelegationLookup = ({ by, onBehalfOf }) => duty.standIns[by] === onBehalfOf;
  const settings: ManualApprovalConfig = {
    rule: oneOf("on-call"),
    members: { "on-call": members },
    delegation,
    deadline: "4h",
    ...config,
  };
  const gate = manualApproval("sign-off", settings);
  const run = startRun(gate, { release, clock });
  await clock.advance(0);
  const answer = (by: string, more: object = {}) =>
    clock.settle(run.answer("sign-off", { decision: "approve", by, ...more }));
  return { run, clock, duty, answer, gate };
}

const findingOf = async (run: Run) => (await run.verdict).findings[0];

describe("approvers who are looked up when a vote arrives", () => {
  test("may vote where the group has them then, whatever the vote says of its roles", async () => {
    const { run, answer, duty } = await onDuty();
    const claims = { roles: ["on-call"] };
    expect(await answer("eve", claims)).toEqual({ status: "refused", reason: "eve is not among those who may vote" });
    duty.onCall = ["EVE"];
    expect(await answer("eve")).toEqual({ status: "accepted" });
    expect(await findingOf(run)).toMatchObject({
      status: "passed",
      reason: "approved by eve: 1 of 1 needed",
      evidence: {
        votes: [{ by: "eve", roles: ["on-call"] }],
        refused: [{ by: "eve", decision: "approve", reason: "eve is not among those who may vote" }],
      },
    });
  });

  test("are not looked up before anybody votes, nor for a vote that is refused in any case", async () => {
    const { run, answer, duty } = await onDuty();
    expect(duty.asked).toBe(0);
    await answer("grace");
    await answer("ada", { decision: "reject" });
    expect(duty.asked).toBe(0);
    await run[Symbol.asyncDispose]();
  });

  test("are looked up once for a vote that is enough by itself", async () => {
    const { run, answer, duty } = await onDuty();
    await answer("ada");
    expect((await run.verdict).decision).toBe("promote");
    expect(duty.asked).toBe(1);
  });

  test("may say the same again where they have come back to the group", async () => {
    const { run, answer, duty } = await onDuty({ rule: everyRule(oneOf("on-call"), quorum(1, { people: ["bob"] })) });
    await answer("ada");
    duty.onCall = [];
    await answer("bob");
    duty.onCall = ["ada"];
    expect(await answer("ada")).toEqual({ status: "accepted" });
    expect((await run.verdict).decision).toBe("promote");
  });

  test("are shown as a role whose members are looked up", async () => {
    const { run } = await onDuty();
    expect(run.snapshot().gates[0]?.request).toMatchObject({ from: { roles: ["on-call"] }, lookedUp: ["on-call"] });
    await run[Symbol.asyncDispose]();
  });

  test("are looked up in the name of whom they stand in for, and both are kept", async () => {
    const { run, answer } = await onDuty();
    expect(await answer("bob", { onBehalfOf: "ada" })).toEqual({
      status: "refused",
      reason: "bob does not stand in for ada",
    });
    await answer("zoe", { onBehalfOf: "ada" });
    expect(await findingOf(run)).toMatchObject({
      reason: "approved by zoe for ada: 1 of 1 needed",
      evidence: { votes: [{ by: "zoe", onBehalfOf: "ada" }], quorums: [{ approvedBy: ["zoe for ada"] }] },
    });
  });

  test("stand in for nobody where the gate has no delegation", async () => {
    const { run, answer } = await onDuty({ delegation: () => "yes" as never });
    expect(await answer("zoe", { onBehalfOf: "ada" })).toMatchObject({ reason: "zoe does not stand in for ada" });
    await run[Symbol.asyncDispose]();
  });

  test("have not approved where they have left the group before the verdict", async () => {
    const { run, answer, duty } = await onDuty({ rule: everyRule(oneOf("on-call"), quorum(1, { people: ["bob"] })) });
    await answer("ada");
    duty.onCall = ["eve"];
    expect(await answer("bob")).toEqual({ status: "accepted" });
    expect(run.snapshot().gates[0]).toMatchObject({ state: "waiting", request: { missing: 1, notVoted: [] } });
    await answer("eve");
    expect(await findingOf(run)).toMatchObject({
      status: "passed",
      reason: "approved by bob, eve: 2 of 2 needed",
      evidence: {
        votes: [
          { by: "ada", counts: false, lapsed: "ada is not among those who may vote any more" },
          { by: "bob", counts: true },
          { by: "eve", counts: true },
        ],
      },
    });
  });

  test("have not approved where they do not stand in for anybody any more", async () => {
    const { run, answer, duty } = await onDuty({ rule: everyRule(oneOf("on-call"), quorum(1, { people: ["bob"] })) });
    await answer("zoe", { onBehalfOf: "ada" });
    duty.standIns = {};
    await answer("bob");
    expect(run.snapshot().gates[0]?.state).toBe("waiting");
    await answer("ada");
    expect(await findingOf(run)).toMatchObject({
      evidence: { votes: [{ lapsed: "zoe does not stand in for ada any more" }, {}, {}] },
    });
  });

  test("make the gate errored where the group does not exist any more", async () => {
    const { run, answer, duty } = await onDuty();
    duty.onCall = null;
    await answer("ada");
    expect(await findingOf(run)).toMatchObject({
      status: "errored",
      decision: "hold",
      reason:
        'could not be checked: Nobody can tell who may approve: the group of role "on-call" does not exist any more.',
    });
  });

  test.each([
    ["is gone", null, /does not exist any more/],
    ["does not answer", new Error("the directory is down"), /the directory is down/],
  ])("make the gate errored where the group %s at the verdict", async (_, later, reason) => {
    const { run, answer, duty } = await onDuty({ rule: everyRule(oneOf("on-call"), quorum(1, { people: ["bob"] })) });
    await answer("ada");
    // Once for the vote that comes, and then for those that came before.
    duty.later = { after: duty.asked + 1, answer: later };
    await answer("bob");
    expect(await findingOf(run)).toMatchObject({
      status: "errored",
      decision: "hold",
      reason: expect.stringMatching(reason),
    });
  });

  test.each([
    ["that is empty", [], "eve is not among those who may vote"],
    ["that is no list of ids", ["eve", null], /could not be found out: members of "on-call" must return a list of ids/],
  ])("refuse everybody of a group %s, and the gate goes on waiting", async (_, group, reason) => {
    const { run, answer, duty } = await onDuty();
    duty.onCall = group;
    expect(await answer("eve")).toEqual({
      status: "refused",
      reason: typeof reason === "string" ? reason : expect.stringMatching(reason),
    });
    expect(run.snapshot().gates[0]?.state).toBe("waiting");
    await run[Symbol.asyncDispose]();
  });

  test("are refused while the directory is down, and may try again", async () => {
    const { run, answer, duty } = await onDuty();
    duty.fault = new Error("the directory is down");
    expect(await answer("ada")).toEqual({
      status: "refused",
      reason: "whether ada may vote could not be found out: the directory is down",
    });
    delete duty.fault;
    await answer("ada");
    expect(await findingOf(run)).toMatchObject({ status: "passed" });
  });

  test("are heard when they object while the last approval is being looked up", async () => {
    const { run, clock } = await onDuty({ rule: quorum(1, { people: ["bob"], roles: ["on-call"] }) });
    const receipts = [
      run.answer("sign-off", { decision: "approve", by: "ada" }),
      clock.advance(500).then(() => run.answer("sign-off", { decision: "reject", by: "bob", comment: "stop!" })),
    ];
    const verdict = await clock.settle(run.verdict);
    expect(await Promise.all(receipts)).toEqual([{ status: "accepted" }, { status: "accepted" }]);
    expect(verdict).toMatchObject({ decision: "hold", findings: [{ status: "failed" }] });
  });

  test("come to the same end when the record is replayed, and nobody is looked up again", async () => {
    const { run, answer, duty, gate } = await onDuty({
      rule: everyRule(oneOf("on-call"), quorum(1, { people: ["bob"] })),
    });
    await answer("mallory");
    await answer("ada");
    duty.onCall = ["eve"];
    await answer("bob");
    await answer("zoe", { onBehalfOf: "ada" });
    await answer("eve");
    const finding = await findingOf(run);
    const { asked } = duty;
    const again = await replay(run.record(), gate);
    expect(again.unknown).toEqual([]);
    expect(again.verdict.findings[0]).toMatchObject({ status: "passed", reason: finding?.reason ?? "" });
    expect(duty.asked).toBe(asked);
  });

  test("are refused in a config where no rule asks the role", () => {
    const members = { "on-call": () => ["ada"] };
    expect(() => manualApproval("sign-off", { from: { roles: ["sre"] }, members, deadline: "4h" })).toThrow(
      "members.on-call: expected a role that may vote, one of: sre",
    );
    expect(() =>
      manualApproval("sign-off", { from: { roles: ["sre"] }, members: { sre: ["ada"] as never }, deadline: "4h" }),
    ).toThrow("members.sre: expected a function");
  });
});
