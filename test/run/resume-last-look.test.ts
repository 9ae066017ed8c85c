import {
  advisory,
  allOf,
  anyOf,
  defineGate,
  resumeRun,
  replay,
  submitCancel,
  watch,
  type Gate,
  type HoldsAnswer,
  type RunOptions,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { custom, gate, release } from "../helpers/gates.js";
import { holding, no, yes } from "../helpers/holding.js";
import { putIn } from "../helpers/inbox.js";
import { judge } from "../helpers/judge.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "r";

/** What a process leaves behind that dies just before its verdict is stored, and a clock that is so much later. */
async function diedBeforeVerdict(whole: Gate, options: Partial<RunOptions> = {}) {
  const { run, verdict } = await judge(whole, { runId, ...options });
  expect(verdict.decision).toBe("promote");
  return run.record().slice(0, -1);
}

async function goesOn(whole: Gate, record: readonly string[], later: string, options: Partial<RunOptions> = {}) {
  const clock = virtualClock((JSON.parse(record.at(-1) ?? "") as { readonly at: string }).at);
  await clock.advance(later as "5d");
  const store = memoryStore({ clock });
  await store.append(runId, 0, record);
  const resume = async () => {
    const run = await resumeRun(whole, { release, clock, store, runId, ...options });
    return { run, verdict: await clock.settle(run.verdict) };
  };
  return { clock, store, resume };
}

const stale = (options = {}) =>
  allOf("all", [
    custom("one", ({ attempt, pass, fail }) => (attempt === 1 ? pass("was good", null) : fail("is bad", null)), {
      freshFor: "1m",
      ...options,
    }),
    gate("b", "pass", 10),
  ]);

/** Holds until somebody says that it does not. */
function changeable(says: () => HoldsAnswer, isAtOnce: boolean) {
  let asked = 0;
  const check = () => ++asked === 1 || says().holds;
  const one = holding("one", ({ step }) => (isAtOnce ? says() : step("look", () => says())), { check, onFail: "hold" });
  return allOf("all", [one, gate("slow", "pass", 3_600_000)]);
}

describe("a run whose process died when it was about to promote", () => {
  test.each([
    ["1s", "promote"],
    ["5d", "rollback"],
  ])("asks again what has gone stale since: %s later", async (later, decision) => {
    const record = await diedBeforeVerdict(stale());
    const { resume } = await goesOn(stale(), record, later);
    const { run, verdict } = await resume();
    expect(verdict.decision).toBe(decision);
    expect(await replay(run.record())).toMatchObject({ isAsRecorded: true });
    for (let count = record.length + 1; count < run.record().length; count += 1) {
      const again = await (await goesOn(stale(), run.record().slice(0, count), "1s")).resume();
      expect([count, again.verdict.decision]).toEqual([count, decision]);
    }
  });

  test.each([
    ["at once", true, "5d"],
    ["by a step", false, "5d"],
    ["at once, though it said so a moment ago", true, "1s"],
    ["by a step, though it said so a moment ago", false, "1s"],
  ])("asks again whether what was found still holds: %s", async (_, isAtOnce, downFor) => {
    const record = await diedBeforeVerdict(changeable(() => yes, isAtOnce));
    const later = await goesOn(
      changeable(() => no(), isAtOnce),
      record,
      downFor,
    );
    const { run, verdict } = await later.resume();
    expect(verdict.decision).toBe("hold");
    for (let count = record.length + 1; count < run.record().length; count += 1) {
      const again = await (
        await goesOn(
          changeable(() => no(), isAtOnce),
          run.record().slice(0, count),
          "1s",
        )
      ).resume();
      expect([count, again.verdict.decision]).toEqual([count, "hold"]);
    }
  });

  test("promotes nothing after its deadline that must be asked again", async () => {
    const record = await diedBeforeVerdict(stale({ onFail: "hold" }), { deadline: "1h" });
    const { resume } = await goesOn(stale({ onFail: "hold" }), record, "5d", { deadline: "1h" });
    const { run, verdict } = await resume();
    expect(verdict.decision).toBe("hold");
    for (let count = record.length + 1; count < run.record().length; count += 1) {
      const again = await goesOn(stale({ onFail: "hold" }), run.record().slice(0, count), "1s", { deadline: "1h" });
      expect([count, (await again.resume()).verdict.decision]).toEqual([count, "hold"]);
    }
  });

  test("promotes what needs not be asked again, though its deadline is over", async () => {
    const whole = () => allOf("all", [gate("a", "pass", 10), gate("b", "pass", 20)]);
    const record = await diedBeforeVerdict(whole(), { deadline: "1h" });
    const { resume } = await goesOn(whole(), record, "5d", { deadline: "1h" });
    expect((await resume()).verdict.decision).toBe("promote");
  });

  test("hears a cancel that was sent meanwhile", async () => {
    const record = await diedBeforeVerdict(stale());
    const { store, resume } = await goesOn(stale(), record, "1s");
    await putIn(store, runId, { type: "cancel", reason: "not today" });
    const { run, verdict } = await resume();
    expect([verdict.decision, verdict.reason]).toEqual(["hold", expect.stringContaining("not today")]);
    const again = await goesOn(stale(), run.record().slice(0, -1), "1s");
    expect((await again.resume()).verdict.decision).toBe("hold");
    expect(await submitCancel(store, runId, { reason: "late" })).toMatchObject({ status: "refused" });
  });
});

describe("a run whose process died while it asked whether its gates still hold", () => {
  test.each(["5d", "1s"])("asks those again, too, that had said so before: %s later", async (downFor) => {
    const make = (says: () => HoldsAnswer) => {
      let asked = 0;
      const quick = holding("quick", ({ step }) => step("look", says), { check: () => ++asked === 1, onFail: "hold" });
      const slow = holding("slow", async ({ step }) => ({ holds: (await step("look", () => true)) as true }));
      return allOf("all", [quick, slow, gate("last", "pass", 60_000)]);
    };
    const { run } = await judge(
      make(() => yes),
      { runId },
    );
    const confirmed = run.record().findIndex((line) => /gate:settled.*all\/quick.*"attempt":2/.test(line));
    expect(confirmed).toBeGreaterThan(0);
    let isSo = true;
    const { resume } = await goesOn(
      make(() => (isSo ? yes : no())),
      run.record().slice(0, confirmed + 1),
      downFor,
    );
    isSo = false;
    const { verdict } = await resume();
    expect(verdict.decision).toBe("hold");
  });
});

test.each(["check", "stillHolds"] as const)(
  "a gate of which another process had begun to ask %s is asked, once it has answered, whether that still holds",
  async (begun) => {
    const make = (isSo: boolean) => {
      const look = defineGate({
        kind: "halves",
        config: z.strictObject({}),
        evidence: z.null(),
        async check({ step, sleep, attempt, pass, fail }) {
          await step("first half", () => true);
          if (begun === "check") await sleep("1m");
          return attempt === 1 ? pass("both halves are good", null) : fail("one is bad", null);
        },
        async stillHolds({ step }) {
          const first = await step("first half again", () => isSo);
          await step("second half again", () => true);
          return first ? yes : no();
        },
      });
      return allOf("all", [look("look", {}), gate("last", "pass", begun === "check" ? 10 : 120_000)]);
    };
    const { run } = await judge(make(true), { runId });
    const half = begun === "check" ? '"step":"first half"' : '"step":"first half again"';
    const lines = run.record().findIndex((line) => line.includes(half)) + 1;
    expect(lines).toBeGreaterThan(0);
    const { verdict } = await (await goesOn(make(false), run.record().slice(0, lines), "1s")).resume();
    expect(verdict.decision).toBe("hold");
  },
);

test("a run that was about to promote and looks again goes on with its advice", async () => {
  const aging = custom(
    "aging",
    async ({ attempt, sleep, pass, fail }) => {
      if (attempt === 1) return pass("was good", null);
      await sleep("2m");
      return fail("is bad", null);
    },
    { freshFor: "1m", onFail: "hold" },
  );
  const whole = () => allOf("all", [aging, advisory(gate("advice", "pass", 60_000))]);
  const { run } = await judge(whole(), { runId });
  const settled = run
    .record()
    .findIndex((line) => line.includes('"gate":"all/advice"') && line.includes("gate:settled"));
  const { resume } = await goesOn(whole(), run.record().slice(0, settled), "1h");
  const { verdict } = await resume();
  expect(verdict.decision).toBe("hold");
  expect(verdict.findings.find(({ gate: path }) => path === "all/advice")?.status).toBe("passed");
});

test("advice whose time was up while nobody carried the run was cancelled by the verdict, and is so again", async () => {
  const whole = () =>
    allOf("all", [gate("slow", "pass", 60_000), advisory(gate("advice", "pass", 900_000, { timeout: "10m" }))]);
  const options = { deadline: "5m" } as const;
  const { run } = await judge(whole(), { runId, ...options });
  const promoting =
    run.record().findIndex((line) => line.includes('"gate":"all/slow"') && line.includes("gate:settled")) + 1;
  for (const downFor of ["9m", "1h"]) {
    for (let count = 1; count < run.record().length; count += 1) {
      const { resume } = await goesOn(whole(), run.record().slice(0, count), downFor, options);
      const { run: again, verdict } = await resume();
      expect([count, verdict.decision]).toEqual([count, count < promoting ? "hold" : "promote"]);
      expect(await replay(again.record(), whole())).toMatchObject({ isAsRecorded: true });
    }
  }
});

test("a gate that is asked whether it still holds ends by the deadline again, though its own time is up by then", async () => {
  const options = { deadline: 2, settle: "all" } as const;
  const whole = () =>
    anyOf("all", [
      holding("one", ({ step }) => step("look", () => yes), { timeout: 2 }),
      watch(gate("errors", "pass", 2), { every: "1m" }),
    ]);
  const record = await diedBeforeVerdict(whole(), options);
  const opened = record.findLastIndex((line) => line.includes('"gate:started","gate":"all"'));
  const { run, verdict } = await (await goesOn(whole(), record.slice(0, opened + 1), "2ms", options)).resume();
  const one = { status: "inconclusive", reason: "the run took longer than 2 ms" };
  expect(verdict.findings).toContainEqual(expect.objectContaining(one));
  expect(await replay(run.record(), whole())).toMatchObject({ isAsRecorded: true });
  for (let count = opened + 1; count < run.record().length; count += 1) {
    const again = await (await goesOn(whole(), run.record().slice(0, count), "2ms", options)).resume();
    expect([count, again.run.record().slice(0, count)]).toEqual([count, run.record().slice(0, count)]);
  }
});
