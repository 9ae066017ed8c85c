import fc from "fast-check";
import {
  allOf,
  readRecord,
  replay,
  resumeRun,
  startRun,
  submitBypass,
  submitUphold,
  submitWaive,
  verifyRecord,
  type AnswerReceipt,
  type RecordEvent,
  type RecordStore,
  type RunOptions,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { diedWaiting } from "../helpers/died-waiting.js";
import { forge } from "../helpers/forge.js";
import { custom, gate, release } from "../helpers/gates.js";
import { inboxOf, putIn } from "../helpers/inbox.js";
import { propertyRuns } from "../helpers/runs.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "run 1";
const begins = Date.parse("2030-01-01T00:00:00Z");
const minute = 60_000;
const failing = () => custom("a", ({ fail }) => fail("no", null), { waivable: "30d" });
const whole = () => allOf("all", [failing(), gate("b", "pass")]);
const waiver = { gate: "all/a", by: "ada", reason: "known", expires: "2030-03-01T00:00:00.000Z" };
const upheld = { gate: "all/a", by: "ada", reason: "fix it now" };
const bypass = { by: "ada", reason: "the shop is down" };
const notAfter = "2030-01-01T01:00:00.000Z";
const overdue = `it was to be taken until ${notAfter}, which is over`;

const acts = {
  waive: { body: { type: "waive", waiver }, taken: "gate:waived" },
  uphold: { body: { type: "uphold", upheld }, taken: "gate:upheld" },
  bypass: { body: { type: "bypass", bypass }, taken: "run:bypassed" },
} as const;
const kinds = Object.keys(acts) as readonly (keyof typeof acts)[];

const instant = (ms: number) => new Date(ms).toISOString();

const of = (events: readonly RecordEvent[], type: RecordEvent["type"]) => events.filter((event) => event.type === type);

describe("an override that is to be taken until a time", () => {
  test.each(kinds)(
    "is taken by a run that goes on by then, and refused by one that goes on later: %s",
    async (kind) => {
      for (const [downMs, isTaken] of [
        [60 * minute, true],
        [60 * minute + 1, false],
        [5 * 1_440 * minute, false],
      ] as const) {
        const options = { runId, allowBypass: true } as const;
        const { clock, store } = await diedWaiting(whole(), options);
        await putIn(store, runId, { ...acts[kind].body, notAfter });
        await clock.advance(downMs - 1);
        const run = await resumeRun(whole(), { release, clock, store, ...options });
        await clock.advance(1);
        const events = readRecord(run.record());
        const { length } = of(events, acts[kind].taken);
        expect([kind, downMs, length]).toEqual([kind, downMs, isTaken ? 1 : 0]);
        const refused = { type: "override:refused", override: kind, by: "ada", reason: overdue, notAfter };
        expect(of(events, "override:refused")).toMatchObject(isTaken ? [] : [refused]);
        await run[Symbol.asyncDispose]();
      }
    },
  );

  test("is too late where the clock of the store says so, though that of the run does not", async () => {
    const clock = virtualClock();
    const store = memoryStore({ clock: { now: () => clock.now() + 2 * 60 * minute } });
    const run = startRun(whole(), { release, clock, store, runId });
    await clock.advance(1);
    await putIn(store, runId, { ...acts.waive.body, notAfter });
    await clock.advance(1);
    expect(of(readRecord(run.record()), "override:refused")).toMatchObject([{ reason: overdue }]);
    await run[Symbol.asyncDispose]();
  });

  test("is too late where it takes too long to find out whether somebody may", async () => {
    const clock = virtualClock(begins + 60 * minute - 10_000);
    const store = memoryStore({ clock });
    const ask = () => new Promise<boolean>((resolve) => void clock.schedule(clock.now() + 20_000, () => resolve(true)));
    const run = startRun(whole(), { release, clock, store, runId, mayWaive: { ask }, allowBypass: true });
    await clock.advance(1);
    await putIn(store, runId, { ...acts.waive.body, notAfter });
    await clock.advance(30_000);
    expect(of(readRecord(run.record()), "override:refused")).toMatchObject([{ reason: overdue }]);
    await run[Symbol.asyncDispose]();
  });

  test("is taken whenever the run goes on where nobody said until when", async () => {
    const { clock, store } = await diedWaiting(whole(), { runId });
    await putIn(store, runId, acts.waive.body);
    await clock.advance("20d");
    const run = await resumeRun(whole(), { release, clock, store, runId });
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
    expect(of(readRecord(run.record()), "gate:waived")).toMatchObject([{ happenedAt: "2030-01-01T00:00:00.001Z" }]);
  });

  const sends: Readonly<
    Record<string, (store: RecordStore, options: { notAfter?: string; timeout?: number }) => Promise<AnswerReceipt>>
  > = {
    submitWaive: (store, options) => submitWaive(store, runId, waiver, options),
    submitUphold: (store, options) => submitUphold(store, runId, upheld, options),
    submitBypass: (store, options) => submitBypass(store, runId, bypass, options),
  };

  test.each(Object.entries(sends))("is sent by %s, and whoever sends it is told", async (_, send) => {
    const clock = virtualClock(begins + 61 * minute);
    const store = memoryStore({ clock });
    await using run = startRun(whole(), { release, clock, store, runId, allowBypass: true });
    await clock.advance(1);
    // The same instant, as somebody in another time zone writes it.
    expect(await send(store, { notAfter: "2030-01-01T03:00:00+02:00" })).toEqual({
      status: "refused",
      reason: overdue,
    });
    await expect(send(store, { notAfter: "tomorrow" })).rejects.toMatchObject({
      code: "RUN_INPUT_INVALID",
      message: expect.stringContaining("notAfter: expected until when it may be taken, with a time zone"),
    });
    await run[Symbol.asyncDispose]();
  });

  test("is still to be taken until then where nobody has taken it in the sender's time", async () => {
    const { store } = await diedWaiting(whole(), { runId });
    await expect(submitWaive(store, runId, waiver, { notAfter, timeout: 1 })).rejects.toMatchObject({
      code: "MESSAGE_PENDING",
      message: expect.stringContaining(`the run takes it when it goes on, until ${notAfter}`),
    });
  });

  test("is found in a record that says it was taken later", async () => {
    const { clock, store } = await diedWaiting(whole(), { runId });
    await putIn(store, runId, { ...acts.waive.body, notAfter });
    const run = await resumeRun(whole(), { release, clock, store, runId });
    await clock.settle(run.verdict);
    expect(verifyRecord(run.record())).toMatchObject({ ok: true });
    const forged = forge(run.record().map((line) => line.replace(notAfter, "2029-12-31T00:00:00.000Z")));
    expect(verifyRecord(forged)).toMatchObject({
      ok: false,
      reason: "gate:waived is taken: it was to be taken until 2029-12-31T00:00:00.000Z, which is over",
    });
  });

  test("is never taken later, whenever the run dies and goes on, and comes to the same again", async () => {
    const minutes = fc.integer({ min: 0, max: 40 }).map((count) => count * minute);
    const sent = fc.record({ kind: fc.constantFrom(...kinds), at: minutes, validMs: fc.option(minutes) });
    const messages = fc.array(sent, { minLength: 1, maxLength: 4 });
    const options: Partial<RunOptions> & { runId: string } = { runId, allowBypass: true, deadline: "1h" };
    await fc.assert(
      fc.asyncProperty(messages, minutes, fc.nat(9), minutes, async (all, downMs, cut, againMs) => {
        const { clock, store } = await diedWaiting(whole(), options);
        for (const { kind, at, validMs } of all.toSorted((one, other) => one.at - other.at)) {
          await clock.advance(Math.max(0, begins + at - clock.now()));
          const until = validMs === null ? {} : { notAfter: instant(begins + at + validMs) };
          await putIn(store, runId, { ...acts[kind].body, ...until });
        }
        await clock.advance(downMs);
        const first = await resumeRun(whole(), { release, clock, store, ...options });
        await clock.advance(1);
        const inbox = await store.read(inboxOf(runId));
        const record = first.record();
        await first[Symbol.asyncDispose]();
        // Another process goes on wherever this one has died.
        const left = memoryStore({ clock: { now: () => begins } });
        await left.append(runId, 0, record.slice(0, Math.max(1, record.length - cut)));
        await left.append(inboxOf(runId), 0, inbox);
        await clock.advance(againMs);
        const second = await resumeRun(whole(), { release, clock, store: left, ...options });
        const { decision } = await clock.settle(second.verdict);
        for (const event of readRecord(second.record())) {
          const isTaken = kinds.some((kind) => acts[kind].taken === event.type);
          const until = (event as { readonly notAfter?: string }).notAfter;
          if (isTaken && until !== undefined) expect(event.at <= until).toBe(true);
        }
        expect(await replay(second.record())).toMatchObject({ isAsRecorded: true, verdict: { decision } });
        expect(await replay(second.record(), whole())).toMatchObject({ isAsRecorded: true, verdict: { decision } });
      }),
      propertyRuns(25),
    );
  }, 60_000);
});
