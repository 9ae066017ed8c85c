import {
  allOf,
  manualApproval,
  readRecord,
  replay,
  startRun,
  type ApprovalBinds,
  type ApprovalRequest,
  type GateOptions,
  type Json,
  type ManualApprovalConfig,
  type Release,
  type Run,
  type Vote,
} from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { sleepOn } from "../../../src/run/host/in-process-host.js";
import { gate } from "../../helpers/gates.js";

const release: Release = {
  name: "orders",
  version: "2.4.0",
  environment: "production",
  artifact: { digest: "sha256:9f86d0", name: "registry.example/orders" },
  requestedBy: "grace",
};

interface Scene {
  readonly config?: Partial<ManualApprovalConfig>;
  readonly options?: GateOptions;
  readonly of?: Release;
  readonly name?: string;
  readonly secrets?: readonly string[];
}

async function waiting({ config, options, of = release, name = "sign-off", secrets = [] }: Scene = {}) {
  const clock = virtualClock();
  const approval = manualApproval(name, { from: { people: ["ada", "bob"] }, deadline: "4h", ...config }, options);
  const run = startRun(approval, { release: of, clock, secrets });
  await clock.advance(0);
  const vote = (by: string, more: Partial<Vote> = {}) =>
    clock.settle(run.answer(name, { decision: "approve", by, ...more }));
  return { run, clock, vote, approval };
}

function requestOf(run: Run, path = "sign-off"): ApprovalRequest {
  return run.snapshot().gates.find((one) => one.path === path)?.request as unknown as ApprovalRequest;
}

async function fingerprintOf(scene: Scene = {}): Promise<string> {
  const { run } = await waiting(scene);
  const { fingerprint } = requestOf(run, scene.name);
  await run[Symbol.asyncDispose]();
  return fingerprint;
}

const findingOf = async (run: Run) => (await run.verdict).findings[0];
const changed = { status: "refused", reason: "what was shown has changed since" } as const;
const anotherOne = "0".repeat(64);

/** A registry whose tag may be pushed again. */
function registry(first: Json = { digest: "sha256:1" }) {
  const tag = { now: first, asked: 0 };
  const binds: ApprovalBinds = () => {
    tag.asked += 1;
    return tag.now;
  };
  return { tag, binds };
}

describe("the fingerprint of a request", () => {
  test("is the same each time the same is asked", async () => {
    expect(await fingerprintOf()).toBe(await fingerprintOf());
  });

  test.each<[string, Scene]>([
    ["version", { of: { ...release, version: "2.4.1" } }],
    ["environment", { of: { ...release, environment: "staging" } }],
    ["artifact", { of: { ...release, artifact: { digest: "sha256:9f86d1", name: "registry.example/orders" } } }],
    ["requester", { of: { ...release, requestedBy: "linus" } }],
    ["rule", { config: { quorum: 2 } }],
    ["instructions", { config: { instructions: "Look at the totals." } }],
    ["gate's name", { name: "security" }],
    ["consequence of a rejection", { options: { onFail: "rollback" } }],
    ["what is bound", { config: { binds: () => ({ digest: "sha256:1" }) } }],
  ])("is another one where the %s is another one", async (_, scene) => {
    expect(await fingerprintOf(scene)).not.toBe(await fingerprintOf());
  });

  test("tells two approvals of one plan apart", async () => {
    const clock = virtualClock();
    const config = { from: { people: ["ada"] }, deadline: "4h" } as const;
    const run = startRun(allOf("both", [manualApproval("qa", config), manualApproval("security", config)]), {
      release,
      clock,
    });
    await clock.advance(0);
    expect(requestOf(run, "both/qa").fingerprint).not.toBe(requestOf(run, "both/security").fingerprint);
    await run[Symbol.asyncDispose]();
  });

  test("does not change with the votes, so that two people may vote at once", async () => {
    const { run, vote } = await waiting({ config: { quorum: 2 } });
    const { fingerprint } = requestOf(run);
    await vote("ada", { fingerprint });
    expect(requestOf(run)).toMatchObject({ missing: 1, fingerprint });
    expect(await vote("bob", { fingerprint })).toEqual({ status: "accepted" });
    expect(await findingOf(run)).toMatchObject({
      status: "passed",
      evidence: {
        fingerprint,
        votes: [
          { by: "ada", fingerprint },
          { by: "bob", fingerprint },
        ],
      },
    });
  });

  test("is another one where the approval is asked again as it has become stale", async () => {
    const clock = virtualClock();
    const signOff = manualApproval("sign-off", { from: { people: ["ada"] }, deadline: "1d" }, { freshFor: "1h" });
    const run = startRun(allOf("all", [signOff, gate("slow", "pass", 7_200_000)]), { release, clock });
    await clock.advance(0);
    const { fingerprint } = requestOf(run, "all/sign-off");
    await run.answer("sign-off", { decision: "approve", by: "ada", fingerprint });
    await clock.advance("3h");
    expect(await run.answer("sign-off", { decision: "approve", by: "ada", fingerprint })).toEqual(changed);
    const again = requestOf(run, "all/sign-off").fingerprint;
    await run.answer("sign-off", { decision: "approve", by: "ada", fingerprint: again });
    expect(await run.verdict).toMatchObject({ decision: "promote", findings: [{}, { attempt: 2 }, {}] });
  });
});

