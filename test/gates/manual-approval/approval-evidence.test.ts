import {
  advisory,
  allOf,
  inSequence,
  manualApproval,
  replay,
  resumeRun,
  startRun,
  steady,
  submitAnswer,
  watch,
  when,
  type Gate,
  type ManualApprovalConfig,
  type Release,
  type Run,
  type Vote,
} from "release-gates";
import { readApprovalRequest, shownEvidence } from "release-gates/approvals";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { custom } from "../../helpers/gates.js";

const release: Release = { name: "orders", version: "2.4.0", environment: "production" };
const other = "0".repeat(64);
const changed = { status: "refused", reason: "what other gates found has changed since" } as const;

function signOff(config: Partial<ManualApprovalConfig> = {}) {
  return manualApproval("sign-off", {
    from: { people: ["ada", "bob"] },
    deadline: "4h",
    bindEvidence: ["errors"],
    ...config,
  });
}

/** Finds something after an hour: it never decides, so that nothing hides what becomes of the votes. */
const late = advisory(
  custom("errors", async ({ sleep, fail }) => {
    await sleep("1h");
    return fail("errors are rising", { ratio: 0.2 });
  }),
);

async function waiting(gates: readonly Gate[]) {
  const clock = virtualClock();
  const plan = allOf("all", gates);
  const run = startRun(plan, { release, clock });
  await clock.advance(0);
  const approve = (by: string, more: Partial<Vote> = {}) =>
    clock.settle(run.answer("all/sign-off", { decision: "approve", by, ...more }));
  return { run, plan, clock, approve };
}

function requestOf(run: Run) {
  const request = readApprovalRequest(run.snapshot().gates.find(({ path }) => path === "all/sign-off")?.request);
  if (!request) throw new Error("nobody is asked");
  return request;
}

/** What a vote carries of what is shown now. */
function votable(run: Run) {
  const request = requestOf(run);
  return { fingerprint: request.fingerprint, evidence: shownEvidence(run.record(), request)?.fingerprint ?? "" };
}

