import { manualApproval, readRecord, replay, resumeRun, type RecordStore } from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock, type VirtualClock } from "release-gates/testing";
import { expect, test } from "vitest";
import { diedWaiting } from "../helpers/died-waiting.js";
import { release } from "../helpers/gates.js";
import { putIn } from "../helpers/inbox.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "run 1";
const whole = () =>
  manualApproval("gate", { from: { people: ["ada", "bob"] }, quorum: 2, deadline: "1h", remindEvery: "7m" });

/** A store that answers what it is given to write when it is let go. */
function heldStore(store: RecordStore) {
  let letGo = () => {};
  const isLetGo = new Promise<void>((resolve) => (letGo = resolve));
  const append: RecordStore["append"] = (...what) => isLetGo.then(() => store.append(...what));
  return { ...store, append, letGo };
}

async function resumed(
  lines: readonly string[],
  clock: VirtualClock,
  options: { readonly allowBypass?: boolean } = {},
) {
  const store = memoryStore({ clock });
  await store.append(runId, 0, lines);
  return resumeRun(whole(), { release, clock, store, runId, ...options });
}

test("a run goes on that another process had resumed late, whose reminders were told while an answer was being stored", async () => {
  const { clock, store } = await diedWaiting(whole(), { runId });
  await clock.advance("1m");
  await putIn(store, runId, { type: "answer", gate: "gate", value: { by: "ada", decision: "approve" } });
  await clock.advance("30m");
  const held = heldStore(store);
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
  for (let count = 1; count <= lines.length; count += 1) {
    const third = await resumed(lines.slice(0, count), virtualClock("2030-01-01T00:32:00Z"));
    expect(third.record().slice(0, count)).toEqual(lines.slice(0, count));
    await third[Symbol.asyncDispose]();
  }
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
    for (let count = 1; count < lines.length; count += 1) {
      const third = await resumed(lines.slice(0, count), virtualClock("2030-01-01T00:32:00Z"), options);
      expect(third.record().slice(0, count)).toEqual(lines.slice(0, count));
      await third[Symbol.asyncDispose]();
    }
    expect(await replay(lines, whole())).toMatchObject({ isAsRecorded: true, verdict: { decision } });
  },
);
