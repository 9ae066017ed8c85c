import {
  advisory,
  allOf,
  anyOf,
  inSequence,
  isGateError,
  manualApproval,
  replay,
  resumeRun,
  rollCall,
  startRun,
  submitAnswer,
  verifyRecord,
  watch,
  type Gate,
  type ManualApprovalConfig,
  type Run,
  type RunOptions,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock, type VirtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { forge } from "../helpers/forge.js";
import { changing, custom, gate, release } from "../helpers/gates.js";
import { putIn } from "../helpers/inbox.js";
import { eventsOf } from "../helpers/judge.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "r";
const hour = 3_600_000;
const accepted = { status: "accepted" };
const decided = { status: "refused", reason: "the run is decided, and takes nothing more" };
const withdrawal = { by: "ada", decision: "withdraw" };

function signOff(config: Partial<ManualApprovalConfig> = {}, options = {}) {
  return manualApproval("sign-off", { from: { people: ["ada", "bob"] }, deadline: "10h", ...config }, options);
}

const slow = (after = hour, name = "slow") => gate(name, "pass", after);
const beside = (approval: Gate = signOff()) => allOf("all", [approval, slow()]);

function sayTo(run: Run, clock: VirtualClock) {
  return (by: string, decision: string, more: object = {}) =>
    clock.settle(run.answer("sign-off", { by, decision, ...more }));
}

const stateIn = (run: Run, name = "sign-off") => run.snapshot().gates.find((state) => state.name === name);
const typesOf = (run: Run) => eventsOf(run).map(({ type }) => type);

/** A run whose approval ada has given, while something else goes on. */
async function approved(plan: Gate, options: Partial<RunOptions> = {}) {
  const clock = virtualClock();
  const run = startRun(plan, { release, clock, runId, ...options });
  await clock.advance(0);
  const say = sayTo(run, clock);
  expect(await say("ada", "approve")).toEqual(accepted);
  await clock.advance("10m");
  return { clock, run, say };
}

describe("whoever approved and withdraws before the verdict", () => {
  test("is heard, and people are asked again at once", async () => {
    const { clock, run, say } = await approved(beside());
    expect(stateIn(run)?.state).toBe("settled");
    expect(await say("ada", "withdraw", { comment: "the error rate rises" })).toEqual(accepted);
    expect(stateIn(run)).toMatchObject({
      state: "waiting",
      request: { votes: [] },
      withdrawn: [{ reason: "ada withdrew: the error rate rises", at: "2030-01-01T00:10:00.000Z" }],
    });
    const events = eventsOf(run);
    expect(events.slice(events.findIndex(({ type }) => type === "gate:withdrawn"))).toMatchObject([
      {
        gate: "all/sign-off",
        answer: { ...withdrawal, comment: "the error rate rises" },
        reason: "ada withdrew: the error rate rises",
      },
      { type: "gate:lapsed", gate: "all/sign-off", reason: "ada withdrew: the error rate rises" },
      { type: "gate:started", gate: "all/sign-off", attempt: 3 },
      { type: "gate:waiting", gate: "all/sign-off" },
    ]);
    await clock.advance("2h");
    await say("bob", "approve");
    const verdict = await clock.settle(run.verdict);
    expect(verdict).toMatchObject({
      decision: "promote",
      withdrawn: [{ gate: "all/sign-off", reason: "ada withdrew: the error rate rises" }],
    });
    expect(verifyRecord(run.record(), { head: verdict.record })).toMatchObject({ ok: true });
    expect(await replay(run.record())).toMatchObject({ isAsRecorded: true });
  });

  test("keeps the release, and never takes it back, where nobody approves again before the run's time is up", async () => {
    const plan = () => beside(signOff({}, { onFail: "rollback", onError: "rollback" }));
    const { clock, run, say } = await approved(plan(), { deadline: "3h" });
    await say("ada", "withdraw");
    const verdict = await clock.settle(run.verdict);
    expect(verdict.decision).toBe("hold");
    expect(await replay(run.record(), plan())).toMatchObject({ isAsRecorded: true, verdict: { decision: "hold" } });
  });

  test("is not missed where the others are enough: the approval stands without their vote", async () => {
    const tonight = "2030-01-01T05:00:00Z";
    const clock = virtualClock();
    const run = startRun(beside(), { release, clock, runId });
    await clock.advance(0);
    const say = sayTo(run, clock);
    await say("ada", "approve", { effectiveAt: tonight });
    await say("bob", "approve");
    expect(await say("ada", "withdraw")).toEqual(accepted);
    expect(typesOf(run)).not.toContain("gate:lapsed");
    expect(stateIn(run)?.finding).toMatchObject({
      status: "passed",
      reason: "approved by bob: 1 of 1 needed",
      evidence: { votes: [{ by: "ada", counts: false }, { by: "bob", counts: true }, { decision: "withdraw" }] },
    });
    expect(await say("ada", "withdraw")).toEqual({ status: "refused", reason: "ada has no vote to withdraw" });
    await say("bob", "withdraw");
    expect(stateIn(run)?.state).toBe("waiting");
    await say("ada", "approve");
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
    expect(await replay(run.record(), beside())).toMatchObject({ isAsRecorded: true });
  });

  test("while the run asks whether the approval still holds leaves one of which it asks anew whether what is left does", async () => {
    const group = { now: ["ada", "bob"], isSlow: false };
    const clock = virtualClock();
    const sre = async () => {
      const members = group.now;
      if (group.isSlow) await new Promise<void>((resolve) => void clock.schedule(clock.now() + 5_000, resolve));
      return members;
    };
    const run = startRun(beside(signOff({ from: { roles: ["sre"] }, members: { sre } })), { release, clock, runId });
    await clock.advance(0);
    const say = sayTo(run, clock);
    await say("ada", "approve", { effectiveAt: "2030-01-01T05:00:00Z" });
    await say("bob", "approve");
    group.isSlow = true;
    await clock.advance(hour + 1_000);
    expect(stateIn(run)?.state).toBe("running");
    group.now = ["ada"];
    await say("ada", "withdraw");
    await clock.advance("1m");
    expect(eventsOf(run).filter(({ type }) => type === "gate:lapsed")).toMatchObject([
      { reason: "bob is not among those who may vote any more" },
    ]);
    run.cancel("enough");
    expect((await clock.settle(run.verdict)).decision).toBe("hold");
    expect(await replay(run.record(), beside(signOff({ from: { roles: ["sre"] }, members: { sre } })))).toMatchObject({
      isAsRecorded: true,
    });
  });

  test("leaves an approval that is not in effect without them open, though enough have approved for later", async () => {
    const clock = virtualClock();
    const run = startRun(beside(), { release, clock, runId });
    await clock.advance(0);
    const say = sayTo(run, clock);
    await say("bob", "approve", { effectiveAt: "2030-01-01T05:00:00Z" });
    await say("ada", "approve");
    await say("ada", "withdraw");
    expect(stateIn(run)?.state).toBe("waiting");
    run.cancel("enough");
    expect((await clock.settle(run.verdict)).decision).toBe("hold");
  });

  test.each([
    ["somebody who has no vote", { by: "bob", decision: "withdraw" }, "bob has no vote to withdraw"],
    ["for somebody else", { by: "eve", onBehalfOf: "ada", decision: "withdraw" }, "expected a vote to be withdrawn by"],
    ["with an input", { ...withdrawal, input: 1 }, "an input is taken with an approval only"],
    ["for later", { ...withdrawal, effectiveAt: "2030-01-01T05:00:00Z" }, "only an approval may take effect later"],
  ])("is refused: %s", async (_, answer, reason) => {
    const { run, clock } = await approved(beside());
    expect(await clock.settle(run.answer("sign-off", answer))).toMatchObject({
      status: "refused",
      reason: expect.stringContaining(reason) as string,
    });
    expect(eventsOf(run).at(-1)).toMatchObject({ type: "answer:refused", gate: "all/sign-off", answer });
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
  });

  test("says why, where the gate wants to know", async () => {
    const { run, clock, say } = await approved(beside(signOff({ requireComment: ["withdraw"] })));
    expect(await say("ada", "withdraw")).toMatchObject({ status: "refused" });
    expect(await say("ada", "withdraw", { comment: "not today" })).toEqual(accepted);
    run.cancel("enough");
    await clock.settle(run.verdict);
  });

  test.each(["approve", "reject"])("says nothing else to it any more: %s", async (decision) => {
    const { run, clock } = await approved(beside());
    const answer = run.answer("sign-off", { by: "bob", decision, comment: "no" });
    await expect(clock.settle(answer)).rejects.toSatisfy((error) => isGateError(error, "ANSWER_UNEXPECTED"));
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
  });

  test("may do so who has lost the right to vote, and the one for whom somebody else voted", async () => {
    const group = { now: ["ada"] };
    const config = { from: { roles: ["sre"] }, members: { sre: () => group.now }, delegation: () => true };
    const clock = virtualClock();
    const run = startRun(beside(signOff(config)), { release, clock, runId });
    await clock.advance(0);
    const say = sayTo(run, clock);
    await say("zoe", "approve", { onBehalfOf: "ada" });
    expect(stateIn(run)?.state).toBe("settled");
    group.now = [];
    expect(await say("ada", "withdraw")).toEqual(accepted);
    expect(stateIn(run)?.state).toBe("waiting");
    run.cancel("enough");
    await clock.settle(run.verdict);
  });

  test("is told that the run is decided, once it is", async () => {
    const { run, clock, say } = await approved(beside());
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
    const lines = run.record().length;
    expect(await say("ada", "withdraw")).toEqual(decided);
    expect(run.record()).toHaveLength(lines);
  });

  test("is heard while the run asks, before it promotes, whether the approval still holds", async () => {
    let asked = 0;
    const clock = virtualClock();
    const binds = () =>
      ++asked < 3
        ? "a tag"
        : new Promise<string>((resolve) => void clock.schedule(clock.now() + 5_000, () => resolve("a tag")));
    const run = startRun(beside(signOff({ binds })), { release, clock, runId });
    await clock.advance(0);
    const say = sayTo(run, clock);
    await say("ada", "approve");
    await clock.advance(hour + 1_000);
    expect(stateIn(run)?.state).toBe("running");
    expect(await say("ada", "withdraw")).toEqual(accepted);
    expect(typesOf(run)).toContain("gate:lapsed");
    await clock.advance("10m");
    expect(run.snapshot().verdict).toBeUndefined();
    run.cancel("enough");
    expect((await clock.settle(run.verdict)).decision).toBe("hold");
  });

  test("has their secrets kept out of the record", async () => {
    const { run, clock, say } = await approved(beside(), { secrets: ["hunter2"] });
    await say("ada", "withdraw", { comment: "the password hunter2 is out" });
    expect(run.record().join("\n")).not.toContain("hunter2");
    run.cancel("enough");
    await clock.settle(run.verdict);
  });
});

describe("a gate around an approval that is withdrawn", () => {
  test("promotes without it where others hold it", async () => {
    const plan = () => allOf("all", [anyOf("either", [signOff(), gate("probe", "pass", 60_000)]), slow()]);
    const { run, clock, say } = await approved(plan(), { settle: "all" });
    await say("ada", "withdraw");
    expect(stateIn(run)?.state).toBe("waiting");
    expect(stateIn(run, "either")).toMatchObject({ state: "settled", finding: { status: "passed" } });
    await clock.advance("11h");
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
  });

  test("that passed by it alone is open again", async () => {
    const { run, clock, say } = await approved(
      allOf("all", [anyOf("either", [signOff(), slow(9 * hour, "probe")]), slow()]),
    );
    expect(stateIn(run, "either")?.state).toBe("settled");
    await say("ada", "withdraw");
    expect(stateIn(run, "either")?.state).toBe("running");
    expect(run.snapshot().range.best).toBe("promote");
    const verdict = await clock.settle(run.verdict);
    expect(verdict.decision).toBe("hold");
  });

  test("begins no gate after it in a sequence before people have approved again", async () => {
    const plan = () => inSequence("all", [signOff(), slow(), gate("last", "pass", 0)]);
    const { run, clock, say } = await approved(plan());
    await say("ada", "withdraw");
    await clock.advance("2h");
    expect(stateIn(run, "slow")?.state).toBe("settled");
    expect(stateIn(run, "last")?.state).toBe("pending");
    await say("bob", "approve");
    expect(stateIn(run, "last")?.state).toBe("settled");
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
    expect(await replay(run.record(), plan())).toMatchObject({ isAsRecorded: true });
  });

  test("begins the gate after one that watches where that is good for now", async () => {
    const metrics = watch(
      changing("errors", () => "pass"),
      { every: "1m" },
    );
    const { run, clock, say } = await approved(inSequence("all", [signOff(), metrics, slow()]));
    await say("ada", "withdraw");
    await say("bob", "approve");
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
  });

  test("ends the sequence where they reject it then", async () => {
    const { run, clock, say } = await approved(inSequence("all", [signOff(), slow(), gate("last", "pass", 0)]));
    await say("ada", "withdraw");
    await say("bob", "reject", { comment: "no" });
    const verdict = await clock.settle(run.verdict);
    expect(verdict.decision).toBe("hold");
    expect(verdict.findings.find(({ gate: path }) => path === "all/last")?.status).toBe("cancelled");
  });

  test("has decided without it: that it was taken back stands in the record, and nobody is asked", async () => {
    const plan = allOf("all", [allOf("inner", [signOff(), gate("probe", "fail", 60_000)]), slow()]);
    const { run, clock, say } = await approved(plan, { settle: "all" });
    expect(stateIn(run, "inner")?.finding?.decision).toBe("rollback");
    expect(await say("ada", "withdraw")).toEqual(accepted);
    expect(await say("ada", "withdraw")).toMatchObject({ status: "refused" });
    expect(stateIn(run)).toMatchObject({ state: "settled", withdrawn: [{ reason: "ada withdrew" }] });
    expect((await clock.settle(run.verdict)).decision).toBe("rollback");
  });

  test("goes on without it where it is advice, which is asked again all the same", async () => {
    const { run, clock, say } = await approved(allOf("all", [advisory(signOff()), slow()]));
    expect(await say("ada", "withdraw")).toEqual(accepted);
    expect(stateIn(run)?.state).toBe("waiting");
    const verdict = await clock.settle(run.verdict);
    expect(verdict.decision).toBe("promote");
    expect(verdict.findings.find(({ gate: path }) => path === "all/sign-off")?.status).toBe("cancelled");
  });

  test("watches it: the last round holds no more, and people are asked in a new one", async () => {
    const first = () => allOf("first", [watch(signOff(), { every: "5h" }), gate("quick", "pass", 60_000)]);
    const plan = () => allOf("all", [first(), slow()]);
    const { run, clock, say } = await approved(plan());
    expect(stateIn(run)?.state).toBe("settled");
    expect(await say("bob", "withdraw")).toMatchObject({ status: "refused" });
    expect(await say("ada", "withdraw")).toEqual(accepted);
    expect(stateIn(run)).toMatchObject({ state: "waiting", withdrawn: [{ reason: "ada withdrew" }] });
    await say("bob", "approve");
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
    expect(await replay(run.record(), plan())).toMatchObject({ isAsRecorded: true });
  });

  test("watches it, and has a composite in each round: whoever answers names the gate that is asked again and again", async () => {
    const round = () => allOf("round", [signOff(), gate("look", "pass", 0)]);
    const first = () => allOf("first", [watch(round(), { every: "5h" }), gate("quick", "pass", 60_000)]);
    const clock = virtualClock();
    const run = startRun(allOf("all", [first(), slow()]), { release, clock, runId });
    await clock.advance(0);
    const say = (by: string, decision: string) => clock.settle(run.answer("round", { by, decision }));
    await say("ada", "approve");
    await clock.advance("10m");
    expect(stateIn(run, "round")?.state).toBe("settled");
    expect(await say("ada", "withdraw")).toEqual(accepted);
    expect(stateIn(run, "round")?.state).toBe("waiting");
    run.cancel("enough");
    expect((await clock.settle(run.verdict)).decision).toBe("hold");
  });

  test("waits for a waiver, once its time is up, and never for long", async () => {
    const approval = signOff({ deadline: "2h" }, { waivable: "1h" });
    const { run, clock, say } = await approved(beside(approval));
    await say("ada", "withdraw");
    await clock.advance("2h");
    expect(stateIn(run)?.waivableUntil).toBeDefined();
    const waiver = { gate: "all/sign-off", by: "eve", reason: "known", expires: "2030-01-05T00:00:00Z" };
    expect(await clock.settle(run.waive(waiver))).toEqual(accepted);
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
  });

  test("is waived: the approval that is withdrawn is set aside", async () => {
    const waivers = [{ gate: "all/sign-off", by: "eve", reason: "known", expires: "2030-01-05T00:00:00Z" }];
    const { run, clock, say } = await approved(beside(), { waivers });
    await say("ada", "withdraw");
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.overridden]).toEqual(["promote", true]);
  });
});