describe("an approval that rests on what other gates found", () => {
  test("is refused, whichever way it comes in, without the evidence that was shown, or with other evidence", async () => {
    const store = memoryStore();
    const run = startRun(allOf("all", [late, signOff()]), { release, store, runId: "orders-1" });
    const wait = new Promise<unknown>((resolve) => run.on("gate:waiting", resolve));
    await wait;
    const vote = { decision: "approve", by: "ada" };
    expect(await run.answer("all/sign-off", vote)).toEqual({
      status: "refused",
      reason: "expected the fingerprint of the evidence that was shown",
    });
    expect(await run.answer("all/sign-off", { ...vote, evidence: other })).toEqual(changed);
    const sent = (value: object) => submitAnswer(store, "orders-1", { gate: "all/sign-off", value: { ...value } });
    expect(await sent(vote)).toMatchObject({ status: "refused" });
    expect(await sent({ ...vote, evidence: other })).toEqual(changed);
    expect(await sent({ ...vote, evidence: votable(run).evidence })).toEqual({ status: "accepted" });
    await run[Symbol.asyncDispose]();
  });

  test("is refused where they have found something else since, and taken with what they found", async () => {
    const { run, clock, approve } = await waiting([late, signOff()]);
    const before = votable(run);
    await clock.advance("2h");
    expect(await approve("ada", before)).toEqual(changed);
    expect(run.record().some((line) => line.includes('"gate:answered"'))).toBe(false);
    const now = votable(run);
    expect(now).toEqual({ fingerprint: before.fingerprint, evidence: expect.not.stringMatching(before.evidence) });
    expect(await approve("ada", now)).toEqual({ status: "accepted" });
    expect(await run.verdict).toMatchObject({ decision: "promote" });
  });

  test("is not taken where they find something else while its voter is looked up", async () => {
    const looksUp = custom("lookup takes its time", async ({ sleep, pass }) => (await sleep("30m"), pass("", {})));
    const clock = virtualClock();
    const members = {
      approvers: () => new Promise<string[]>((resolve) => clock.schedule(clock.now() + 20_000, () => resolve(["ada"]))),
    };
    const found = advisory(
      custom("errors", async ({ sleep, fail }) => (await sleep("10s"), fail("errors are rising", {}))),
    );
    const asked = manualApproval("sign-off", {
      from: { roles: ["approvers"] },
      members,
      deadline: "4h",
      bindEvidence: ["errors"],
    });
    const run = startRun(allOf("all", [found, asked, advisory(looksUp)]), { release, clock });
    await clock.advance(0);
    const voted = run.answer("all/sign-off", { decision: "approve", by: "ada", ...votable(run) });
    await clock.advance("1m");
    expect(await voted).toEqual(changed);
    expect(requestOf(run)).toMatchObject({ missing: 1 });
    await run[Symbol.asyncDispose]();
  });

  test("is taken though an earlier one, that is to take effect later, was given on what was found before", async () => {
    const { run, clock, approve } = await waiting([late, signOff()]);
    const effectiveAt = new Date(clock.now() + 3 * 3_600_000).toISOString();
    expect(await approve("ada", { ...votable(run), effectiveAt })).toEqual({ status: "accepted" });
    await clock.advance("2h");
    expect(await approve("bob", votable(run))).toEqual({ status: "accepted" });
    expect(await run.verdict).toMatchObject({ decision: "promote" });
  });

  test("is refused with other evidence also where others are missing still", async () => {
    const { run, approve } = await waiting([late, signOff({ quorum: 2 })]);
    expect(await approve("ada", { evidence: other })).toEqual(changed);
    expect(await approve("ada", {})).toMatchObject({ status: "refused" });
    expect(requestOf(run)).toMatchObject({ missing: 2, votes: [] });
    await run[Symbol.asyncDispose]();
  });

  test("is taken for later still, as an earlier one on what was found before has lapsed", async () => {
    const { run, clock, approve } = await waiting([late, signOff()]);
    const inHours = (hours: number) => new Date(clock.now() + hours * 3_600_000).toISOString();
    await approve("ada", { ...votable(run), effectiveAt: inHours(3) });
    await clock.advance("2h");
    expect(await approve("bob", { ...votable(run), effectiveAt: inHours(1.5) })).toEqual({ status: "accepted" });
    expect(requestOf(run).votes).toMatchObject([{ by: "bob" }]);
    await run[Symbol.asyncDispose]();
  });

  test("is asked for again where the process died after any line while a vote was judged", async () => {
    const clock = virtualClock();
    const plan = () => allOf("all", [late, signOff()]);
    const whole = startRun(plan(), { release, clock, store: memoryStore({ clock }), runId: "orders-1" });
    await clock.advance(0);
    const vote = { decision: "approve", by: "ada", ...votable(whole) };
    await clock.settle(whole.answer("all/sign-off", vote));
    const record = whole.record();
    const judged = record.findIndex((line) => line.includes("what was found 1"));
    expect(judged).toBeGreaterThan(0);
    for (let lines = judged; lines <= record.length - 1; lines += 1) {
      const later = virtualClock(clock.now());
      const store = memoryStore({ clock: later });
      await store.append("orders-1", 0, record.slice(0, lines));
      const run = await resumeRun(plan(), { release, clock: later, store, runId: "orders-1" });
      await later.advance(1);
      if (run.snapshot().gates.some(({ path, state }) => path === "all/sign-off" && state === "waiting"))
        await later.settle(run.answer("all/sign-off", { ...vote, ...votable(run) }));
      expect(await later.settle(run.verdict)).toMatchObject({ decision: "promote" });
    }
  });

  test("counts no more where they have found something else since, and is given anew", async () => {
    const { run, clock, approve } = await waiting([late, signOff({ quorum: 2 })]);
    expect(await approve("ada", votable(run))).toEqual({ status: "accepted" });
    await clock.advance("2h");
    expect(await approve("bob", votable(run))).toEqual({ status: "accepted" });
    expect(requestOf(run)).toMatchObject({ missing: 1, notVoted: ["ada"] });
    expect(await approve("ada", votable(run))).toEqual({ status: "accepted" });
    const { decision, findings } = await run.verdict;
    expect(decision).toBe("promote");
    expect(findings.at(-1)?.evidence).toMatchObject({
      votes: [
        { by: "ada", lapsed: changed.reason, counts: false },
        { by: "bob", counts: true },
        { by: "ada", counts: true },
      ],
    });
  });

  test("is shown to have lapsed also where the vote that showed it was refused", async () => {
    const { run, clock, approve } = await waiting([late, signOff({ quorum: 2 })]);
    const before = votable(run);
    await approve("ada", before);
    await clock.advance("2h");
    expect(await approve("bob", before)).toEqual(changed);
    await clock.advance(0);
    expect(requestOf(run)).toMatchObject({ missing: 2, notVoted: ["ada", "bob"] });
    await run[Symbol.asyncDispose]();
  });

  test("counts no more where they find something else before it takes effect", async () => {
    const { run, clock, approve } = await waiting([late, signOff()]);
    const effectiveAt = new Date(clock.now() + 2 * 3_600_000).toISOString();
    expect(await approve("ada", { ...votable(run), effectiveAt })).toEqual({ status: "accepted" });
    const verdict = clock.settle(run.verdict);
    expect(await verdict).toMatchObject({ decision: "hold", findings: [{}, {}, { status: "expired" }] });
  });

  test("stands where they find something else after the gate has passed: they are held to their own bounds", async () => {
    const slow = custom("slow", async ({ sleep, pass }) => {
      await sleep("2h");
      return pass("well", null);
    });
    const { run, clock, approve } = await waiting([late, slow, signOff()]);
    await approve("ada", votable(run));
    expect(await clock.settle(run.verdict)).toMatchObject({
      decision: "promote",
      findings: [{}, {}, {}, { attempt: 1 }],
    });
  });

  test("a rejection, and a withdrawal, are heard whatever was found", async () => {
    const { run, clock, approve } = await waiting([late, signOff({ quorum: 2 })]);
    await approve("ada", votable(run));
    await clock.advance("2h");
    expect(await approve("ada", { decision: "withdraw" })).toEqual({ status: "accepted" });
    const rejected = run.answer("all/sign-off", { decision: "reject", by: "bob", comment: "no", evidence: other });
    expect(await clock.settle(rejected)).toEqual({ status: "accepted" });
    expect(await run.verdict).toMatchObject({ decision: "hold" });
  });

  test("comes to the same in a replay, and where the run is resumed", async () => {
    const store = memoryStore();
    const clock = virtualClock();
    const plan = allOf("all", [late, signOff({ quorum: 2 })]);
    const run = startRun(plan, { release, clock, store, runId: "orders-2" });
    await clock.advance("2h");
    await clock.settle(run.answer("all/sign-off", { decision: "approve", by: "ada", ...votable(run) }));
    const left = memoryStore();
    await left.append("orders-2", 0, run.record());
    const then = virtualClock(clock.now());
    const again = await resumeRun(plan, { release, runId: "orders-2", store: left, clock: then });
    const answered = again.answer("all/sign-off", { decision: "approve", by: "bob", ...votable(again) });
    expect(await then.settle(answered)).toEqual({ status: "accepted" });
    expect(await then.settle(again.verdict)).toMatchObject({ decision: "promote" });
    expect(await replay(again.record(), plan)).toMatchObject({ verdict: { decision: "promote" }, unknown: [] });
  });
});

