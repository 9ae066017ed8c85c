import { allOf, replay, resumeRun, startRun, steady, type Gate, type RunOptions } from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { gate, release } from "../helpers/gates.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "r";

/** The run that died after these lines, carried on so much later to its end. */
async function carriedOn(make: () => Gate, past: readonly string[], downMs: number, options: Partial<RunOptions>) {
  const diedAt = Date.parse((JSON.parse(past.at(-1) ?? "") as { readonly at: string }).at);
  const clock = virtualClock(diedAt + downMs);
  const store = memoryStore({ clock });
  await store.append(runId, 0, past);
  const run = await resumeRun(make(), { release, runId, store, clock, ...options });
  const verdict = await clock.settle(run.verdict);
  return { verdict, record: run.record() };
}

async function begun(make: () => Gate, options: Partial<RunOptions>) {
  const clock = virtualClock();
  const store = memoryStore({ clock });
  const run = startRun(make(), { release, runId, store, clock, ...options });
  await clock.advance("1s");
  const past = await store.read(runId);
  run.cancel("the test has seen enough");
  await clock.settle(run.verdict);
  return past;
}

const slow = (name: string, timeout: "1m" | "2m" | "3m") => gate(name, "pass", 3_600_000, { timeout, onError: "hold" });

describe("times that were up while nobody carried the run", () => {
  test.each([
    ["of gates", () => allOf("all", [slow("last", "3m"), slow("first", "1m"), slow("second", "2m")]), {}],
    ["of a gate, and of the run", () => allOf("all", [slow("one", "1m"), slow("other", "3m")]), { deadline: "2m" }],
    [
      "of a gate, and of the one around it",
      () => allOf("all", [slow("one", "1m"), slow("b", "3m")], { timeout: "2m" }),
      {},
    ],
    [
      "that are up at once",
      () => allOf("all", [slow("one", "2m"), slow("other", "2m")], { timeout: "2m" }),
      { deadline: "2m" },
    ],
    [
      "of a round, of its gate, and of the run",
      () => steady(slow("one", "1m"), { for: "2m", every: "1m", timeout: "2m" }),
      { deadline: "3m" },
    ],
  ] as const)("end in their order, and the run does so again wherever it dies then: %s", async (_, make, options) => {
    const settings = { settle: "all", ...options } as const;
    const past = await begun(make, settings);
    const whole = await carriedOn(make, past, 3_600_000, settings);
    const { record, verdict } = whole;
    expect(verdict.decision).toBe("hold");
    expect((await replay(record, make())).isAsRecorded).toBe(true);
    for (let lines = past.length + 1; lines < record.length; lines += 1) {
      const again = await carriedOn(make, record.slice(0, lines), 1_000, settings);
      expect([lines, again.verdict.findings.map(({ reason }) => reason)]).toEqual([
        lines,
        verdict.findings.map(({ reason }) => reason),
      ]);
    }
  });

  test("are named by the one that was up first", async () => {
    const make = () => allOf("all", [slow("one", "1m"), slow("other", "3m")]);
    const options = { settle: "all", deadline: "2m" } as const;
    const { verdict } = await carriedOn(make, await begun(make, options), 3_600_000, options);
    expect(verdict.findings.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("«one» no answer within 1 min"),
      "no answer within 1 min",
      "the run took longer than 2 min",
    ]);
  });
});

test("a gate that fails as the time of its run is up waits for nobody who might waive it", async () => {
  const make = () => allOf("all", [gate("late", "fail", 60_000, { waivable: "1h", onFail: "hold" })]);
  const clock = virtualClock();
  const run = startRun(make(), { release, runId, clock, deadline: "1m" });
  const { decision, decidedAt } = await clock.settle(run.verdict);
  expect([decision, decidedAt]).toEqual(["hold", "2030-01-01T00:01:00.000Z"]);
  expect(run.record().join("")).not.toContain("gate:waivable");
});
