import {
  allOf,
  anyOf,
  manualApproval,
  readRecord,
  replay,
  startRun,
  steady,
  type Gate,
  type RunOptions,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock, type VirtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { custom, gate, release } from "../helpers/gates.js";
import { held, holding, yes, type Hook } from "../helpers/holding.js";
import { inboxOf } from "../helpers/inbox.js";
import { judge } from "../helpers/judge.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const rollsBack = { onError: "rollback", onFail: "rollback" } as const;
const never: Hook = () => new Promise(() => {});
/** Looks for a second, and then says yes. */
const afterASecond =
  (clock: VirtualClock): Hook =>
  async ({ step }) => {
    await step("look", () => new Promise((resolve) => clock.schedule(clock.now() + 1_000, () => resolve(null))));
    return { holds: true };
  };

/** Passes at once, and takes for ever when it is asked again. */
const once = (options = {}) =>
  custom("one", ({ attempt, pass }) => (attempt === 1 ? pass("was good", null) : new Promise(() => {})), {
    ...rollsBack,
    ...options,
  });

describe("a gate that had passed, and is not done saying so again when the time around it is up", () => {
  const slow = gate("slow", "pass", 3_600_000);

  test.each<[string, Gate]>([
    ["is asked whether it still holds", holding("one", never, rollsBack)],
    [
      "is a repeated one of which the last round is asked",
      steady(holding("one", never, rollsBack), { for: "1m", every: "30s", onError: "rollback" }),
    ],
    ["is stale, and asked again", once({ freshFor: "1m" })],
  ])("holds, and does not roll back, where it %s", async (_, one) => {
    const byDeadline = await judge(allOf("all", [one, slow]), { deadline: "61m" });
    expect([byDeadline.decision, byDeadline.statuses["all/one"]]).toEqual(["hold", "inconclusive"]);
    expect(byDeadline.reasons["all/one"]).toContain("the run took longer than 1 h 1 min");
    const inside = allOf("inside", [one], { timeout: "2m" });
    const byTimeout = await judge(allOf("all", [inside, slow]));
    expect([byTimeout.decision, byTimeout.statuses["all/inside/one"]]).toEqual(["hold", "inconclusive"]);
    expect(byTimeout.reasons["all/inside/one"]).toContain("no answer within 2 min of «all/inside»");
  });

  test("rolls back as ever where its own time is up, of which asking it again takes nothing", async () => {
    const { decision, statuses } = await judge(allOf("all", [once({ freshFor: "1m", timeout: "5s" }), slow]));
    expect([decision, statuses["all/one"]]).toEqual(["rollback", "expired"]);
  });
});

describe("a gate that was stopped while it was asked whether it still holds", () => {
  test("is not opened again by an answer that comes when its own time is up, too", async () => {
    const clock = virtualClock();
    const after = (ms: number) => new Promise((resolve) => void clock.schedule(clock.now() + ms, () => resolve(yes)));
    const one = holding("one", () => after(330_000) as Promise<typeof yes>);
    const other = holding("other", async ({ step }) => {
      await step("look", () => after(270_000), { timeout: "10m" });
      return yes;
    });
    const either = anyOf("any", [allOf("inside", [one], { timeout: "2m" }), other, gate("slow", "pass", 3_600_000)]);
    const run = startRun(either, { release, clock, settle: "all" });
    const verdict = await clock.settle(run.verdict);
    const statuses = Object.fromEntries(verdict.findings.map((finding) => [finding.gate, finding.status]));
    expect([verdict.decision, statuses["any/inside/one"]]).toEqual(["promote", "inconclusive"]);
    expect(run.record().join("")).not.toContain('"gate:lapsed"');
  });
});

describe("the record of a run in which nobody said in time whether a gate still holds", () => {
  const hangs: Hook = async ({ step }) => {
    await step("look", () => new Promise(() => {}), { timeout: "1h", retry: false });
    return yes;
  };
  const one = (took: number, timeout: "2m" | "1h") =>
    held("one", { check: () => true, hook: hangs, took }, { ...rollsBack, timeout });

  test.each<[string, () => Gate, Partial<RunOptions>, string, string]>([
    ["it is asked again", () => one(100_000, "2m"), {}, "promote", "2030-01-01T00:07:00.000Z"],
    [
      "it is a round of a gate that is asked again",
      () => steady(one(5_000, "2m"), { for: "20s", every: "9s", timeout: "90s", onError: "rollback" }),
      {},
      "promote",
      "2030-01-01T00:05:52.000Z",
    ],
    ["the run's time is up", () => one(5_000, "1h"), { deadline: "4m" }, "hold", "2030-01-01T00:04:00.000Z"],
  ])("is replayed to the same verdict, at the same times: %s", async (_, make, options, decision, decidedAt) => {
    const whole = () => allOf("all", [make(), gate("slow", "pass", 200_000)]);
    const { run, verdict } = await judge(whole(), options);
    expect([verdict.decision, verdict.decidedAt]).toEqual([decision, decidedAt]);
    const again = await replay(run.record(), whole());
    expect([again.verdict.decision, again.verdict.findings]).toEqual([verdict.decision, verdict.findings]);
  });
});

describe("a vote of before the deadline that is heard at it", () => {
  const runId = "run 1";

  /** Runs a gate beside an approval that somebody gives at 59 min; nobody tells the run, which has an hour. */
  async function heardLate(make: (clock: VirtualClock) => Gate) {
    const clock = virtualClock();
    const kept = memoryStore({ clock });
    const store = { ...kept, subscribe: () => () => {} };
    const approval = manualApproval("sign-off", { from: { people: ["ada"] }, deadline: "2h" });
    const run = startRun(allOf("all", [make(clock), approval]), { release, clock, store, runId, deadline: "1h" });
    await clock.advance("59m");
    const value = { by: "ada", decision: "approve" };
    const line = { v: 1, id: "m1", at: "2030-01-01T00:59:00.000Z", type: "answer", gate: "all/sign-off", value };
    await kept.append(inboxOf(runId), 0, [JSON.stringify(line)]);
    const verdict = await clock.settle(run.verdict);
    expect(await replay(run.record())).toMatchObject({ isAsRecorded: true });
    const reasons = Object.fromEntries(verdict.findings.map(({ gate: path, reason }) => [path, reason]));
    return { verdict, reasons, events: readRecord(run.record()) };
  }

  test("promotes beside a gate that is asked nothing any more", async () => {
    expect((await heardLate(() => gate("one", "pass"))).verdict.decision).toBe("promote");
  });

  test("holds, and does not roll back, beside a gate that says only after it that it still holds", async () => {
    const { verdict, reasons } = await heardLate((clock) => holding("one", afterASecond(clock), rollsBack));
    expect([verdict.decision, reasons["all/one"]]).toEqual(["hold", "the run took longer than 1 h"]);
  });

  test("holds beside a gate that has gone stale, which nobody asks again after the deadline", async () => {
    const { verdict, reasons, events } = await heardLate(() => once({ freshFor: "5m" }));
    expect(verdict.decision).toBe("hold");
    expect(reasons["all/one"]).toContain("was older than 5 min before the rest was ready, and the run's time is up");
    expect(events.filter((event) => event.type === "gate:started" && event.gate === "all/one")).toHaveLength(1);
  });
});
