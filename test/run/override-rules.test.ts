import {
  allOf,
  replay,
  resumeRun,
  startRun,
  submitBypass,
  submitWaive,
  type OverrideQuestion,
  type RecordStore,
  type Release,
  type RunOptions,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { custom, gate, release } from "../helpers/gates.js";
import { eventsOf } from "../helpers/judge.js";
import { refusalOf } from "../helpers/refusal.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "run 1";
const accepted = { status: "accepted" };
const asked: Release = { ...release, requestedBy: "grace", contributors: ["linus"] };
const waiver = { gate: "all/a", by: "ada", reason: "known", expires: "2030-01-02T00:00:00.000Z" };
const bypass = { by: "ada", reason: "the shop is down" };
const whole = () =>
  allOf("all", [custom("a", ({ fail }) => fail("no", null), { waivable: "1h" }), gate("b", "pass", 5_000)]);

async function begin(options: Partial<RunOptions>, store: RecordStore = memoryStore()) {
  const clock = virtualClock();
  const run = startRun(whole(), { release: asked, clock, store, runId, ...options });
  await clock.advance(1_000);
  return { clock, run, store };
}

const people = { people: ["ada", "grace", "linus"], roles: ["commander"] };

describe("a rule of who may override", () => {
  test("is asked of every gate that a waiver sets aside: nobody gets around it by the gate above", async () => {
    const questions: (string | undefined)[] = [];
    const ask = ({ gate: path }: OverrideQuestion) => questions.push(path) > 0 && path !== "all/a";
    const { run } = await begin({ mayWaive: { people: ["nobody"], ask } });
    expect(await run.waive({ ...waiver, gate: "all" })).toEqual({ status: "refused", reason: "ada may not waive" });
    expect(questions).toEqual(["all", "all/a", "all/b"]);
    expect(await run.waive({ ...waiver, gate: "all/b" })).toEqual(accepted);
  });

  test.each<[string, string, readonly string[], string | undefined]>([
    ["somebody who is named", "ada", [], undefined],
    ["somebody who is named, in other case", "ADA", [], undefined],
    ["somebody with the role", "eve", ["commander"], undefined],
    ["somebody else", "eve", ["sre"], "eve is not among those who may"],
    ["somebody named like a role", "commander", [], "commander is not among those who may"],
    ["whoever asked for the release", "grace", ["commander"], "having requested the release"],
    ["whoever asked for it, in other letters", "gräce", ["commander"], "having requested the release"],
    ["whoever contributed to it", "linus", ["commander"], "having contributed to the release"],
    ["a name that cannot be told from those", "ⰃⰓⰀⰜⰅ", ["commander"], "cannot be told with certainty"],
  ])("says of %s whether they may, in this process and in another", async (_, by, roles, why) => {
    const expected = why === undefined ? accepted : { status: "refused", reason: expect.stringContaining(why) };
    const options = { allowBypass: people, mayWaive: people };
    const one = await begin(options);
    expect(await one.run.waive({ ...waiver, by }, { roles })).toEqual(expected);
    const two = await begin(options);
    expect(await submitWaive(two.store, runId, { ...waiver, by }, { roles })).toEqual(expected);
    const three = await begin(options);
    expect(await three.run.bypass({ ...bypass, by }, { roles })).toEqual(expected);
    const four = await begin(options);
    expect(await submitBypass(four.store, runId, { ...bypass, by }, { roles })).toEqual(expected);
    for (const { run, clock } of [one, two, three, four]) {
      const verdict = await clock.settle(run.verdict);
      expect([verdict.decision, verdict.overridden]).toEqual(
        why === undefined ? ["promote", true] : ["rollback", false],
      );
      const refused = eventsOf(run).filter(({ type }) => type === "override:refused");
      expect(refused).toHaveLength(why === undefined ? 0 : 1);
      expect(eventsOf(run)[0]).toMatchObject({ overrideRules: { waive: people, bypass: people }, allowBypass: true });
      expect(await replay(run.record())).toMatchObject({ isAsRecorded: true });
    }
  });

  test("lets in whoever asked for the release where it says so", async () => {
    const { run, clock } = await begin({ allowBypass: { ...people, allowSelf: true } });
    expect(await run.bypass({ ...bypass, by: "grace" })).toEqual(accepted);
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
  });

  test("is none where allowBypass is true: whoever calls has seen to it", async () => {
    const { run } = await begin({ allowBypass: true });
    expect(await run.bypass({ ...bypass, by: "grace" })).toEqual(accepted);
    expect(eventsOf(run)[0]).not.toHaveProperty("overrideRules");
  });

  test("of bypasses says nothing of waivers, and the other way round", async () => {
    const { run } = await begin({ allowBypass: people });
    expect(await run.waive({ ...waiver, by: "eve" })).toEqual(accepted);
    const other = await begin({ mayWaive: people });
    await expect(other.run.bypass(bypass)).rejects.toThrow("allowBypass");
    await other.run[Symbol.asyncDispose]();
  });

  test("says nothing of those who say that nobody waives it", async () => {
    const { run, clock } = await begin({ mayWaive: people });
    expect(await run.uphold({ gate: "all/a", by: "grace", reason: "my fault" })).toEqual(accepted);
    expect((await clock.settle(run.verdict)).decision).toBe("rollback");
  });

  test.each<[string, unknown, string]>([
    ["lets nobody in", {}, "got none of them: nobody could ever do it"],
    ["lets nobody in by empty lists", { people: [], roles: [] }, "nobody could ever do it"],
    ["has a typo", { persons: ["ada"] }, "expected true, false, or who may: { people, roles, ask }"],
    ["names nobody", { people: [""] }, "expected true, false"],
    ["asks what cannot be asked", { ask: true }, "expected true, false"],
  ])("that %s is refused when the run is started", (_, rule, why) => {
    const options = { release: asked, clock: virtualClock() };
    expect(refusalOf(() => startRun(whole(), { ...options, allowBypass: rule as never }))).toContain("allowBypass");
    const said = refusalOf(() => startRun(whole(), { ...options, mayWaive: rule as never }));
    expect(said).toContain("mayWaive");
    if (why.startsWith("got")) expect(said).toContain(why);
  });

  test("is refused where nobody can tell who asked for the release", () => {
    const unclear = { ...release, requestedBy: "gra\u200bce" };
    expect(refusalOf(() => startRun(whole(), { release: unclear, clock: virtualClock(), mayWaive: people }))).toContain(
      "It cannot be told who may override gates: the release's requestedBy",
    );
  });

  test("is the same one when the run is resumed", async () => {
    const { run, store } = await begin({ allowBypass: people });
    const left = memoryStore();
    await left.append(runId, 0, await store.read(runId));
    await run[Symbol.asyncDispose]();
    const resumed = { release: asked, clock: virtualClock("2030-01-01T00:00:01Z"), store: left, runId };
    for (const allowBypass of [true, { people: ["eve"] }]) {
      await expect(resumeRun(whole(), { ...resumed, allowBypass })).rejects.toMatchObject({
        code: "RESUME_REFUSED",
        message: expect.stringContaining("who may override gates is not the one that it began with"),
      });
    }
    const again = await resumeRun(whole(), { ...resumed, allowBypass: people });
    expect(await again.bypass(bypass)).toEqual(accepted);
  });
});

describe("a rule that asks", () => {
  test("is asked about those whom it does not name, once, with what they want", async () => {
    const questions: OverrideQuestion[] = [];
    const ask = (question: OverrideQuestion) => {
      questions.push(question);
      return question.roles.includes("on-call");
    };
    const { run, store } = await begin({ mayWaive: { people: ["ada"], ask }, allowBypass: { ask } });
    expect(await run.waive(waiver)).toEqual(accepted);
    expect(questions).toEqual([]);
    expect(await submitBypass(store, runId, { ...bypass, by: "eve" })).toEqual({
      status: "refused",
      reason: "eve may not bypass",
    });
    expect(await submitBypass(store, runId, { ...bypass, by: "bob" }, { roles: ["on-call"] })).toEqual(accepted);
    expect(questions).toMatchObject([
      { override: "bypass", by: "eve", roles: [], release: asked },
      { override: "bypass", by: "bob", roles: ["on-call"] },
    ]);
    expect((await run.verdict).decision).toBe("promote");
    expect(eventsOf(run)[0]).toMatchObject({
      overrideRules: { waive: { people: ["ada"], isAsked: true }, bypass: { isAsked: true } },
    });
  });

  test("is not asked about whoever asked for the release", async () => {
    const { run } = await begin({ allowBypass: { ask: () => true } });
    expect(await run.bypass({ ...bypass, by: "grace" })).toMatchObject({ status: "refused" });
    await run[Symbol.asyncDispose]();
  });

  test.each<[string, () => unknown, string]>([
    ["says anything but true", () => "yes", "ada may not bypass"],
    ["says nothing", () => undefined, "ada may not bypass"],
    [
      "throws",
      () => {
        throw new TypeError("token=hunter2");
      },
      "it could not be found out whether ada may bypass (TypeError)",
    ],
    ["rejects", () => Promise.reject(new Error("hunter2")), "it could not be found out whether ada may bypass (Error)"],
  ])("refuses, and says so in the record, where it %s", async (_, ask, reason) => {
    const { run, clock } = await begin({ allowBypass: { ask: ask as () => boolean } });
    expect(await run.bypass(bypass)).toEqual({ status: "refused", reason });
    const { decision } = await clock.settle(run.verdict);
    expect(decision).toBe("rollback");
    expect(eventsOf(run).filter(({ type }) => type === "override:refused")).toMatchObject([{ reason, by: "ada" }]);
    expect(run.record().join("")).not.toContain("hunter2");
  });

  test("refuses after thirty seconds, and the run goes on meanwhile", async () => {
    let signal: AbortSignal | undefined;
    const ask = (question: OverrideQuestion) => {
      signal = question.signal;
      return new Promise<boolean>(() => {});
    };
    const { run, clock } = await begin({ allowBypass: { ask } });
    const receipt = run.bypass(bypass);
    await clock.advance("29s");
    expect(signal?.aborted).toBe(false);
    await clock.advance("1s");
    expect(await receipt).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("nobody said so in time"),
    });
    expect(signal?.aborted).toBe(true);
    await run[Symbol.asyncDispose]();
  });

  test("is asked about one attempt after the other, and about the next one also where it throws", async () => {
    const questions: string[] = [];
    const answers: ((said: Promise<boolean>) => void)[] = [];
    const ask = ({ by }: OverrideQuestion) => {
      questions.push(by);
      return new Promise<boolean>((resolve) => answers.push(resolve));
    };
    const { run, clock } = await begin({ allowBypass: { ask } });
    const receipts = ["lena", "mary", "nell"].map((by) => run.bypass({ ...bypass, by }));
    await clock.advance(1);
    expect(questions).toEqual(["lena"]);
    answers[0]?.(Promise.reject(new Error("away")));
    await clock.advance(1);
    expect(questions).toEqual(["lena", "mary"]);
    await clock.advance("30s");
    expect(questions).toEqual(["lena", "mary", "nell"]);
    answers[2]?.(Promise.resolve(true));
    expect((await Promise.all(receipts)).map(({ status }) => status)).toEqual(["refused", "refused", "accepted"]);
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
  });

  test("that says yes after the verdict comes too late", async () => {
    let yes: (said: boolean) => void = () => {};
    const ask = () => new Promise<boolean>((resolve) => (yes = resolve));
    const { run, clock } = await begin({ allowBypass: { ask }, deadline: "5s" });
    const receipt = run.bypass(bypass);
    await clock.advance(1);
    expect((await clock.settle(run.verdict)).decision).toBe("rollback");
    yes(true);
    expect(await receipt).toEqual({ status: "refused", reason: "the verdict is out" });
  });

  test("is asked again about what nobody had answered when the run died", async () => {
    const { run, store } = await begin({ allowBypass: { ask: () => new Promise(() => {}) } });
    await submitBypass(store, runId, bypass, { timeout: 1 }).catch(() => {});
    const left = memoryStore();
    await left.append(runId, 0, await store.read(runId));
    await left.append(`${runId}:inbox`, 0, await store.read(`${runId}:inbox`));
    await run[Symbol.asyncDispose]();
    const clock = virtualClock("2030-01-01T00:00:02Z");
    const options = { release: asked, clock, store: left, runId, allowBypass: { ask: () => true } };
    const again = await resumeRun(whole(), options);
    expect((await clock.settle(again.verdict)).decision).toBe("promote");
  });
});
