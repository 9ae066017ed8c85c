import {
  allOf,
  inSequence,
  manualApproval,
  readRecord,
  replay,
  resumeRun,
  rollCall,
  startRun,
  steady,
  submitAnswer,
  type Gate,
  type RecordStore,
  type RunOptions,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock, type VirtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { diedWaiting } from "../helpers/died-waiting.js";
import { custom, gate, release } from "../helpers/gates.js";
import { inboxOf, putIn } from "../helpers/inbox.js";
import { skippingClock } from "../helpers/skipping-clock.js";
import { sleepyStore } from "../helpers/sleepy-store.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "run 1";
const people = ["ada", "bob", "cyd"];
const approval = (fields: Partial<Parameters<typeof manualApproval>[1]> = {}) =>
  manualApproval("sign-off", { from: { people }, deadline: "1h", ...fields });

const vote = (by: string, decision = "approve", more: object = {}) => ({ by, decision, ...more });

const put = (store: RecordStore, ...values: readonly object[]) =>
  putIn(store, runId, ...values.map((value) => ({ type: "answer", gate: "sign-off", value })));

const died = (whole: Gate, options: Partial<RunOptions> = {}) => diedWaiting(whole, { runId, ...options });

const told = (lines: readonly string[]) => readRecord(lines).filter(({ type }) => /answered|refused/.test(type));

describe("a vote that the store took in time", () => {
  test("counts where nobody has read it when the time is up", async () => {
    const clock = virtualClock();
    const store = sleepyStore(clock, runId);
    const run = startRun(approval(), { release, clock, store, runId });
    await clock.advance("59m");
    await put(store, vote("ada"));
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.findings[0]?.status]).toEqual(["promote", "passed"]);
    expect(told(run.record())).toMatchObject([{ type: "gate:answered", happenedAt: "2030-01-01T00:59:00.000Z" }]);
    expect(await replay(run.record())).toMatchObject({ isAsRecorded: true });
    expect(await replay(run.record(), approval())).toMatchObject({ unknown: [], verdict: { decision: "promote" } });
  });

  test("counts where the process was down until long after", async () => {
    const { clock, store } = await died(approval());
    await clock.advance("59m");
    await put(store, vote("ada"));
    await clock.advance("5d");
    const run = await resumeRun(approval(), { release, clock, store, runId });
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.findings[0]?.observedAt]).toEqual(["promote", "2030-01-01T00:59:00.001Z"]);
    expect(await replay(run.record(), approval())).toMatchObject({ unknown: [], verdict: { decision: "promote" } });
    // And again, wherever that process dies, too.
    const lines = await store.read(runId);
    const inbox = await store.read(inboxOf(runId));
    for (let count = 3; count < lines.length; count += 1) {
      const again = memoryStore({ clock: { now: () => Date.parse("2030-01-01T00:59:00.001Z") } });
      await again.append(runId, 0, lines.slice(0, count));
      await again.append(inboxOf(runId), 0, inbox);
      const resumed = await resumeRun(approval(), { release, clock, store: again, runId });
      expect([count, (await clock.settle(resumed.verdict)).decision]).toEqual([count, "promote"]);
    }
  });

  test("is heard before the reminder of that time, and again so wherever the process that heard it dies, too", async () => {
    const whole = () => approval({ quorum: 2, remindEvery: "7m" });
    const { clock, store } = await died(whole());
    await clock.advance("1m");
    await put(store, vote("ada"));
    await clock.advance("7m");
    const run = await resumeRun(whole(), { release, clock, store, runId });
    const verdict = await clock.settle(run.verdict);
    const record = run.record();
    const wrote = (type: string) => record.findIndex((line) => line.includes(`"type":"${type}"`));
    expect(wrote("gate:answered")).toBeLessThan(wrote("gate:measured"));
    expect(record.filter((line) => line.includes('"resumedAt":"2030-01-01T00:08:00.001Z"'))).toHaveLength(1);
    for (let count = 3; count < record.length; count += 1) {
      const left = memoryStore({ clock });
      await left.append(runId, 0, record.slice(0, count));
      await left.append(inboxOf(runId), 0, await store.read(inboxOf(runId)));
      const again = await resumeRun(whole(), { release, clock, store: left, runId });
      expect([count, (await clock.settle(again.verdict)).decision]).toEqual([count, verdict.decision]);
    }
    expect(await replay(record, whole())).toMatchObject({ isAsRecorded: true, unknown: [] });
  });

  test("counts where the machine slept, whichever timer it wakes with", async () => {
    const { clock, skip } = skippingClock();
    const store = sleepyStore(clock, runId);
    const whole = allOf("all", [approval(), gate("other", "pass", 5)], { timeout: "2h" });
    const run = startRun(whole, { release, clock, store, runId, deadline: "3h" });
    await clock.advance("10m");
    await put(store, vote("ada"));
    skip(86_400_000);
    const verdict = await clock.settle(run.verdict);
    expect(verdict.decision).toBe("promote");
  });

  test.each<[string, () => Gate, Partial<RunOptions>]>([
    ["a composite", () => allOf("all", [approval({ deadline: "2d" })], { timeout: "1h" }), {}],
    [
      "a composite around another",
      () => allOf("a", [allOf("b", [approval({ deadline: "2d" })])], { timeout: "1h" }),
      {},
    ],
    ["the run", () => allOf("all", [approval({ deadline: "2d" })]), { deadline: "1h" }],
  ])(
    "counts where nobody has read it when the time is up of what is around the gate: %s",
    async (_, whole, options) => {
      const clock = virtualClock();
      const store = sleepyStore(clock, runId);
      const run = startRun(whole(), { release, clock, store, runId, ...options });
      await clock.advance("59m");
      await put(store, vote("ada"));
      const verdict = await clock.settle(run.verdict);
      expect(verdict.decision).toBe("promote");
      const record = run.record();
      for (let count = 3; count < record.length; count += 1) {
        const left = memoryStore({ clock: { now: () => Date.parse("2030-01-01T00:59:00.000Z") } });
        await left.append(runId, 0, record.slice(0, count));
        await left.append(inboxOf(runId), 0, await store.read(inboxOf(runId)));
        const resumed = await resumeRun(whole(), { release, clock, store: left, runId, ...options });
        expect([count, (await clock.settle(resumed.verdict)).decision]).toEqual([count, "promote"]);
      }
    },
  );

  test("is what a repeated gate has seen last, where nobody has read it when the time is up", async () => {
    const clock = virtualClock();
    const store = sleepyStore(clock, runId);
    const whole = steady(approval({ deadline: "2d" }), { for: "2m", every: "1m", timeout: "1h" });
    const run = startRun(whole, { release, clock, store, runId });
    await clock.advance("59m");
    await put(store, vote("ada", "reject", { comment: "no" }));
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.findings[0]?.reason]).toEqual([
      "hold",
      expect.stringContaining("rejected by ada"),
    ]);
  });

  test("counts where what is around the gate, or the run, had less time", async () => {
    for (const [whole, options] of [
      [() => allOf("all", [approval({ deadline: "2d" })], { timeout: "1h" }), {}],
      [() => allOf("all", [approval({ deadline: "2d" })]), { deadline: "1h" }],
    ] as const) {
      const { clock, store } = await died(whole(), options);
      await clock.advance("59m");
      await put(store, vote("ada"));
      await clock.advance("1d");
      const run = await resumeRun(whole(), { release, clock, store, runId, ...options });
      expect((await clock.settle(run.verdict)).decision).toBe("promote");
    }
  });

  test("counts though somebody must be looked up for it, for as long as there would have been", async () => {
    for (const [tookMs, decision] of [
      [30_000, "promote"],
      [90_000, "hold"],
    ] as const) {
      const whole = (clock: VirtualClock) =>
        custom(
          "sign-off",
          async ({ waitFor, step, pass }) => {
            await waitFor("vote", z.looseObject({}));
            await step(
              "look up",
              () => new Promise((resolve) => void clock.schedule(clock.now() + tookMs, () => resolve(1))),
              {
                timeout: "10m",
              },
            );
            return pass("found", null);
          },
          { timeout: "1h" },
        );
      const waits = virtualClock();
      const { clock, store } = await died(whole(waits));
      await clock.advance("59m");
      await put(store, vote("ada"));
      await clock.advance("1d");
      const run = await resumeRun(whole(clock), { release, clock, store, runId, storeTimeout: "1h" });
      const verdict = await clock.settle(run.verdict);
      expect([tookMs, verdict.decision]).toEqual([tookMs, decision]);
      expect((await replay(run.record(), whole(clock))).verdict.decision).toBe(decision);
    }
  });

  test("lets the gates after it begin with all of their time", async () => {
    const whole = () => inSequence("steps", [approval(), gate("after", "pass", 5, { timeout: "1m" })]);
    const { clock, store } = await died(whole());
    await clock.advance("59m");
    await put(store, vote("ada"));
    await clock.advance("1d");
    const run = await resumeRun(whole(), { release, clock, store, runId });
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
  });

  test("is not enough where another one is missing, and the gate expires", async () => {
    const { clock, store } = await died(approval({ quorum: 2 }));
    await clock.advance("59m");
    await put(store, vote("ada"));
    await clock.advance("1d");
    const run = await resumeRun(approval({ quorum: 2 }), { release, clock, store, runId });
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.findings[0]?.status]).toEqual(["hold", "expired"]);
    expect(told(run.record())).toMatchObject([{ type: "gate:answered" }]);
  });
});

