import {
  advisory,
  allOf,
  anyOf,
  inSequence,
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
  type RunOptions,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { gate, release } from "../helpers/gates.js";
import { putIn } from "../helpers/inbox.js";
import { eventsOf } from "../helpers/judge.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "r";
const hour = 3_600_000;
const accepted = { status: "accepted" };

function signOff(config: Partial<ManualApprovalConfig> = {}, options = {}) {
  return manualApproval("sign-off", { from: { people: ["ada", "bob", "cyd"] }, deadline: "10h", ...config }, options);
}

const beside = (approval: Gate = signOff()) => allOf("all", [approval, gate("slow", "pass", hour)]);

/** A run whose approval ada has given, while something else goes on. */
async function approved(plan: Gate, options: Partial<RunOptions> = {}) {
  const clock = virtualClock();
  const run = startRun(plan, { release, clock, runId, ...options });
  await clock.advance(0);
  const say = (by: string, decision: string, more: object = {}) =>
    clock.settle(run.answer("sign-off", { by, decision, ...more }));
  const stateOf = (name = "sign-off") => run.snapshot().gates.find((state) => state.name === name);
  const types = () => eventsOf(run).map(({ type }) => type);
  expect(await say("ada", "approve")).toEqual(accepted);
  return { clock, run, say, stateOf, types };
}

describe("whoever approved, and withdraws before the verdict,", () => {
  test("is heard, and people are asked again at once", async () => {
    const { clock, run, say, stateOf } = await approved(beside());
    expect(stateOf()?.state).toBe("settled");
    await clock.advance("30m");
    expect(await say("ada", "withdraw", { comment: "the error rate rises" })).toEqual(accepted);
    expect(stateOf()).toMatchObject({
      state: "waiting",
      request: { votes: [] },
      withdrawn: [{ reason: "ada withdrew: the error rate rises", at: "2030-01-01T00:30:00.000Z" }],
    });
    expect(run.snapshot().range).toEqual({ best: "promote", worst: "rollback" });
    const events = eventsOf(run);
    const at = events.findIndex(({ type }) => type === "gate:withdrawn");
    expect(events.slice(at)).toMatchObject([
      {
        gate: "all/sign-off",
        answer: { by: "ada", decision: "withdraw", comment: "the error rate rises" },
        reason: "ada withdrew: the error rate rises",
      },
      { type: "gate:lapsed", gate: "all/sign-off", reason: "ada withdrew: the error rate rises" },
      { type: "gate:started", gate: "all/sign-off", attempt: 3 },
      { type: "gate:waiting", gate: "all/sign-off" },
    ]);
    await clock.advance("1h");
    await say("bob", "approve");
    const verdict = await clock.settle(run.verdict);
    expect(verdict).toMatchObject({
      decision: "promote",
      withdrawn: [{ gate: "all/sign-off", reason: "ada withdrew: the error rate rises" }],
    });
    expect(verifyRecord(run.record(), { head: verdict.record })).toMatchObject({ ok: true });
    expect(await replay(run.record())).toMatchObject({ isAsRecorded: true });
  });

  test("keeps the release, where nobody approves again", async () => {
    const { clock, run, say } = await approved(beside(signOff({}, { onError: "hold" })));
    await say("ada", "withdraw");
    const verdict = await clock.settle(run.verdict);
    expect(verdict.decision).toBe("hold");
    expect(await replay(run.record(), beside(signOff({}, { onError: "hold" })))).toMatchObject({
      isAsRecorded: true,
      verdict: { decision: "hold" },
    });
  });

  test("is not needed by a rule that is met without them: the approval stands without their vote", async () => {
    const one = beside(signOff({ quorum: 1, window: { zone: "UTC", open: [{ from: "00:10", to: "23:00" }] } }));
    const { clock, run, say, stateOf, types } = await approved(one);
    expect(stateOf()?.state).not.toBe("settled");
    await say("bob", "approve").catch(() => {});
    await clock.advance("20m");
    expect(stateOf()?.state).toBe("settled");
    expect(await say("ada", "withdraw")).toEqual(accepted);
    const isTwo = types().filter((type) => type === "gate:answered").length === 2;
    expect(isTwo).toBe(false);
    expect(stateOf()?.state).toBe("waiting");
    await clock.settle(run.verdict);
  });
});
