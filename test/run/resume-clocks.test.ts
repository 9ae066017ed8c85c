import { inSequence, readRecord, resumeRun, startRun, submitAnswer, type Gate } from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { custom, release } from "../helpers/gates.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "run 1";
const noon = Date.parse("2030-01-01T12:00:00Z");

const asks = custom("asks", async ({ waitFor, pass }) => pass(await waitFor("word", z.string()), null), {
  timeout: "2d",
});

/** A run whose process, on a clock that is ahead by so much, died as it waited; and the one that goes on, whose clock is right. */
async function goesOn(whole: Gate, aheadMs: number) {
  const clock = virtualClock(noon);
  const before = virtualClock(noon + aheadMs);
  const first = memoryStore({ clock });
  const dying = startRun(whole, { release, clock: before, store: first, runId });
  await before.advance(1);
  const left = await first.read(runId);
  await dying[Symbol.asyncDispose]();
  const store = memoryStore({ clock });
  await store.append(runId, 0, left);
  await clock.advance(1);
  return { clock, store, run: await resumeRun(whole, { release, clock, store, runId }) };
}

describe("a run that was carried by a machine whose clock was ahead, by a second or by a day,", () => {
  const skews = [1_000, 86_400_000] as const;

  test.each(skews)("lets evidence grow old as on any clock, and promotes on none that has (%i ms)", async (aheadMs) => {
    const looked: string[] = [];
    const probe = custom(
      "probe",
      async ({ step, pass }) => pass(await step("look", () => `${looked.push("up")}`), null),
      { freshFor: "5m" },
    );
    const { clock, run } = await goesOn(inSequence("all", [probe, asks]), aheadMs);
    await clock.advance("10h");
    await run.answer("asks", "go");
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
    expect(looked).toHaveLength(2);
  });

  test.each(skews)("ends when its gates' time is up, and not that much later (%i ms)", async (aheadMs) => {
    const { clock, run } = await goesOn(asks, aheadMs);
    await clock.advance("47h");
    expect(run.snapshot().verdict).toBeUndefined();
    await clock.advance("1h");
    expect(run.snapshot().verdict).toMatchObject({ decision: "hold" });
  });

  test.each(skews)(
    "takes answers that the store took by its own clock, in the record's time (%i ms)",
    async (aheadMs) => {
      const { clock, store, run } = await goesOn(asks, aheadMs);
      await clock.advance("1h");
      await submitAnswer(store, runId, { gate: "asks", value: "go" });
      const { decision } = await clock.settle(run.verdict);
      expect(decision).toBe("promote");
      const times = readRecord(run.record()).map(({ at }) => Date.parse(at));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.at(-1)).toBe(noon + aheadMs + 3_600_000);
    },
  );
});
