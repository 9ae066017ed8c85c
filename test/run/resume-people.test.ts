import {
  allOf,
  manualApproval,
  readRecord,
  replay,
  resumeRun,
  rollCall,
  startRun,
  type Gate,
  type RecordStore,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { gate, release } from "../helpers/gates.js";
import { inboxOf, putIn } from "../helpers/inbox.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "run 1";
const approval = () =>
  manualApproval("gate", { from: { people: ["ada", "bob", "cyd"] }, quorum: 2, rejectQuorum: 2, deadline: "1h" });
const call = () => rollCall("gate", { roles: ["dev", "qa"], deadline: "1h" });

const vote = (by: string, decision = "approve") => ({ by, decision, comment: "as said" });
const reachable = (by: string, role: string) => ({
  by,
  role,
  roles: [role],
  contact: "1",
  until: "2030-01-02T00:00:00Z",
});

/** The record of a run whose gate is given answers at one moment, in its process. */
async function recordOf(whole: Gate, answers: readonly object[]): Promise<readonly string[]> {
  const clock = virtualClock();
  const run = startRun(whole, { release, clock, store: memoryStore({ clock }), runId });
  await clock.advance(1);
  await Promise.all(answers.map((answer) => run.answer("gate", answer)));
  await clock.settle(run.verdict);
  return run.record();
}

async function resumed(whole: Gate, lines: readonly string[]) {
  const clock = virtualClock("2030-01-01T00:10:00Z");
  const store: RecordStore = memoryStore({ clock });
  await store.append(runId, 0, lines);
  const run = await resumeRun(whole, { release, clock, store, runId });
  const verdict = await clock.settle(run.verdict);
  return { verdict, record: run.record() };
}

const typesOf = (lines: readonly string[]) => readRecord(lines).map(({ type }) => type);

describe("a gate that people answer", () => {
  test.each<[string, () => Gate, readonly object[]]>([
    ["an approval", approval, [vote("ada"), vote("bob"), vote("cyd", "reject")]],
    ["a roll call", call, [reachable("ada", "dev"), reachable("bob", "qa"), reachable("cyd", "qa")]],
  ])(
    "does not wait for an answer that it had counted and that died with its process: %s",
    async (_, whole, answers) => {
      const lines = await recordOf(whole(), answers);
      const counted = lines.findIndex((line) => line.includes("meanwhile") && line.includes('"value":1'));
      expect(counted).toBeGreaterThan(0);
      expect(typesOf(lines)[counted + 1]).toBe("gate:answered");
      const { verdict, record } = await resumed(whole(), lines.slice(0, counted + 1));
      expect([verdict.decision, verdict.decidedAt]).toEqual(["promote", "2030-01-01T00:10:00.000Z"]);
      expect(readRecord(record)[counted + 1]).toMatchObject({
        type: "gate:refused",
        answer: null,
        reason: "it died with the process that was given it",
      });
      expect(await replay(record, whole())).toMatchObject({ unknown: [], verdict: { decision: "promote" } });
      for (let count = counted + 1; count < record.length; count += 1) {
        expect([count, (await resumed(whole(), record.slice(0, count))).verdict.decision]).toEqual([count, "promote"]);
      }
    },
  );

  test.each<[string, () => Gate, readonly object[]]>([
    ["an approval", approval, [vote("ada"), vote("bob"), vote("cyd", "reject")]],
    ["a roll call", call, [reachable("ada", "dev"), reachable("bob", "qa"), reachable("cyd", "qa")]],
  ])(
    "comes to its verdict wherever its process died, or waits for what was not stored: %s",
    async (_, whole, answers) => {
      const lines = await recordOf(whole(), answers);
      for (let count = 1; count < lines.length; count += 1) {
        const stored = typesOf(lines.slice(0, count)).filter((type) => type === "gate:answered").length;
        const { verdict, record } = await resumed(whole(), lines.slice(0, count));
        expect([count, verdict.decision]).toEqual([count, stored >= 2 ? "promote" : "hold"]);
        expect(record.slice(0, count)).toEqual(lines.slice(0, count));
        expect(await replay(record)).toMatchObject({ isAsRecorded: true });
      }
    },
  );
});

test.each([1, 2])(
  "goes on, and again, where what is bound was asked for a vote that died with its process: of %d needed",
  async (wanted) => {
    const bound = () =>
      manualApproval("gate", {
        from: { people: ["ada", "bob"] },
        quorum: wanted,
        deadline: "1h",
        binds: () => "digest",
      });
    const lines = await recordOf(bound(), [vote("ada"), vote("bob")]);
    const asked = lines.findIndex((line) => line.includes("what is bound, again 1"));
    expect(typesOf(lines).slice(asked, asked + 2)).toEqual(["step:recorded", "gate:answered"]);
    const { verdict, record } = await resumed(bound(), lines.slice(0, asked + 1));
    expect([verdict.decision, verdict.findings[0]?.status]).toEqual(["hold", "expired"]);
    expect(await replay(record, bound())).toMatchObject({ isAsRecorded: true, verdict: { decision: "hold" } });
    for (let count = asked + 1; count < record.length; count += 1) {
      const third = await resumed(bound(), record.slice(0, count));
      expect([count, third.record.slice(0, count)]).toEqual([count, record.slice(0, count)]);
      expect([count, third.verdict.findings]).toEqual([count, verdict.findings]);
    }
  },
);

describe("a rejection in the inbox that a gate had counted when its process died", () => {
  const single = () => manualApproval("gate", { from: { people: ["ada", "bob"] }, deadline: "1h" });
  const departing = () => rollCall("gate", { roles: ["dev"], deadline: "1h" });
  const message = (value: object) =>
    JSON.stringify({ v: 1, id: "m1", at: "2030-01-01T00:00:00.000Z", type: "answer", gate: "gate", value });

  /** What a process leaves behind that dies between counting a message and taking it. */
  async function diedCounting(whole: Gate, answer: object, objection: object) {
    const clock = virtualClock();
    const first = memoryStore({ clock });
    const run = startRun(whole, { release, clock, store: { ...first, subscribe: () => () => {} }, runId });
    await clock.advance(1);
    await first.append(inboxOf(runId), 0, [message(objection)]);
    void run.answer("gate", answer);
    await clock.settle(run.verdict);
    const lines = await first.read(runId);
    const counted = lines.findIndex((line) => line.includes("meanwhile") && line.includes('"value":1'));
    expect(counted).toBeGreaterThan(0);
    const store = memoryStore({ clock });
    await store.append(runId, 0, lines.slice(0, counted + 1));
    await store.append(inboxOf(runId), 0, [message(objection)]);
    return { clock, store };
  }

  const cases: readonly [string, () => Gate, object, object][] = [
    ["an approval", single, vote("ada"), vote("bob", "reject")],
    ["a roll call", departing, reachable("ada", "dev"), { role: "dev", by: "ada", roles: ["dev"], leaving: true }],
  ];

  test.each(cases)("is heard by the next one that can read it: %s", async (_, whole, answer, objection) => {
    const { clock, store } = await diedCounting(whole(), answer, objection);
    let reads = 0;
    const readStored: RecordStore["readStored"] = (key, after) =>
      key === inboxOf(runId) && ++reads === 1 ? Promise.reject(new Error("away")) : store.readStored(key, after);
    const run = await resumeRun(whole(), {
      release,
      clock,
      store: { ...store, readStored, subscribe: () => () => {} },
      runId,
    });
    const verdict = await clock.settle(run.verdict);
    expect([reads > 1, verdict.decision]).toEqual([true, "hold"]);
    expect(run.record().join("")).not.toContain("it died with the process");
    expect(readRecord(run.record())).toContainEqual(
      expect.objectContaining({ type: "gate:answered", messageId: "m1" }),
    );
  });

  test.each<[string, () => Promise<never>]>([
    ["fails", () => Promise.reject(new Error("away"))],
    ["does not answer", () => new Promise<never>(() => {})],
  ])("is never called lost where the inbox cannot be read: it %s", async (_, readStored) => {
    for (const [, whole, answer, objection] of cases) {
      const { clock, store } = await diedCounting(whole(), answer, objection);
      const asleep = { ...store, readStored, subscribe: () => () => {} };
      const run = await resumeRun(whole(), { release, clock, store: asleep, runId, storeTimeout: 20 });
      const verdict = await run.verdict;
      expect([verdict.decision, verdict.findings[0]?.status]).toEqual(["hold", "errored"]);
      expect(run.record().join("")).not.toContain("it died with the process");
      // Whoever goes on from there finds an inbox that can be read, and comes to the same.
      const record = run.record();
      const unread = record.findIndex((line) => line.includes("nobody knows whether the inbox holds it"));
      expect(unread).toBeGreaterThan(0);
      for (let count = unread + 1; count < record.length; count += 1) {
        const left = memoryStore({ clock });
        await left.append(runId, 0, record.slice(0, count));
        const again = await (await resumeRun(whole(), { release, clock, store: left, runId })).verdict;
        expect([count, again.findings]).toEqual([count, verdict.findings]);
      }
      expect((await replay(record, whole())).verdict.decision).toBe("hold");
    }
  });
});

test.each(["early", "all"] as const)(
  "goes on where a vote was in hand when the run was cancelled: settles %s",
  async (settle) => {
    const options = { release, runId, settle };
    const whole = () => allOf("all", [approval(), gate("slow", "pass", 60_000)]);
    const clock = virtualClock();
    const first = memoryStore({ clock });
    const run = startRun(whole(), { ...options, clock, store: first });
    await clock.advance(1);
    const left = memoryStore({ clock });
    await left.append(runId, 0, await first.read(runId));
    await run[Symbol.asyncDispose]();
    const vote1 = { type: "answer", gate: "all/gate", value: vote("ada") };
    await putIn(left, runId, vote1, { type: "cancel", reason: "not today" });
    const again = await resumeRun(whole(), { ...options, clock, store: left });
    expect((await clock.settle(again.verdict)).decision).toBe("hold");
    const record = again.record();
    const refused = record.findIndex((line) => line.includes("the gate has settled"));
    expect(typesOf(record).slice(refused - 1, refused + 1)).toEqual(["run:cancelled", "gate:refused"]);
    expect(await replay(record, whole())).toMatchObject({ isAsRecorded: true });
    for (let count = refused; count < record.length; count += 1) {
      const store = memoryStore({ clock });
      await store.append(runId, 0, record.slice(0, count));
      const third = await resumeRun(whole(), { ...options, clock, store });
      expect([count, (await clock.settle(third.verdict)).decision]).toEqual([count, "hold"]);
    }
  },
);