const errors = custom("errors", ({ pass }) => pass("few", null));

describe("the gates that approvals rest on", () => {
  test.each<[string, Gate]>([
    ["of steady", steady(errors, { for: "5m", every: "1m" })],
    ["of watch", watch(errors, { every: "1m" })],
    ["inside a composite that is watched", watch(allOf("quality", [errors]), { every: "1m" })],
    ["of a condition", when(() => true, errors)],
    ["that is advisory", advisory(errors)],
    ["inside a composite", inSequence("first", [errors])],
  ])("are found by name: one %s", async (_, gate) => {
    const { run, clock } = await waiting([
      gate,
      signOff(),
      custom("slow", ({ sleep, pass }) => sleep("1h").then(() => pass("well", null))),
    ]);
    expect(shownEvidence(run.record(), requestOf(run))?.found).toHaveLength(1);
    await clock.advance("30m");
    expect(await clock.settle(run.answer("all/sign-off", { decision: "approve", by: "ada", ...votable(run) }))).toEqual(
      { status: "accepted" },
    );
    await run[Symbol.asyncDispose]();
  });

  test("are found by path", () => {
    const plan = allOf("all", [errors, signOff({ bindEvidence: ["all/errors"] })]);
    expect(() => startRun(plan, { release })).not.toThrow();
  });

  test.each<[string, readonly string[], string]>([
    ["that the plan does not have", ["errrors"], 'got "errrors"; the gates: "all", "all/errors", "all/sign-off"'],
    ["of which one is misspelt", ["errors", "all/error"], 'got "all/error"; near it: "all/errors"'],
    ["that is the gate itself", ["sign-off"], 'got "sign-off", which is the gate itself, or around it'],
    ["that is around it", ["all"], 'got "all", which is the gate itself, or around it'],
  ])("are refused before anything is asked where they name one %s", (_, bindEvidence, got) => {
    let message = "";
    try {
      startRun(allOf("all", [errors, signOff({ bindEvidence })]), { release });
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toBe(
      `Invalid config for gate "all/sign-off" (manual-approval): bindEvidence: expected the path or the name of a gate beside it, ${got}`,
    );
  });

  test.each<[string, Gate]>([
    ["steady", steady(signOff({ bindEvidence: ["nothing"] }), { for: "5m", every: "1m" })],
    ["watch", watch(signOff({ bindEvidence: ["nothing"] }), { every: "1m" })],
    ["advisory", advisory(signOff({ bindEvidence: ["nothing"] }))],
    ["when", when(() => false, signOff({ bindEvidence: ["nothing"] }))],
  ])("are refused where an approval inside of %s names what is not there", (_, gate) => {
    expect(() => startRun(allOf("all", [errors, gate]), { release })).toThrow(
      "bindEvidence: expected the path or the name",
    );
  });

  test.each([[[]], [[""]], ["errors"], [[1]]])("are a list of names: not %j", (bindEvidence) => {
    expect(() => signOff({ bindEvidence: bindEvidence as never })).toThrow("bindEvidence");
  });
});
