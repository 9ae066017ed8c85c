import {
  allOf,
  anyOf,
  manualApproval,
  replay,
  resumeRun,
  startRun,
  steady,
  type Gate,
  type GateOptions,
  type RecordStore,
  type RunOptions,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock, type VirtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { custom, release } from "../helpers/gates.js";
import { inboxOf, putIn } from "../helpers/inbox.js";
import { sleepyStore } from "../helpers/sleepy-store.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "run 1";
const approval = () => manualApproval("sign-off", { from: { people: ["ada"] }, deadline: "2d" });

/** A gate that says what it found a minute after the hour. */
function late(clock: VirtualClock, isGood: boolean, options: GateOptions = {}): Gate {
  return custom(
    "late",
    async ({ step, pass, fail }) => {
      const until = Date.parse("2030-01-01T01:01:00Z");
      await step("look", () => new Promise<null>((resolve) => void clock.schedule(until, () => resolve(null))), {
        timeout: "2h",
      });
      return isGood ? pass("was good", null) : fail("was bad", null);
    },
    options,
  );
}

interface Plan {
  readonly around: (gates: readonly Gate[]) => Gate;
  readonly options?: Partial<RunOptions>;
  readonly expected: string;
  readonly lateIs: string;
}

const hour = { timeout: "1h" } as const;
const plans: readonly (readonly [string, Plan])[] = [
  [
    "the run",
    { around: (gates) => anyOf("x", gates), options: { deadline: "1h" }, expected: "promote", lateIs: "cancelled" },
  ],
  [
    "the run, of which both must pass",
    { around: (gates) => allOf("x", gates), options: { deadline: "1h" }, expected: "hold", lateIs: "expired" },
  ],
  [
    "the run, of which both must pass, and one is asked again and again",
    {
      around: ([first, second]) =>
        allOf("x", [steady(first as Gate, { for: "1m", every: "30s", timeout: "1d" }), second as Gate]),
      options: { deadline: "1h" },
      expected: "hold",
      lateIs: "expired",
    },
  ],
  ["a composite", { around: (gates) => anyOf("x", gates, hour), expected: "promote", lateIs: "cancelled" }],
  [
    "a composite around another",
    {
      around: (gates) => anyOf("y", [allOf("z", [anyOf("x", gates)])], hour),
      expected: "promote",
      lateIs: "cancelled",
    },
  ],
  [
    "a composite that lets the others go on",
    { around: (gates) => anyOf("x", gates, hour), options: { settle: "all" }, expected: "promote", lateIs: "passed" },
  ],
];

test("a gate that answers after its own time does not count either, while that still hears", async () => {
  const clock = virtualClock();
  const kept = memoryStore({ clock });
  let wake = () => {};
  const awake = new Promise<void>((resolve) => (wake = resolve));
  const readStored: RecordStore["readStored"] = async (...which) => {
    await awake;
    return kept.readStored(...which);
  };
  const run = startRun(late(clock, true, { timeout: "1h" }), { release, clock, store: { ...kept, readStored }, runId });
  await clock.advance("2h");
  wake();
  const verdict = await clock.settle(run.verdict);
  expect([verdict.decision, verdict.findings[0]?.status]).toEqual(["hold", "expired"]);
});

describe("a gate that answers after a time that is up, while that still hears what came in time", () => {
  test.each(plans)(
    "takes nobody's vote away, and does not count: %s",
    async (_, { around, options, expected, lateIs }) => {
      const clock = virtualClock();
      const kept = sleepyStore(clock, runId);
      let wake = () => {};
      const awake = new Promise<void>((resolve) => (wake = resolve));
      const readStored: RecordStore["readStored"] = async (...which) => {
        await awake;
        return kept.readStored(...which);
      };
      const whole = (time: VirtualClock) => around([late(time, true), approval()]);
      const run = startRun(whole(clock), { release, clock, store: { ...kept, readStored }, runId, ...options });
      await clock.advance("59m");
      await putIn(kept, runId, { type: "answer", gate: "sign-off", value: { by: "ada", decision: "approve" } });
      await clock.advance("2h");
      expect(run.snapshot().verdict).toBeUndefined();
      wake();
      const verdict = await clock.settle(run.verdict);
      const status = (name: string) => verdict.findings.find(({ gate }) => gate.endsWith(name))?.status;
      expect([verdict.decision, status("sign-off"), status("late")]).toEqual([expected, "passed", lateIs]);
      const record = run.record();
      expect(await replay(record)).toMatchObject({ isAsRecorded: true });
      const looked = record.findIndex((line) => line.includes('"step":"look"'));
      for (let count = looked + 1; count < record.length; count += 1) {
        const left = memoryStore({ clock: { now: () => Date.parse("2030-01-01T00:59:00Z") } });
        await left.append(runId, 0, record.slice(0, count));
        await left.append(inboxOf(runId), 0, await kept.read(inboxOf(runId)));
        const resumed = await resumeRun(whole(clock), { release, clock, store: left, runId, ...options });
        expect([count, (await clock.settle(resumed.verdict)).decision]).toEqual([count, expected]);
      }
    },
  );
});