describe("a vote that the store took too late", () => {
  test("never counts, though the timer is late and the vote is read first", async () => {
    const { clock, skip } = skippingClock();
    const store = memoryStore({ clock });
    const run = startRun(approval(), { release, clock, store, runId });
    await clock.advance("10m");
    skip(7_200_000);
    const receipt = submitAnswer(store, runId, { gate: "sign-off", value: vote("ada") });
    expect(await receipt).toEqual({ status: "refused", reason: "it came after the time that the gate has" });
    expect((await clock.settle(run.verdict)).findings[0]?.status).toBe("expired");
  });

  test("never counts beside one that came in time, whatever it says", async () => {
    for (const late of [vote("bob"), vote("bob", "reject", { comment: "no" }), vote("ada", "withdraw")]) {
      const { clock, store } = await died(approval());
      await clock.advance("59m");
      await put(store, vote("ada"));
      await clock.advance("2m");
      await put(store, late);
      await clock.advance("1d");
      const run = await resumeRun(approval(), { release, clock, store, runId });
      expect((await clock.settle(run.verdict)).decision).toBe("promote");
      const [accepted, refused] = told(run.record()).toSorted((a, b) => (a.type < b.type ? 1 : -1));
      expect(accepted?.type).toBe("gate:answered");
      expect(refused).toMatchObject({ type: "answer:refused", reason: "it came after the time that the gate has" });
      expect(await replay(run.record(), approval())).toMatchObject({ verdict: { decision: "promote" } });
    }
    const { clock, store } = await died(approval({ quorum: 2 }));
    await clock.advance("59m");
    await put(store, vote("ada"));
    await clock.advance("2m");
    await put(store, vote("bob"));
    const run = await resumeRun(approval({ quorum: 2 }), { release, clock, store, runId });
    expect((await clock.settle(run.verdict)).findings[0]?.status).toBe("expired");
  });

  test.each<[string, () => Gate, Partial<RunOptions>]>([
    ["the gate", () => allOf("all", [approval()]), {}],
    ["the run", () => allOf("all", [approval({ deadline: "2d" })]), { deadline: "1h" }],
    ["what is around", () => allOf("all", [approval({ deadline: "2d" })], { timeout: "1h" }), {}],
  ])(
    "never pushes out one that came in time and is still unread, where this process takes it: %s",
    async (_, whole, options) => {
      const clock = virtualClock();
      const sleepy = sleepyStore(clock, runId);
      let wake = () => {};
      const awake = new Promise<void>((resolve) => (wake = resolve));
      const readStored: RecordStore["readStored"] = async (...which) => {
        await awake;
        return sleepy.readStored(...which);
      };
      const run = startRun(whole(), { release, clock, store: { ...sleepy, readStored }, runId, ...options });
      await clock.advance("59m");
      await put(sleepy, vote("ada"));
      await clock.advance("2m");
      const receipt = run.answer("sign-off", vote("bob"));
      wake();
      const verdict = await clock.settle(run.verdict);
      expect(await receipt).toEqual({ status: "refused", reason: "it came after the time that the gate has" });
      expect([verdict.decision, verdict.findings.at(-1)?.status]).toEqual(["promote", "passed"]);
      expect(told(run.record())).toMatchObject([{ type: "answer:refused" }, { type: "gate:answered" }]);
    },
  );

  test("never counts whatever its writer says of its time", async () => {
    const { clock, store } = await died(approval());
    await clock.advance("61m");
    await put(store, vote("ada"));
    const run = await resumeRun(approval(), { release, clock, store, runId });
    expect((await clock.settle(run.verdict)).findings[0]?.status).toBe("expired");
  });
});