test("somebody who is reachable no more says so until the end, and the roll is called again", async () => {
  const call = rollCall("on hand", { roles: { qa: { people: ["ada", "bob"] } }, deadline: "1d" });
  const plan = () => allOf("all", [call, slow()]);
  const clock = virtualClock();
  const run = startRun(plan(), { release, clock });
  await clock.advance(0);
  const say = (by: string, more: object) => clock.settle(run.answer("on hand", { role: "qa", by, ...more }));
  const until = "2030-01-02T00:00:00Z";
  await say("ada", { contact: "@ada", until });
  await clock.advance("10m");
  expect(await say("bob", { leaving: true })).toMatchObject({ status: "refused" });
  expect(await say("ada", { leaving: true })).toEqual(accepted);
  expect(stateIn(run, "on hand")).toMatchObject({
    state: "waiting",
    request: { missing: ["qa"] },
    withdrawn: [{ reason: "ada is no longer reachable for qa" }],
  });
  await say("bob", { contact: "@bob", until });
  expect((await clock.settle(run.verdict)).decision).toBe("promote");
  expect(await replay(run.record(), plan())).toMatchObject({ isAsRecorded: true });
});

test("a gate whose takesBack is broken takes nothing back, and says so", async () => {
  for (const takesBack of [
    () => {
      throw new Error("broke");
    },
    async () => ({ withdrawn: "x", evidence: null }),
    () => 7,
  ]) {
    const one = { ...custom("sign-off", ({ pass }) => pass("good", null)), takesBack } as unknown as Gate;
    const clock = virtualClock();
    const run = startRun(allOf("all", [one, slow()]), { release, clock });
    await clock.advance(0);
    expect(await clock.settle(run.answer("sign-off", 1))).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("it cannot be told what that takes back") as string,
    });
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
  }
});