describe("a vote that carries a fingerprint", () => {
  test("of something else is refused, and both the record and the evidence keep that", async () => {
    const { run, vote } = await waiting();
    expect(await vote("ada", { fingerprint: anotherOne })).toEqual(changed);
    expect(await vote("bob", { decision: "reject", comment: "no", fingerprint: anotherOne })).toEqual(changed);
    expect(run.snapshot().gates[0]?.state).toBe("waiting");
    await vote("ada");
    expect(await findingOf(run)).toMatchObject({
      status: "passed",
      evidence: { refused: [{ by: "ada", reason: changed.reason }, { by: "bob" }], votes: [{ by: "ada" }] },
    });
    expect(readRecord(run.record())).toContainEqual(
      expect.objectContaining({
        type: "gate:refused",
        reason: changed.reason,
        answer: { decision: "approve", by: "ada", fingerprint: anotherOne },
      }),
    );
  });

  test("is heard in any case where it withdraws", async () => {
    const { run, vote } = await waiting({ config: { quorum: 2 } });
    await vote("ada");
    expect(await vote("ada", { decision: "withdraw", fingerprint: anotherOne })).toEqual({ status: "accepted" });
    await run[Symbol.asyncDispose]();
  });

  test("that is none is refused with what was expected", async () => {
    const { run, vote } = await waiting();
    expect(await vote("ada", { fingerprint: "sha256:1" })).toEqual({
      status: "refused",
      reason: "fingerprint: expected the fingerprint of a request: 64 hexadecimal digits",
    });
    await run[Symbol.asyncDispose]();
  });

  test("may be required", async () => {
    const { run, vote } = await waiting({ config: { requireFingerprint: true, quorum: 2 } });
    expect(await vote("ada")).toEqual({
      status: "refused",
      reason: "expected the fingerprint of the request that was shown",
    });
    const { fingerprint } = requestOf(run);
    expect(await vote("ada", { fingerprint })).toEqual({ status: "accepted" });
    expect(await vote("ada", { decision: "withdraw" })).toEqual({ status: "accepted" });
    await run[Symbol.asyncDispose]();
  });

  test("counts in a replay against a plan that asks something else of the same people", async () => {
    const { run, vote } = await waiting({ config: { quorum: 2 } });
    const { fingerprint } = requestOf(run);
    await vote("ada", { fingerprint });
    await vote("bob", { fingerprint });
    await run.verdict;
    const other = manualApproval("sign-off", { from: { people: ["bob"] }, deadline: "1h", instructions: "Look." });
    expect((await replay(run.record(), other)).verdict).toMatchObject({
      decision: "promote",
      findings: [{ reason: "approved by bob: 1 of 1 needed" }],
    });
  });

  test("counts in a replay of a release that holds a secret", async () => {
    const of = { ...release, artifact: { digest: "sha256:9f86d0", name: "hunter22/orders" } };
    const { run, vote, approval } = await waiting({ of, secrets: ["hunter22"] });
    await vote("ada", { fingerprint: requestOf(run).fingerprint });
    expect((await run.verdict).decision).toBe("promote");
    expect(run.record().join("\n")).not.toContain("hunter22");
    expect((await replay(run.record(), approval)).verdict.decision).toBe("promote");
  });
});

