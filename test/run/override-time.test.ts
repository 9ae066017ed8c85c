import {
  allOf,
  manualApproval,
  readRecord,
  replay,
  resumeRun,
  startRun,
  type Gate,
  type RecordStore,
  type RunOptions,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock, type VirtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { diedWaiting } from "../helpers/died-waiting.js";
import { custom, gate, release } from "../helpers/gates.js";
import { putIn } from "../helpers/inbox.js";
import { sleepyStore } from "../helpers/sleepy-store.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "run 1";
const failing = (waivable = "2d") => custom("a", ({ fail }) => fail("no", null), { waivable: waivable as "2d" });
const approval = () => manualApproval("sign-off", { from: { people: ["ada"] }, deadline: "2d" });
const waiver = { gate: "all/a", by: "ada", reason: "known", expires: "2030-01-09T00:00:00.000Z" };
const bypass = { by: "ada", reason: "the shop is down" };
const lateForRun = "it came after the time that the run has";

const put = (store: RecordStore, ...bodies: readonly object[]) => putIn(store, runId, ...bodies);

/** A run whose store takes its time to be read, from when it is asked until `answer` is called. */
function heardSlowly(clock: VirtualClock, whole: Gate, options: Partial<RunOptions> = {}) {
  const store = sleepyStore(clock, runId);
  let answer = () => {};
  const asked = new Promise<void>((resolve) => (answer = resolve));
  const readStored: RecordStore["readStored"] = async (...which) => {
    await asked;
    return store.readStored(...which);
  };
  const run = startRun(whole, { release, clock, store: { ...store, readStored }, runId, ...options });
  return { run, store, answer };
}

describe("what somebody overrides after the run's time is up", () => {
  test.each<[string, (run: ReturnType<typeof heardSlowly>["run"]) => Promise<unknown>]>([
    ["waive", (run) => run.waive(waiver)],
    ["bypass", (run) => run.bypass(bypass)],
  ])("is refused while it is still being heard what came in time: %s", async (override, act) => {
    const clock = virtualClock();
    const options = { deadline: "1h", allowBypass: true } as const;
    const { run, answer } = heardSlowly(clock, allOf("all", [failing(), gate("b", "pass")]), options);
    await clock.advance("2h");
    expect(run.snapshot().verdict).toBeUndefined();
    expect(await act(run)).toEqual({ status: "refused", reason: lateForRun });
    answer();
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.overridden]).toEqual(["rollback", false]);
    expect(readRecord(run.record())).toContainEqual(
      expect.objectContaining({ type: "override:refused", override, by: "ada", reason: lateForRun }),
    );
  });

  test("is refused where the store took it too late, and taken where it took it in time", async () => {
    for (const [at, decision] of [
      ["59m", "promote"],
      ["61m", "rollback"],
    ] as const) {
      for (const body of [
        { type: "waive", waiver },
        { type: "bypass", bypass },
      ]) {
        const clock = virtualClock();
        const options = { deadline: "1h", allowBypass: true } as const;
        const whole = () => allOf("all", [failing(), gate("b", "pass")]);
        const { run, store, answer } = heardSlowly(clock, whole(), options);
        await clock.advance(at);
        await put(store, body);
        await clock.advance("2h");
        answer();
        const verdict = await clock.settle(run.verdict);
        expect([at, body.type, verdict.decision]).toEqual([at, body.type, decision]);
        const record = run.record();
        const taken = record.findIndex((line) => /"type":"(?:gate:waived|run:bypassed|override:refused)"/.test(line));
        expect(taken).toBeGreaterThan(0);
        for (let count = taken + 1; count < record.length; count += 1) {
          const left = memoryStore({ clock });
          await left.append(runId, 0, record.slice(0, count));
          const resumed = await resumeRun(whole(), { release, clock, store: left, runId, ...options });
          const again = await clock.settle(resumed.verdict);
          expect([at, body.type, count, again.decision]).toEqual([at, body.type, count, decision]);
        }
        expect(await replay(record)).toMatchObject({ isAsRecorded: true });
        const again = (await replay(record, whole())).verdict;
        expect([at, body.type, again.decision, again.overridden]).toEqual([
          at,
          body.type,
          decision,
          verdict.overridden,
        ]);
      }
    }
  });
});