test("a record in which something is taken back of a gate that had not passed is not believed", async () => {
  const { run, clock, say } = await approved(beside());
  await say("ada", "withdraw");
  run.cancel("enough");
  await clock.settle(run.verdict);
  expect(verifyRecord(run.record())).toMatchObject({ ok: true });
  const lines = run
    .record()
    .map((line) => line.replace(/"status":"passed","decision":"promote"/g, '"status":"errored","decision":"hold"'));
  expect(verifyRecord(forge(lines))).toMatchObject({
    ok: false,
    reason: 'gate "all/sign-off" had not passed, and nothing of that can be taken back',
  });
});

describe("a withdrawal through the store", () => {
  /** A store that holds what was recorded until so many lines, and a clock that is so much later. */
  async function goesOn(
    plan: Gate,
    record: readonly string[],
    downFor: "1s" | "2h" | "3d",
    said: readonly object[] = [],
  ) {
    const clock = virtualClock((JSON.parse(record.at(-1) ?? "") as { readonly at: string }).at);
    const store = memoryStore({ clock });
    await store.append(runId, 0, record);
    await clock.advance("1s");
    await putIn(store, runId, ...said.map((value) => ({ type: "answer", gate: "sign-off", value })));
    await clock.advance(downFor);
    const resume = async (options: Partial<RunOptions> = {}) => {
      const run = await resumeRun(plan, { release, clock, runId, store, ...options });
      return { run, verdict: await clock.settle(run.verdict) };
    };
    return { clock, store, resume };
  }

  test("reaches a run in another process, and tells whoever is too late that it is decided", async () => {
    const clock = virtualClock();
    const store = memoryStore({ clock });
    const run = startRun(beside(), { release, clock, runId, store });
    await clock.advance(0);
    const say = sayTo(run, clock);
    await say("ada", "approve");
    const receipt = submitAnswer(store, runId, { gate: "sign-off", value: withdrawal });
    expect(await clock.settle(receipt)).toEqual(accepted);
    expect(await clock.settle(submitAnswer(store, runId, { gate: "sign-off", value: withdrawal }))).toMatchObject({
      status: "refused",
    });
    await say("bob", "approve");
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
    expect(await submitAnswer(store, runId, { gate: "sign-off", value: withdrawal })).toEqual(decided);
    expect(await store.read(runId)).toEqual(run.record());
  });

  test.each(["1s", "2h", "3d"] as const)(
    "that came while nobody carried the run is heard before it promotes: %s later",
    async (downFor) => {
      for (const options of [{}, { deadline: "90m" }] as const) {
        const { run, clock } = await approved(beside(), options);
        await clock.settle(run.verdict);
        const whole = run.record();
        const passed = eventsOf(run).findIndex((event) => event.type === "gate:settled") + 1;
        for (let lines = passed; lines < whole.length; lines += 1) {
          const { resume } = await goesOn(beside(), whole.slice(0, lines), downFor, [withdrawal]);
          const { run: again, verdict } = await resume(options);
          expect([lines, verdict.decision]).toEqual([lines, "hold"]);
          expect(typesOf(again)).toContain("gate:withdrawn");
          expect(await replay(again.record(), beside())).toMatchObject({ isAsRecorded: true });
        }
      }
    },
  );

  test.each([
    ["is asked again", () => beside(), {}],
    ["is asked again in a sequence", () => inSequence("all", [signOff(), slow(), gate("last", "pass", 0)]), {}],
    ["in a composite that had passed", () => allOf("all", [anyOf("either", [signOff()]), slow()]), { settle: "all" }],
  ] as const)("leads to the same verdict from every line on: the approval %s", async (_, plan, options) => {
    const clock = virtualClock();
    const store = memoryStore({ clock });
    const run = startRun(plan(), { release, clock, runId, store, ...options });
    await clock.advance(0);
    const say = sayTo(run, clock);
    await say("ada", "approve");
    await clock.advance("10m");
    await putIn(store, runId, { type: "answer", gate: "sign-off", value: withdrawal });
    await clock.advance("2h");
    await say("bob", "approve");
    const verdict = await clock.settle(run.verdict);
    expect(verdict.decision).toBe("promote");
    const whole = run.record();
    const inbox = await store.read(`${runId}:inbox`);
    for (let lines = 1; lines < whole.length; lines += 1) {
      const { store: kept, clock: later } = await goesOn(plan(), whole.slice(0, lines), "1s");
      await kept.append(`${runId}:inbox`, 0, inbox);
      const again = await resumeRun(plan(), { release, clock: later, runId, store: kept, ...options });
      await later.advance(0);
      const sayAgain = sayTo(again, later);
      for (const by of ["ada", "bob"]) if (stateIn(again)?.state === "waiting") await sayAgain(by, "approve");
      await later.advance("2h");
      if (stateIn(again)?.state === "waiting") await sayAgain("bob", "approve");
      const same = await later.settle(again.verdict);
      expect([lines, same.decision]).toEqual([lines, "promote"]);
      expect(await replay(again.record())).toMatchObject({ isAsRecorded: true });
      expect(again.record().slice(0, lines)).toEqual(whole.slice(0, lines));
    }
  });
});

test("a plan that needs more people, replayed, does not count the vote that was withdrawn", async () => {
  const { run, clock, say } = await approved(beside());
  await say("ada", "withdraw");
  await say("bob", "approve");
  await clock.settle(run.verdict);
  const two = await replay(run.record(), beside(signOff({ quorum: 2 })));
  expect(two.verdict.decision).toBe("hold");
  const same = await replay(run.record(), beside(signOff({ instructions: "look twice" })));
  expect(same.verdict.decision).toBe("promote");
  expect(same.verdict.findings.find(({ gate: path }) => path === "all/sign-off")?.evidence).toMatchObject({
    votes: [{ by: "bob" }],
    refused: [],
  });
});