describe("what a gate binds approvals to", () => {
  test("is asked before anybody is, and shown", async () => {
    const { binds, tag } = registry();
    const { run } = await waiting({ config: { binds } });
    expect(tag.asked).toBe(1);
    expect(requestOf(run)).toMatchObject({ bound: { digest: "sha256:1" } });
    await run[Symbol.asyncDispose]();
  });

  test("is asked once more just before the gate passes, and not before", async () => {
    const { binds, tag } = registry();
    const { run, vote } = await waiting({ config: { binds, quorum: 2 } });
    await vote("ada");
    expect(tag.asked).toBe(1);
    await vote("bob");
    expect(await findingOf(run)).toMatchObject({ status: "passed" });
    expect(tag.asked).toBe(2);
  });

  test("voids every vote where it has changed, and the gate asks again", async () => {
    const { binds, tag } = registry();
    const { run, vote, approval } = await waiting({ config: { binds, quorum: 2 } });
    const before = requestOf(run).fingerprint;
    await vote("ada", { fingerprint: before });
    tag.now = { digest: "sha256:2" };
    expect(await vote("bob", { fingerprint: before })).toEqual(changed);
    expect(run.snapshot().gates[0]).toMatchObject({
      state: "waiting",
      request: { missing: 2, votes: [], notVoted: ["ada", "bob"], bound: { digest: "sha256:2" } },
    });
    expect(await vote("ada", { fingerprint: before })).toEqual(changed);
    const { fingerprint } = requestOf(run);
    await vote("ada", { fingerprint });
    await vote("bob", { fingerprint });
    const finding = await findingOf(run);
    expect(finding).toMatchObject({
      status: "passed",
      reason: "approved by ada, bob: 2 of 2 needed",
      evidence: {
        fingerprint,
        votes: [
          { by: "ada", fingerprint: before, counts: false, lapsed: changed.reason },
          { by: "ada", fingerprint, counts: true },
          { by: "bob", fingerprint, counts: true },
        ],
        refused: [
          { by: "bob", reason: changed.reason },
          { by: "ada", reason: changed.reason },
        ],
      },
    });
    const { asked } = tag;
    const again = await replay(run.record(), approval);
    expect(again).toMatchObject({
      unknown: [],
      verdict: { findings: [{ status: "passed", reason: finding?.reason }] },
    });
    expect(tag.asked).toBe(asked);
  });

  test("voids a rejection that was not enough by itself", async () => {
    const { binds, tag } = registry();
    const config = { binds, rejectQuorum: 2, from: { people: ["ada", "bob", "eve"] } };
    const { run, vote } = await waiting({ config });
    await vote("eve", { decision: "reject", comment: "not this one" });
    tag.now = null;
    expect(await vote("ada")).toEqual(changed);
    expect(requestOf(run)).toMatchObject({ votes: [], bound: null });
    await run[Symbol.asyncDispose]();
  });

  test("is asked again when what was approved for later takes effect", async () => {
    const { binds, tag } = registry();
    const { run, clock, vote } = await waiting({ config: { binds, deadline: "2d" } });
    await vote("ada", { effectiveAt: "2030-01-01T22:00:00Z" });
    tag.now = { digest: "sha256:2" };
    await clock.advance("23h");
    expect(run.snapshot().gates[0]).toMatchObject({ state: "waiting", request: { missing: 1, bound: tag.now } });
    await vote("ada");
    expect(await findingOf(run)).toMatchObject({
      status: "passed",
      evidence: { votes: [{ counts: false, lapsed: changed.reason }, { counts: true }] },
    });
  });

  test("does not keep a rejection waiting that comes while it is asked again", async () => {
    const clock = virtualClock();
    let asked = 0;
    const binds: ApprovalBinds = async () => {
      asked += 1;
      if (asked > 1) await sleepOn(clock, clock.now() + 1_000).settled;
      return "the same";
    };
    const approval = manualApproval("sign-off", { from: { people: ["ada", "bob"] }, binds, deadline: "4h" });
    const run = startRun(approval, { release, clock });
    await clock.advance(0);
    const receipts = [
      run.answer("sign-off", { decision: "approve", by: "ada" }),
      clock.advance(500).then(() => run.answer("sign-off", { decision: "reject", by: "bob", comment: "stop!" })),
    ];
    const verdict = await clock.settle(run.verdict);
    expect(await Promise.all(receipts)).toEqual([{ status: "accepted" }, { status: "accepted" }]);
    expect(verdict).toMatchObject({ decision: "hold", findings: [{ status: "failed" }] });
  });

  test.each<[string, number, () => Json, string]>([
    ["at the start", 1, () => fail("the registry is down"), "could not be checked: the registry is down"],
    ["before the gate passes", 2, () => fail("the registry is down"), "could not be checked: the registry is down"],
    [
      "with nothing",
      1,
      () => undefined as unknown as Json,
      "could not be checked: binds must return what approvals are bound to, got undefined",
    ],
    ["with what is no JSON", 2, () => new Date() as unknown as Json, "could not be checked: value is a Date"],
    ["with too much", 1, () => "x".repeat(16_383), "could not be checked: binds must return at most 16384 bytes"],
  ])("makes the gate errored where it answers %s (%i) as it must not", async (_, from, broken, reason) => {
    let asked = 0;
    const binds = () => (++asked < from ? "v1" : broken());
    const { run, clock } = await waiting({ config: { binds } });
    const receipt = run.answer("sign-off", { decision: "approve", by: "ada" }).catch(() => "settled");
    const verdict = await clock.settle(run.verdict);
    await receipt;
    expect(verdict).toMatchObject({
      decision: "hold",
      findings: [{ status: "errored", reason: expect.stringContaining(reason) }],
    });
  });

  test("is kept without secrets, and its votes count in a replay all the same", async () => {
    const { binds } = registry({ ticket: "CHG-1", login: "hunter22" });
    const { run, vote, approval } = await waiting({ config: { binds }, secrets: ["hunter22"] });
    await vote("ada", { fingerprint: requestOf(run).fingerprint });
    expect((await run.verdict).decision).toBe("promote");
    expect(run.record().join("\n")).not.toContain("hunter22");
    expect((await replay(run.record(), approval)).verdict.decision).toBe("promote");
  });

  test("is not made up in a replay of a record that does not hold it", async () => {
    const { run, vote } = await waiting();
    await vote("ada");
    await run.verdict;
    const bound = manualApproval("sign-off", { from: { people: ["ada"] }, binds: () => "v1", deadline: "4h" });
    expect(await replay(run.record(), bound)).toMatchObject({
      unknown: [{ gate: "sign-off", asked: "what is bound" }],
      verdict: { decision: "hold", findings: [{ status: "errored" }] },
    });
  });

  test("is a function, and shown by its name", () => {
    const config = { from: { people: ["ada"] }, deadline: "4h" } as const;
    expect(() => manualApproval("sign-off", { ...config, binds: "v1" as never })).toThrow("binds: expected a function");
    const { binds } = registry();
    expect(manualApproval("sign-off", { ...config, binds }).config).toMatchObject({ binds: "function binds" });
  });
});

function fail(message: string): never {
  throw new Error(message);
}
