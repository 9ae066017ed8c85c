import { manualApproval, readRecord, replay, resumeRun, startRun, type RecordStore } from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { expect, test } from "vitest";
import { diedWaiting } from "../helpers/died-waiting.js";
import { release } from "../helpers/gates.js";
import { putIn } from "../helpers/inbox.js";
import { skippingClock } from "../helpers/skipping-clock.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "run 1";
const whole = () =>
  manualApproval("gate", { from: { people: ["ada", "bob"] }, quorum: 2, deadline: "1h", remindEvery: "7m" });

/** A store that writes nothing from when it is held until it is let go. */
function slowStore(store: RecordStore) {
  let letGo = () => {};
  let isLetGo = Promise.resolve();
  const append: RecordStore["append"] = (...what) => isLetGo.then(() => store.append(...what));
  return {
    ...store,
    append,
    hold: () => void (isLetGo = new Promise((resolve) => (letGo = resolve))),
    letGo: () => letGo(),
  };
}

/** A third process goes on with the run, wherever the one before had died. */
async function goesOnFromEach(
  lines: readonly string[],
  options: { readonly allowBypass?: boolean } = {},
): Promise<void> {
  for (let count = 1; count <= lines.length; count += 1) {
    const clock = virtualClock("2030-01-01T00:32:00Z");
    const store = memoryStore({ clock });
    await store.append(runId, 0, lines.slice(0, count));
    const run = await resumeRun(whole(), { release, clock, store, runId, ...options });
    expect(run.record().slice(0, count)).toEqual(lines.slice(0, count));
    await run[Symbol.asyncDispose]();
  }
}

test("a run goes on that another process had resumed late, whose reminders were told while an answer was being stored", async () => {
  const { clock, store } = await diedWaiting(whole(), { runId });
  await clock.advance("1m");
  await putIn(store, runId, { type: "answer", gate: "gate", value: { by: "ada", decision: "approve" } });
  await clock.advance("30m");
  const held = slowStore(store);
  held.hold();
  const second = await resumeRun(whole(), { release, clock, store: held, runId });
  await clock.advance(1);
  held.letGo();
  await clock.advance(1);
  const lines = second.record();
  await second[Symbol.asyncDispose]();
  const types = readRecord(lines).map(({ type }) => type);
  expect(types.slice(types.indexOf("gate:answered"))).toEqual([
    "gate:answered",
    ...Array.from({ length: 4 }, () => "gate:measured"),
    "gate:waiting",
  ]);
  await goesOnFromEach(lines);
});

test("a run goes on whose gate reminded people while an answer was being stored", async () => {
  const clock = virtualClock();
  const store = slowStore(memoryStore({ clock }));
  const first = startRun(whole(), { release, clock, store, runId });
  await clock.advance("6m");
  store.hold();
  const answered = first.answer("gate", { by: "ada", decision: "approve" });
  await clock.advance("2m");
  store.letGo();
  await answered;
  const lines = first.record();
  await first[Symbol.asyncDispose]();
  expect(readRecord(lines).map(({ type }) => type)).toEqual([
    "run:started",
    "gate:started",
    "gate:waiting",
    "gate:answered",
    "gate:measured",
    "gate:waiting",
  ]);
  await goesOnFromEach(lines);
});

test("a run goes on whose process was too busy for its timers while people answered", async () => {
  const { clock, skip } = skippingClock();
  const store = memoryStore({ clock });
  const first = startRun(whole(), { release, clock, store, runId });
  await clock.advance("6m");
  skip(120_000);
  await first.answer("gate", { by: "ada", decision: "approve" });
  await clock.advance("1m");
  await first.answer("gate", { by: "bob", decision: "approve" });
  await first.verdict;
  const lines = first.record();
  const types = readRecord(lines).map(({ type }) => type);
  expect(types.slice(2, 6)).toEqual(["gate:waiting", "gate:answered", "gate:waiting", "gate:measured"]);
  await goesOnFromEach(lines.slice(0, -1));
  expect(await replay(lines, whole())).toMatchObject({ isAsRecorded: true, verdict: { decision: "promote" } });
});

test.each(["cancel", "bypass"])(
  "a run goes on that another process had resumed late, and found a %s first",
  async (type) => {
    const options = { runId, allowBypass: true };
    const { clock, store } = await diedWaiting(whole(), options);
    const bypass = { by: "ada", reason: "the shop is down" };
    await putIn(store, runId, type === "cancel" ? { type, reason: "superseded" } : { type, bypass });
    await clock.advance("30m");
    const second = await resumeRun(whole(), { release, clock, store, ...options });
    const { decision } = await clock.settle(second.verdict);
    const lines = second.record();
    expect([decision, lines.some((line) => line.includes('"gate:measured"'))]).toEqual([
      type === "cancel" ? "hold" : "promote",
      false,
    ]);
    await goesOnFromEach(lines.slice(0, -1), options);
    expect(await replay(lines, whole())).toMatchObject({ isAsRecorded: true, verdict: { decision } });
  },
);
