import { resumeRun, replay, startRun } from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { expect, test } from "vitest";
import * as z from "zod";
import { custom, release } from "../helpers/gates.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "r";

/** A gate that asks two questions at once, and takes for ever to judge an answer to the first. */
const twoQuestions = () =>
  custom(
    "two",
    async ({ waitFor, pass }) => {
      const first = waitFor("first", z.string(), { refuse: () => new Promise<undefined>(() => {}) });
      const second = waitFor("second", z.string());
      return pass(await Promise.race([first, second]), null);
    },
    { timeout: "1h", onError: "hold" },
  );

test("a run goes on, and is replayed, where a gate of two questions left an answer that it had in hand", async () => {
  const clock = virtualClock();
  const store = memoryStore({ clock });
  const run = startRun(twoQuestions(), { release, runId, store, clock });
  await clock.advance(1);
  const receipt = run.answer("two", "in hand");
  await clock.advance("1h");
  expect(await receipt).toEqual({ status: "refused", reason: "the gate has settled" });
  const verdict = await clock.settle(run.verdict);
  const record = run.record();
  expect(record.filter((line) => line.includes("the gate has settled"))).toHaveLength(1);
  expect((await replay(record, twoQuestions())).isAsRecorded).toBe(true);
  for (let lines = 1; lines < record.length; lines += 1) {
    const past = record.slice(0, lines);
    const later = virtualClock((JSON.parse(past.at(-1) ?? "") as { readonly at: string }).at);
    const left = memoryStore({ clock: later });
    await left.append(runId, 0, past);
    const resumed = await resumeRun(twoQuestions(), { release, runId, store: left, clock: later });
    expect([lines, (await later.settle(resumed.verdict)).decision]).toEqual([lines, verdict.decision]);
  }
});