describe("whoever objects before an approval takes effect", () => {
  test.each(["reject", "withdraw"])("is heard, though nobody has read it when the time comes: %s", async (decision) => {
    const clock = virtualClock();
    const store = sleepyStore(clock, runId);
    const run = startRun(approval(), { release, clock, store, runId });
    await clock.advance(1);
    await run.answer("sign-off", vote("ada", "approve", { effectiveAt: "2030-01-01T00:30:00Z" }));
    await clock.advance("29m");
    await put(store, vote("ada", decision, { comment: "not now" }));
    const verdict = await clock.settle(run.verdict);
    expect(verdict.decision).toBe("hold");
    expect(verdict.findings[0]?.status).toBe(decision === "reject" ? "failed" : "expired");
  });

  test("is heard where the process was down when the time came", async () => {
    const { clock, store } = await died(approval());
    const early = await resumeRun(approval(), { release, clock, store, runId });
    await early.answer("sign-off", vote("ada", "approve", { effectiveAt: "2030-01-01T00:30:00Z" }));
    const lines = await store.read(runId);
    await early[Symbol.asyncDispose]();
    const later = memoryStore({ clock });
    await later.append(runId, 0, lines);
    await clock.advance("29m");
    await put(later, vote("ada", "withdraw"));
    await clock.advance("10m");
    const run = await resumeRun(approval(), { release, clock, store: later, runId });
    expect((await clock.settle(run.verdict)).findings[0]?.status).toBe("expired");
  });

  test("is heard by a gate of one's own before the wait that it is in ends, which was over while the process was down", async () => {
    const whole = () =>
      custom("sign-off", async ({ waitFor, sleep, pass, fail }) => {
        const objection = waitFor("objection", z.looseObject({})).then(() => true);
        return (await Promise.race([objection, sleep("30m")]))
          ? fail("somebody objects", null)
          : pass("nobody does", null);
      });
    const { clock, store } = await died(whole());
    await clock.advance("29m");
    await put(store, vote("ada", "reject"));
    await clock.advance("10m");
    const asleep = { ...store, subscribe: () => () => {} };
    const run = await resumeRun(whole(), { release, clock, store: asleep, runId });
    expect((await clock.settle(run.verdict)).findings[0]?.reason).toBe("somebody objects");
  });

  test("is heard by a roll call, too", async () => {
    const call = () => rollCall("on hand", { roles: ["dev", "qa"], deadline: "1h" });
    const clock = virtualClock();
    const store = sleepyStore(clock, runId);
    const run = startRun(call(), { release, clock, store, runId });
    await clock.advance(1);
    const reachable = (role: string) => ({
      role,
      by: role,
      roles: [role],
      contact: "1",
      until: "2030-01-02T00:00:00Z",
    });
    await run.answer("on hand", reachable("dev"));
    const leaving = { role: "dev", by: "dev", roles: ["dev"], leaving: true };
    await putIn(store, runId, { type: "answer", gate: "on hand", value: leaving });
    await run.answer("on hand", reachable("qa"));
    await clock.advance("1m");
    expect(run.snapshot().gates[0]?.state).toBe("waiting");
    await run[Symbol.asyncDispose]();
  });
});

describe("a store that cannot be read when the time is up", () => {
  test.each<[string, () => Promise<never>]>([
    ["fails", () => Promise.reject(new Error("away"))],
    ["does not answer", () => new Promise<never>(() => {})],
  ])("lets the gate expire: it %s", async (_, readStored) => {
    const clock = virtualClock();
    const store = { ...sleepyStore(clock, runId), readStored };
    const run = startRun(approval(), { release, clock, store, runId, storeTimeout: 20 });
    await clock.advance("59m");
    await put(store, vote("ada"));
    await clock.advance("2m");
    const verdict = await run.verdict;
    expect([verdict.decision, verdict.findings[0]?.status]).toEqual(["hold", "expired"]);
  });

  test("makes an approval hold that could not ask whether somebody has objected", async () => {
    const clock = virtualClock();
    const store = { ...memoryStore({ clock }), readStored: () => Promise.reject(new Error("away")) };
    const run = startRun(approval(), { release, clock, store, runId });
    await clock.advance(1);
    await run.answer("sign-off", vote("ada"));
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.findings[0]?.reason]).toEqual(["hold", "could not be checked: away"]);
  });
});
