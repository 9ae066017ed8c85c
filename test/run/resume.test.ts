import {
  allOf,
  inSequence,
  plan,
  readRecord,
  replay,
  resumeRun,
  startRun,
  steady,
  submitAnswer,
  type Gate,
  type RecordStore,
  type ResumeOptions,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { custom, gate, release } from "../helpers/gates.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "run 1";

/** A gate that looks once, asks, and looks once more. */
const careful = (looked: string[] = []) =>
  custom("careful", async ({ step, waitFor, pass }) => {
    await step("before", () => looked.push("before"));
    const word = await waitFor("word", z.string());
    await step("after", () => looked.push("after"));
    return pass(word, null);
  });

type Ended = readonly [lines: readonly string[], inbox: readonly string[]];

/** Runs a gate until it waits, and returns what its process leaves behind. */
async function died(
  whole: Gate,
  during: (store: RecordStore, clock: ReturnType<typeof virtualClock>) => unknown = () => {},
): Promise<Ended> {
  const clock = virtualClock();
  const store = memoryStore();
  const run = startRun(whole, { release, clock, store, runId });
  await clock.advance(1);
  await during(store, clock);
  const left = [[...(await store.read(runId))], [...(await store.read(`${runId}:inbox`))]] as const;
  await run[Symbol.asyncDispose]();
  return left;
}

/** A store that holds what a process left behind. */
async function storeOf([lines, inbox]: Ended, count = lines.length): Promise<RecordStore> {
  const store = memoryStore();
  await store.append(runId, 0, lines.slice(0, count));
  await store.append(`${runId}:inbox`, 0, inbox);
  return store;
}

const later = (lines: Ended, ms: number) =>
  virtualClock(Date.parse((JSON.parse(lines[0].at(-1) ?? "") as { readonly at: string }).at) + ms);

describe("resumeRun", () => {
  test("goes on in the same chain, does no recorded step again, and takes what is answered then", async () => {
    const left = await died(careful());
    const store = await storeOf(left);
    const clock = later(left, 5_000);
    const looked: string[] = [];
    const run = await resumeRun(careful(looked), { release, clock, store, runId });
    expect(run.snapshot().gates[0]?.state).toBe("waiting");
    expect(await submitAnswer(store, runId, { gate: "careful", value: "go" })).toEqual({ status: "accepted" });
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.findings[0]?.reason, looked]).toEqual(["promote", "go", ["after"]]);
    const record = await store.read(runId);
    expect(record.slice(0, left[0].length)).toEqual(left[0]);
    expect(readRecord(record, { head: verdict.record.head })).toHaveLength(verdict.record.lines);
    expect(await replay(record)).toMatchObject({ isAsRecorded: true });
    expect(await replay(record, careful())).toMatchObject({ unknown: [], verdict: { decision: "promote" } });
  });

  test("takes an answer that was given while no process carried the run, once", async () => {
    const left = await died(careful());
    const store = await storeOf(left);
    await submitAnswer(store, runId, { gate: "careful", value: "go" }, { timeout: 1 }).catch(() => {});
    const first = later(left, 1_000);
    const run = await resumeRun(careful(), { release, clock: first, store, runId });
    expect((await first.settle(run.verdict)).decision).toBe("promote");
    const told = readRecord(run.record()).filter(({ type }) => type === "gate:answered" || type === "answer:refused");
    expect(told).toMatchObject([{ type: "gate:answered", answer: "go" }]);
  });

  test("takes recorded answers as they were, and of those in the inbox none twice", async () => {
    const left = await died(careful(), async (store) => {
      await submitAnswer(store, runId, { gate: "nobody", value: 1 });
      await store.append(`${runId}:inbox`, 1, ["no message"]);
      await submitAnswer(store, runId, { gate: "careful", value: "go" });
    });
    // Whoever answered had read the question.
    const asked = left[0].findIndex((line) => line.includes("gate:waiting"));
    for (let count = asked + 1; count <= left[0].length; count += 1) {
      const store = await storeOf(left, count);
      const clock = later(left, 0);
      const run = await resumeRun(careful(), { release, clock, store, runId });
      expect((await clock.settle(run.verdict)).findings[0]?.reason).toBe("go");
      const told = readRecord(run.record()).filter(({ type }) => /answered|refused/.test(type));
      expect(told.map(({ type }) => type).toSorted()).toEqual(["answer:refused", "gate:answered", "inbox:refused"]);
    }
  });

  test("keeps deadlines and sleeps where they were, however long nobody carried the run", async () => {
    const slow = () =>
      allOf("all", [
        gate("slow", "pass", 1_000),
        custom(
          "short",
          ({ sleep }) =>
            sleep(5_000).then(() => {
              throw new Error("never");
            }),
          { timeout: 2_000, onError: "hold" },
        ),
      ]);
    const left = await died(slow());
    const soon = later(left, 300);
    const one = await resumeRun(slow(), { release, clock: soon, store: await storeOf(left), runId });
    const { findings, decidedAt } = await soon.settle(one.verdict);
    expect(findings.map(({ observedAt }) => observedAt.slice(17))).toEqual(["02.000Z", "01.000Z", "02.000Z"]);
    expect(decidedAt).toBe("2030-01-01T00:00:02.000Z");
    const late = later(left, 60_000);
    const other = await resumeRun(slow(), { release, clock: late, store: await storeOf(left), runId });
    const verdict = await late.settle(other.verdict);
    expect(verdict.decision).toBe("hold");
    expect(verdict.findings.find(({ gate: path }) => path === "all/short")?.status).toBe("expired");
  });

  test("holds where the run's own deadline has passed meanwhile", async () => {
    const clock = virtualClock();
    const store = memoryStore();
    const options = { release, store, runId, deadline: "1m" } as const;
    const run = startRun(careful(), { ...options, clock });
    await clock.advance(1);
    const left = await storeOf([[...(await store.read(runId))], []]);
    await run[Symbol.asyncDispose]();
    const late = virtualClock("2030-01-01T01:00:00Z");
    const again = await resumeRun(careful(), { ...options, store: left, clock: late });
    const verdict = await late.settle(again.verdict);
    expect([verdict.decision, verdict.findings[0]?.reason]).toEqual(["hold", "the run took longer than 1 min"]);
  });

  test("does what was under way again", async () => {
    let tries = 0;
    const stuck = () =>
      custom("stuck", async ({ step, pass }) =>
        pass("", await step("look", () => (++tries === 1 ? new Promise<number>(() => {}) : tries))),
      );
    const left = await died(stuck());
    const clock = later(left, 10);
    const run = await resumeRun(stuck(), { release, clock, store: await storeOf(left), runId });
    expect((await clock.settle(run.verdict)).findings[0]?.evidence).toBe(2);
  });

  test("resolves to the verdict of a run that was decided", async () => {
    const clock = virtualClock();
    const store = memoryStore();
    const whole = () => allOf("all", [gate("a", "pass", 5), gate("b", "fail", 9)]);
    const verdict = await clock.settle(startRun(whole(), { release, clock, store, runId }).verdict);
    const run = await resumeRun(whole(), { release, clock, store, runId });
    expect(await run.verdict).toEqual(verdict);
    expect(run.record()).toEqual(await store.read(runId));
    expect(run.snapshot()).toMatchObject({
      range: { best: "rollback", worst: "rollback" },
      gates: [{ state: "settled" }, {}, {}],
    });
    expect(await run.answer("a", 1)).toMatchObject({ status: "refused" });
    run.cancel("too late");
    run.on("event", () => {})();
    await run[Symbol.asyncDispose]();
  });

  test("of two processes that carry one run, the one that writes second holds", async () => {
    const left = await died(careful());
    const store = await storeOf(left);
    const [one, two] = [later(left, 1), later(left, 1)];
    const first = await resumeRun(careful(), { release, clock: one, store, runId });
    const second = await resumeRun(careful(), { release, clock: two, store, runId });
    expect(await first.answer("careful", "go")).toEqual({ status: "accepted" });
    expect((await one.settle(first.verdict)).decision).toBe("promote");
    await second.answer("careful", "go");
    const verdict = await two.settle(second.verdict);
    expect([verdict.decision, verdict.reason]).toEqual([
      "hold",
      expect.stringContaining("somebody else writes it too"),
    ]);
    expect(await replay(await store.read(runId))).toMatchObject({
      isAsRecorded: true,
      verdict: { decision: "promote" },
    });
  });

  test("cancels again what was cancelled, and holds", async () => {
    const clock = virtualClock();
    const store = memoryStore();
    const run = startRun(allOf("all", [careful(), gate("slow", "pass", 50)]), { release, clock, store, runId });
    await clock.advance(1);
    run.cancel("lunch");
    await clock.settle(run.verdict);
    const lines = await store.read(runId);
    for (let count = lines.findIndex((line) => line.includes("run:cancelled")) + 1; count < lines.length; count += 1) {
      const again = virtualClock("2030-01-01T00:00:10Z");
      const cut = await storeOf([lines, []], count);
      const resumed = await resumeRun(allOf("all", [careful(), gate("slow", "pass", 50)]), {
        release,
        clock: again,
        store: cut,
        runId,
      });
      expect((await again.settle(resumed.verdict)).reason).toContain("the run was cancelled: lunch");
    }
  });

  test("holds again where the run itself had failed", async () => {
    const left = await died(careful());
    const [first] = left[0];
    const store = memoryStore();
    const broken = {
      ...store,
      append: async (...all: Parameters<RecordStore["append"]>) => {
        if (
          all[2].some((line) => line.includes("step:recorded")) &&
          !all[2].some((line) => line.includes("run:faulted"))
        )
          throw new Error("disk full");
        await store.append(...all);
      },
    };
    const clock = virtualClock();
    const run = startRun(careful(), { release, clock, store: broken, runId });
    await clock.settle(run.verdict);
    const lines = await store.read(runId);
    expect(lines[0]).toBe(first);
    const at = lines.findIndex((line) => line.includes("run:faulted"));
    const cut = await storeOf([lines, []], at + 1);
    const resumed = await resumeRun(careful(), { release, clock, store: cut, runId });
    const verdict = await clock.settle(resumed.verdict);
    expect([verdict.decision, verdict.reason]).toEqual(["hold", expect.stringContaining("disk full")]);
  });

  test("keeps a gate that is asked again and again where it was", async () => {
    const asked: number[] = [];
    const whole = () =>
      steady(
        custom("probe", async ({ step, now, pass }) => {
          await step("look", () => asked.push(now()));
          return pass("", null);
        }),
        { for: "1m", every: "10s" },
      );
    const left = await died(whole(), (_, clock) => clock.advance("25s"));
    const clock = later(left, 2_000);
    asked.length = 0;
    const run = await resumeRun(whole(), { release, clock, store: await storeOf(left), runId });
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.decidedAt]).toEqual(["promote", "2030-01-01T00:01:00.000Z"]);
    expect(asked.map((at) => new Date(at).toISOString().slice(17, 19))).toEqual(["30", "40", "50", "00"]);
  });

  test.each<[string, () => Gate, Partial<ResumeOptions>, string]>([
    [
      "another release",
      careful,
      { release: { ...release, version: "2.4.1" } },
      "at line 1, the release is not the one",
    ],
    ["another plan", () => allOf("careful", [careful()]), {}, "at line 1, the plan's fingerprint is not the one"],
    ["another deadline", careful, { deadline: "5m" }, "at line 1, deadline is not the one"],
    ["another settle", careful, { settle: "all" }, "at line 1, settle is not the one"],
    [
      "a gate that does not do the same",
      () => custom("careful", async ({ step, pass }) => pass("", await step("elsewhere", () => 1))),
      {},
      'at line 3, nothing leads to step:recorded of gate "careful"',
    ],
    [
      "a gate that comes to an answer that it had not come to",
      () => custom("careful", ({ pass }) => pass("", null)),
      {},
      'at line 3, nothing leads to step:recorded of gate "careful"',
    ],
  ])("refuses %s, and writes nothing", async (_, whole, options, why) => {
    const left = await died(careful());
    const store = await storeOf(left);
    const resumed = resumeRun(whole(), { release, clock: later(left, 1), store, runId, ...options });
    await expect(resumed).rejects.toMatchObject({ code: "RESUME_REFUSED", message: expect.stringContaining(why) });
    expect(await store.read(runId)).toEqual(left[0]);
  });

  test("refuses another input of the plan", async () => {
    const whole = plan("checkout", { input: z.string() }, () => careful());
    const clock = virtualClock();
    const store = memoryStore();
    const run = startRun(whole, { release, clock, store, runId, input: "a" });
    await clock.advance(1);
    const cut = await storeOf([[...(await store.read(runId))], []]);
    await run[Symbol.asyncDispose]();
    await expect(resumeRun(whole, { release, clock, store: cut, runId, input: "b" })).rejects.toThrow(
      "the plan's input",
    );
    await using again = await resumeRun(whole, { release, clock, store: cut, runId, input: "a" });
    expect(again.id).toBe(runId);
  });

  test("refuses a run that the store does not hold, a record that was changed, and options that name neither", async () => {
    const left = await died(careful());
    const clock = later(left, 1);
    await expect(resumeRun(careful(), { release, clock, store: memoryStore(), runId })).rejects.toMatchObject({
      code: "RUN_UNKNOWN",
    });
    const forged = await storeOf([left[0].map((line) => line.replace('"before"', '"elsewhere"')), []]);
    await expect(resumeRun(careful(), { release, clock, store: forged, runId })).rejects.toMatchObject({
      code: "RECORD_INVALID",
    });
    await expect(resumeRun(careful(), { release } as ResumeOptions)).rejects.toMatchObject({
      code: "RUN_INPUT_INVALID",
    });
  });

  /** Asks for a word, and looks up whether that is known. */
  const looksUp = (isKnown: () => boolean, hasInput = true) =>
    custom(
      "looks up",
      async ({ step, waitFor, pass }) => {
        let number = 0;
        const word = await waitFor("word", z.string(), {
          refuse: async (given) => {
            number += 1;
            const known = await step(`look up ${number}`, isKnown, hasInput ? { input: { given } } : {});
            return known ? undefined : "is unknown";
          },
        });
        return pass(word, null);
      },
      { timeout: "1h", onError: "hold" },
    );
  const beforeAnswered = ([lines, inbox]: Ended): Ended => [
    lines.slice(
      0,
      lines.findIndex((line) => line.includes("gate:answered")),
    ),
    inbox,
  ];
  const leftBy = async (whole: Gate) =>
    beforeAnswered(
      await died(whole, async (store) => void (await submitAnswer(store, runId, { gate: "looks up", value: "ada" }))),
    );

  test("does not go on with a step that was done for an answer which nobody can give again", async () => {
    const left = await leftBy(looksUp(() => true, false));
    const resumed = resumeRun(
      looksUp(() => true, false),
      { release, clock: later(left, 1), store: await storeOf(left), runId },
    );
    await expect(resumed).rejects.toMatchObject({ code: "RESUME_REFUSED" });
  });

  test.each([
    [true, "promote"],
    [false, "hold"],
  ])("does a step anew that was done for an answer which is not taken yet: still %s", async (isKnown, decision) => {
    const left = await leftBy(looksUp(() => true));
    const clock = later(left, 1);
    const run = await resumeRun(
      looksUp(() => isKnown),
      { release, clock, store: await storeOf(left), runId },
    );
    const verdict = await clock.settle(run.verdict);
    expect(verdict.decision).toBe(decision);
    const record = run.record();
    expect(record.filter((line) => line.includes("step:recorded"))).toHaveLength(2);
    const again = await replay(
      record,
      looksUp(() => isKnown),
    );
    expect([again.isAsRecorded, again.verdict.decision, again.unknown]).toEqual([true, decision, []]);
    // A plan of another name learns what was done anew, and not what was done before.
    const other = await replay(
      record,
      plan("another", () => looksUp(() => isKnown)),
      {},
    );
    expect(other.verdict.decision).toBe(decision);
    expect(other.unknown.filter(({ asked }) => asked.startsWith("look up"))).toEqual([]);
    for (let count = left[0].length + 1; count < record.length; count += 1) {
      const third = await storeOf([record, left[1]], count);
      const then = virtualClock((JSON.parse(record[count - 1] ?? "") as { readonly at: string }).at);
      const resumed = await resumeRun(
        looksUp(() => isKnown),
        { release, clock: then, store: third, runId },
      );
      expect([count, (await then.settle(resumed.verdict)).decision]).toEqual([count, decision]);
    }
  });

  test("lets the next gate of a sequence begin where the one before had settled", async () => {
    const whole = () => inSequence("steps", [gate("first", "pass"), careful(), gate("last", "pass", 5)]);
    const left = await died(whole());
    const clock = later(left, 1);
    const run = await resumeRun(whole(), { release, clock, store: await storeOf(left), runId });
    await run.answer("careful", "go");
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
  });
});
