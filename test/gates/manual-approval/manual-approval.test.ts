import {
  allOf,
  anyOf,
  anyRule,
  everyRule,
  inLevels,
  isGateError,
  oneOf,
  quorum,
  replay,
  startRun,
  type GateOptions,
  type Release,
  type Run,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import type { ManualApprovalConfig } from "../../../src/gates/manual-approval/manual-approval-config.js";
import { manualApproval } from "../../../src/gates/manual-approval/manual-approval.js";
import { sleepOn } from "../../../src/run/host/in-process-host.js";
import { gate as plainGate, release as plainRelease } from "../../helpers/gates.js";
import { refusalOf } from "../../helpers/refusal.js";

const release: Release = {
  ...plainRelease,
  artifact: { digest: "sha256:9f86d0" },
  requestedBy: "grace",
  contributors: ["linus", "Grace"],
};

const twoOf = { from: { people: ["ada", "bob"] }, quorum: 2 };

interface Scene {
  readonly config?: Partial<ManualApprovalConfig>;
  readonly options?: GateOptions;
  readonly of?: Release;
}

/** A run that waits for its first vote. */
async function waiting({ config, options, of = release }: Scene = {}) {
  const clock = virtualClock();
  const settings = { from: { people: ["ada", "bob"] }, deadline: "4h", ...config } as const;
  const run = startRun(manualApproval("sign-off", settings, options), { release: of, clock });
  await clock.advance(0);
  return { run, clock };
}

function requestOf(run: Run) {
  return run.snapshot().gates[0]?.request;
}

describe("manualApproval", () => {
  test("promotes when enough people approved, and keeps who, when and why", async () => {
    const { run, clock } = await waiting({ config: { quorum: 2 } });
    expect(await run.answer("sign-off", { decision: "approve", by: "Ada", comment: " traffic is low " })).toEqual({
      status: "accepted",
    });
    await clock.advance("10m");
    await run.answer("sign-off", { decision: "approve", by: "bob" });
    const verdict = await run.verdict;
    expect(verdict.decision).toBe("promote");
    expect(verdict.findings[0]).toEqual({
      gate: "sign-off",
      kind: "manual-approval",
      status: "passed",
      decision: "promote",
      reason: "approved by Ada, bob: 2 of 2 needed",
      evidence: {
        quorum: 2,
        missing: 0,
        awaited: { people: [], roles: [] },
        rule: "2 of ada or bob",
        quorums: [{ level: 1, count: 2, people: ["ada", "bob"], roles: [], approvedBy: ["Ada", "bob"], isMet: true }],
        votes: [
          { decision: "approve", by: "Ada", comment: "traffic is low", at: "2030-01-01T00:00:00.000Z", counts: true },
          { decision: "approve", by: "bob", at: "2030-01-01T00:10:00.000Z", counts: true },
        ],
        checklist: [],
        refused: [],
        fingerprint: expect.stringMatching(/^[\da-f]{64}$/),
        excluded: [
          { person: "grace", why: "requested the release" },
          { person: "linus", why: "contributed to the release" },
        ],
      },
      observedAt: "2030-01-01T00:10:00.000Z",
      attempt: 1,
    });
  });

  test("shows whoever may approve what is asked, of whom, until when, and what is missing", async () => {
    const { run } = await waiting({
      config: {
        quorum: 2,
        from: { people: ["ada", "bob", "grace"], roles: ["sre"] },
        instructions: "Look at the totals.",
      },
    });
    await run.answer("sign-off", { decision: "approve", by: "bob" });
    expect(requestOf(run)).toEqual({
      type: "approval",
      release: {
        name: "orders",
        version: "2.4.0",
        environment: "production",
        artifact: { digest: "sha256:9f86d0" },
        requestedBy: "grace",
      },
      fingerprint: expect.stringMatching(/^[\da-f]{64}$/),
      instructions: "Look at the totals.",
      from: { people: ["ada", "bob"], roles: ["sre"] },
      later: { people: [], roles: [] },
      quorum: 2,
      missing: 1,
      rule: "2 of ada, bob or anyone with role sre",
      quorums: [{ level: 1, count: 2, people: ["ada", "bob"], roles: ["sre"], approvedBy: ["bob"], isMet: false }],
      level: 1,
      notVoted: ["ada"],
      votes: [{ decision: "approve", by: "bob", at: "2030-01-01T00:00:00.000Z" }],
      excluded: [
        { person: "grace", why: "requested the release" },
        { person: "linus", why: "contributed to the release" },
      ],
      requireComment: ["reject"],
      checklist: [],
      needsInput: false,
      lookedUp: [],
      deadline: "2030-01-01T04:00:00.000Z",
      summary: "1 of 2 approvals missing, from ada or anyone with role sre, until 2030-01-01T04:00:00.000Z",
    });
    await run[Symbol.asyncDispose]();
  });

  test("holds when somebody rejects, with the reason given", async () => {
    const { run } = await waiting({ config: { quorum: 2 } });
    await run.answer("sign-off", { decision: "approve", by: "ada" });
    await run.answer("sign-off", { decision: "reject", by: "bob", comment: "totals\nof May\tdiffer" });
    const verdict = await run.verdict;
    expect(verdict.decision).toBe("hold");
    expect(verdict.findings[0]).toMatchObject({
      status: "failed",
      reason: "rejected by bob: totals of May differ",
      evidence: { missing: 1 },
    });
  });

  test("rolls back on a rejection where that was chosen", async () => {
    const { run } = await waiting({ options: { onFail: "rollback" } });
    await run.answer("sign-off", { decision: "reject", by: "bob", comment: "no" });
    expect((await run.verdict).decision).toBe("rollback");
  });

  test("expires at its deadline, and holds", async () => {
    const { run, clock } = await waiting({ config: { quorum: 2 } });
    await run.answer("sign-off", { decision: "approve", by: "ada" });
    await clock.advance("4h");
    const verdict = await run.verdict;
    expect(verdict.decision).toBe("hold");
    expect(verdict.findings[0]).toMatchObject({
      status: "expired",
      reason: "no answer within 4 h; 1 of 2 approvals missing, from bob",
      evidence: { missing: 1, awaited: { people: ["bob"], roles: [] }, votes: [{ by: "ada", counts: true }] },
    });
    const again = await replay(run.record(), manualApproval("sign-off", { ...twoOf, deadline: "4h" }));
    expect(again.verdict.findings[0]).toEqual(verdict.findings[0]);
    await expect(run.answer("sign-off", { decision: "approve", by: "bob" })).rejects.toSatisfy((error) =>
      isGateError(error, "ANSWER_UNEXPECTED"),
    );
  });

  test.each([
    [{ decision: "approve", by: "grace" }, "grace may not vote, having requested the release"],
    [{ decision: "approve", by: "GRACE", roles: ["sre"] }, "GRACE may not vote, having requested the release"],
    [{ decision: "approve", by: "linus" }, "linus may not vote, having contributed to the release"],
    [{ decision: "approve", by: "mallory" }, "mallory is not among those who may vote"],
    [{ decision: "approve", by: "аda" }, "by: expected an id whose words do not mix alphabets"],
    [{ decision: "approve", by: "a\u200bda" }, "by: expected an id without invisible or control characters"],
    [{ decision: "reject", by: "ada", comment: "  " }, "to reject needs a comment that says why"],
    [{ decision: "yes", by: "ada" }, 'decision: expected "approve", "reject" or "withdraw"'],
    [{ decision: "approve" }, "by: expected an id, a string"],
    [{ decision: "approve", by: "ada", sure: true }, 'Unrecognized key: "sure"'],
    [true, "Invalid input: expected object, received boolean"],
    [null, "Invalid input: expected object, received null"],
  ])("refuses %j, and goes on waiting", async (vote, reason) => {
    const { run } = await waiting({ config: { from: { people: ["ada"], roles: ["sre"] } } });
    expect(await run.answer("sign-off", vote)).toEqual({ status: "refused", reason });
    expect(run.snapshot().gates[0]?.state).toBe("waiting");
    await run.answer("sign-off", { decision: "approve", by: "ada" });
    const verdict = await run.verdict;
    expect(verdict.findings[0]).toMatchObject({ status: "passed", evidence: { votes: [{ by: "ada" }] } });
  });

  test.each([
    ["an approval and a rejection", 1, ["ada", "-bob"], "hold", ["accepted", "accepted"]],
    ["enough approvals and a rejection", 2, ["ada", "bob", "-eve"], "hold", ["accepted", "accepted", "accepted"]],
    ["a rejection, and approvals after it", 1, ["-ada", "bob"], "hold", ["accepted", "refused"]],
    ["more approvals than are needed", 1, ["ada", "bob", "eve"], "promote", ["accepted", "refused", "refused"]],
    ["a change of mind", 1, ["ada", "-ada"], "hold", ["accepted", "accepted"]],
  ] as const)("judges %s, given at the same time, before it decides", async (_, count, cast, decision, receipts) => {
    const { run } = await waiting({ config: { quorum: count, from: { people: ["ada", "bob", "eve"] } } });
    const given = cast.map((who) =>
      run.answer(
        "sign-off",
        who.startsWith("-")
          ? { decision: "reject", by: who.slice(1), comment: "stop!" }
          : { decision: "approve", by: who },
      ),
    );
    expect((await Promise.all(given)).map(({ status }) => status)).toEqual(receipts);
    expect((await run.verdict).decision).toBe(decision);
    // Everybody who spoke is in the record.
    for (const who of cast) expect(run.record().join("\n")).toContain(`"by":"${who.replace("-", "")}"`);
    const again = manualApproval("sign-off", {
      from: { people: ["ada", "bob", "eve"] },
      quorum: count,
      deadline: "4h",
    });
    expect((await replay(run.record(), again)).verdict.decision).toBe(decision);
  });

  test("judges each of a thousand votes that are given at the same time", async () => {
    const { run } = await waiting();
    const votes = Array.from({ length: 1_000 }, (_, index) => ({
      decision: index === 999 ? "reject" : "approve",
      by: index === 999 ? "bob" : "ada",
      comment: `vote ${index}`,
    }));
    const receipts = await Promise.all(votes.map((vote) => run.answer("sign-off", vote)));
    expect((await run.verdict).decision).toBe("hold");
    expect(receipts.filter(({ status }) => status === "accepted")).toHaveLength(2);
    expect(receipts[500]).toEqual({ status: "refused", reason: "the request is approved already" });
  });

  test("says when each vote was given, not when it was judged", async () => {
    const clock = virtualClock();
    const slow = { ...memoryStore(), append: () => sleepOn(clock, clock.now() + 60_000).settled };
    const gate = manualApproval("sign-off", { from: { people: ["ada", "bob"] }, quorum: 2, deadline: "4h" });
    const run = startRun(gate, { release, clock, store: slow });
    await clock.advance(0);
    const receipts = ["ada", "bob"].map((by) => run.answer("sign-off", { decision: "approve", by }));
    const { findings } = await clock.settle(run.verdict);
    await Promise.all(receipts);
    const at = "2030-01-01T00:00:00.000Z";
    expect(findings[0]).toMatchObject({
      evidence: {
        votes: [
          { by: "ada", at },
          { by: "bob", at },
        ],
      },
    });
  });

  test("keeps its record small, whoever comments again and again", async () => {
    const { run } = await waiting({ config: { quorum: 2 } });
    for (let index = 0; index < 50; index++) {
      const comment = `${index} ${"x".repeat(1_990)}`;
      await run.answer("sign-off", { decision: "approve", by: "ada", comment });
    }
    expect(requestOf(run)).toMatchObject({ votes: [{ by: "ada", comment: expect.stringMatching(/^19 x{196}…$/) }] });
    expect(run.record().join("").length).toBeLessThan(200_000);
    await run[Symbol.asyncDispose]();
  });

  test("lets those who asked for the release approve it where that was allowed", async () => {
    const { run } = await waiting({ config: { allowSelfApproval: true, from: { people: ["grace"] } } });
    await run.answer("sign-off", { decision: "approve", by: "grace" });
    expect(await run.verdict).toMatchObject({ decision: "promote", findings: [{ evidence: { excluded: [] } }] });
  });

  test.each<[string, Partial<ManualApprovalConfig>, Release, string]>([
    [
      "those who may approve cannot be enough",
      { from: { people: ["ada", "Grace"] }, quorum: 2 },
      release,
      "Nobody could complete this approval: it needs 2 of ada or Grace, and Grace may not approve, " +
        "having requested the release or contributed to it. Name more people, or a role.",
    ],
    [
      "a person would have to count twice",
      { rule: everyRule(quorum(1, { people: ["ada"] }), quorum(1, { people: ["Grace", "ada"] })) },
      release,
      "Nobody could complete this approval: it needs 1 of ada and 1 of Grace or ada, and Grace may not approve, " +
        "having requested the release or contributed to it. Name more people, or a role.",
    ],
    [
      "it cannot be told who is excluded",
      {},
      { ...release, contributors: ["linus", "gr\u200bace"] },
      "It cannot be told who may approve: the release's contributors.1: " +
        "expected an id without invisible or control characters.",
    ],
  ])("refuses the run before anything is asked where %s", (_, config, of, reason) => {
    const asked = config.rule ? {} : { from: { people: ["ada", "bob"] } };
    const plan = allOf("release", [manualApproval("sign-off", { ...asked, deadline: "4h", ...config })]);
    expect(refusalOf(() => startRun(plan, { release: of, clock: virtualClock() }))).toBe(
      `RUN_INPUT_INVALID: orders 2.4.0 in production cannot be judged: gate "release/sign-off" could never pass: ${reason}`,
    );
  });

  test("is errored at its start where it cannot pass, and nobody needs it", async () => {
    const impossible = manualApproval("sign-off", { from: { people: ["Grace"] }, deadline: "4h" });
    const clock = virtualClock();
    const run = startRun(anyOf("either", [impossible, plainGate("slow", "pass", 1_000)]), { release, clock });
    await clock.advance(0);
    expect(run.snapshot().gates[1]?.finding).toMatchObject({
      status: "errored",
      reason: expect.stringContaining("could not be checked: Nobody could complete this approval"),
    });
    await run[Symbol.asyncDispose]();
  });

  test("asks one level after the other, and says which, and who is waited for", async () => {
    const clock = virtualClock();
    const rule = inLevels(quorum(2, { people: ["ada", "bob", "eve"] }), anyRule(oneOf("head"), oneOf("deputy")));
    const run = startRun(manualApproval("sign-off", { rule, deadline: "4h" }), { release, clock });
    await clock.advance(0);
    await run.answer("sign-off", { decision: "approve", by: "ada" });
    expect(requestOf(run)).toMatchObject({
      from: { people: ["ada", "bob", "eve"], roles: [] },
      later: { people: [], roles: ["head", "deputy"] },
      level: 1,
      notVoted: ["bob", "eve"],
      summary: "level 1 of 2: 2 of 3 approvals missing, from bob or eve, until 2030-01-01T04:00:00.000Z",
    });
    const joe = { decision: "approve", by: "joe", roles: ["deputy"] };
    expect(await run.answer("sign-off", joe)).toMatchObject({ status: "refused" });
    await run.answer("sign-off", { decision: "approve", by: "bob" });
    expect(requestOf(run)).toMatchObject({
      level: 2,
      notVoted: [],
      rule: "2 of ada, bob or eve, then 1 of anyone with role head or else 1 of anyone with role deputy",
      summary:
        "level 2 of 2: 1 of 3 approvals missing, from anyone with role head or anyone with role deputy, " +
        "until 2030-01-01T04:00:00.000Z",
    });
    await run.answer("sign-off", joe);
    expect((await run.verdict).findings[0]).toMatchObject({
      status: "passed",
      reason: "approved by ada, bob, joe: 3 of 3 needed",
      evidence: {
        quorums: [
          { approvedBy: ["ada", "bob"], isMet: true },
          { approvedBy: [], isMet: false },
          { approvedBy: ["joe"], isMet: true },
        ],
      },
    });
  });

  test("fails at once when those who have not rejected are not enough", async () => {
    const { run } = await waiting({ config: { quorum: 2, rejectQuorum: 2 } });
    await run.answer("sign-off", { decision: "reject", by: "bob", comment: "totals differ" });
    expect((await run.verdict).findings[0]).toMatchObject({
      status: "failed",
      decision: "hold",
      reason: "rejected by bob: totals differ; the others are not enough for 2 of ada or bob",
    });
  });

  test("comes to the same verdict when its record is replayed", async () => {
    const { run } = await waiting({ config: { quorum: 2 } });
    await run.answer("sign-off", { decision: "approve", by: "mallory" });
    await run.answer("sign-off", { decision: "approve", by: "ada" });
    await run.answer("sign-off", { decision: "approve", by: "ada", comment: "looked again" });
    await run.answer("sign-off", { decision: "approve", by: "bob" });
    await run.verdict;
    const stricter = manualApproval("sign-off", { from: { people: ["bob"] }, deadline: "4h" });
    expect(await replay(run.record())).toMatchObject({ isAsRecorded: true, verdict: { decision: "promote" } });
    expect((await replay(run.record(), stricter)).verdict.findings[0]).toMatchObject({
      status: "passed",
      reason: "approved by bob: 1 of 1 needed",
    });
  });
});