test("a cancel that the store took in time, and that is heard as the run's time is up, is replayed as one", async () => {
  const clock = virtualClock();
  const whole = () => allOf("all", [gate("slow", "pass", 7_200_000, { onError: "rollback" })]);
  const { run, store, answer } = heardSlowly(clock, whole(), { deadline: "1h" });
  await clock.advance("59m");
  await put(store, { type: "cancel", reason: "not today" });
  await clock.advance("2h");
  answer();
  expect((await clock.settle(run.verdict)).decision).toBe("hold");
  expect((await replay(run.record(), whole())).verdict.decision).toBe("hold");
  // What was bad before it was heard stays so.
  const two = () => allOf("all", [gate("slow", "pass", 7_200_000), failing()]);
  const other = heardSlowly(clock, two(), { deadline: "2h" });
  await put(other.store, { type: "cancel", reason: "not today" });
  await clock.advance("1h");
  other.answer();
  const { decision } = await clock.settle(other.run.verdict);
  expect((await replay(other.run.record(), two())).verdict.decision).toBe(decision);
  expect(readRecord(run.record())).toContainEqual(
    expect.objectContaining({ type: "run:cancelled", happenedAt: "2030-01-01T00:59:00.000Z" }),
  );
});

describe("a run whose time was up while nobody carried it", () => {
  test.each<[string, object]>([
    ["waive", { type: "waive", waiver: { ...waiver, gate: "all/sign-off" } }],
    ["uphold", { type: "uphold", upheld: { gate: "all/sign-off", by: "ada", reason: "fix it now" } }],
    ["bypass", { type: "bypass", bypass }],
  ])("hears the votes that were given in time, whoever overrides what too late: %s", async (override, body) => {
    const options = { runId, deadline: "1h", allowBypass: true } as const;
    const whole = () => allOf("all", [approval()]);
    const { clock, store } = await diedWaiting(whole(), options);
    await clock.advance("59m");
    await put(store, { type: "answer", gate: "sign-off", value: { by: "ada", decision: "approve" } });
    await clock.advance("2h");
    await put(store, body);
    const run = await resumeRun(whole(), { release, clock, store, ...options });
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.overridden, verdict.findings[0]?.status]).toEqual(["promote", false, "passed"]);
    expect(readRecord(run.record())).toContainEqual(expect.objectContaining({ type: "override:refused", override }));
  });
});

describe("a waiver that the store took while the gate could be waived", () => {
  const whole = () => allOf("all", [failing("1h"), gate("b", "pass")]);

  test("counts where nobody has read it when that time is up", async () => {
    for (const [at, decision] of [
      ["59m", "promote"],
      ["61m", "rollback"],
    ] as const) {
      const clock = virtualClock();
      const { run, store, answer } = heardSlowly(clock, whole());
      await clock.advance(at);
      await put(store, { type: "waive", waiver });
      await clock.advance("2h");
      answer();
      const verdict = await clock.settle(run.verdict);
      expect([at, verdict.decision]).toEqual([at, decision]);
      const record = run.record();
      const taken = record.findIndex((line) => /"type":"(?:gate:waived|override:refused)"/.test(line));
      expect(taken).toBeGreaterThan(0);
      for (let count = taken + 1; count < record.length; count += 1) {
        const left = memoryStore({ clock });
        await left.append(runId, 0, record.slice(0, count));
        const resumed = await resumeRun(whole(), { release, clock, store: left, runId });
        expect([at, count, (await clock.settle(resumed.verdict)).decision]).toEqual([at, count, decision]);
      }
      expect([at, (await replay(record, whole())).verdict.decision]).toEqual([at, decision]);
    }
  });

  test("counts where nobody carried the run when that time was up", async () => {
    const { clock, store } = await diedWaiting(whole(), { runId });
    await clock.advance("59m");
    await put(store, { type: "waive", waiver });
    await clock.advance("1d");
    const run = await resumeRun(whole(), { release, clock, store, runId });
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
  });

  test.each<[string, (run: ReturnType<typeof heardSlowly>["run"]) => Promise<unknown>]>([
    ["waive", (run) => run.waive(waiver)],
    ["uphold", (run) => run.uphold({ gate: "all/a", by: "ada", reason: "fix it now" })],
  ])("is not pushed out by what this process is told too late: %s", async (_, act) => {
    const clock = virtualClock();
    const { run, store, answer } = heardSlowly(clock, whole());
    await clock.advance("59m");
    await put(store, { type: "waive", waiver: { ...waiver, by: "bob" } });
    await clock.advance("2h");
    expect(await act(run)).toEqual({ status: "refused", reason: "it came after the time that «all/a» has" });
    answer();
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.waivers?.map(({ by }) => by)]).toEqual(["promote", ["bob"]]);
  });
});
