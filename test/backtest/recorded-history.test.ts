import { allOf, isGateError, metricThreshold, replay, startRun, type Gate } from "release-gates";
import { backtest, recordedHistory, recordedWindow, seriesHistory } from "release-gates/backtest";
import { fromFunction } from "release-gates/metrics";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { custom, release } from "../helpers/gates.js";
import { begun, eachMinute, errorsBelow1, times, untouchable } from "./past.js";

const values = [0.5, 1.5, 1.5, 0.5, 2.5, 2.5, ...times(4, 0.5)];

/** A run that measures, does a step, and was answered after 90 seconds. */
async function recordOf(version: string, answer = true): Promise<readonly string[]> {
  const clock = virtualClock(begun);
  const source = fromFunction("errors", ({ at }) => values[(at - begun) / 60_000 - 1] ?? null);
  const whole = allOf("release", [
    metricThreshold("errors", { source, every: "1m", samples: 10, below: 3 }),
    custom("schema", async ({ step, pass }) => pass("migrated", await step("look", () => 42))),
    custom("sign-off", async ({ waitFor, pass }) => pass("signed", await waitFor("vote", z.string()))),
  ]);
  const run = startRun(whole, { release: { ...release, version }, clock, deadline: "1h" });
  if (answer) clock.schedule(begun + 90_000, () => void run.answer("sign-off", "yes"));
  await clock.settle(run.verdict);
  return run.record();
}

/** The same plan with another bound; nothing of it touches the world. */
const bounded = (below: number): Gate =>
  allOf("release", [
    metricThreshold("errors", { source: untouchable("errors"), every: "1m", samples: 10, below }),
    custom("schema", async ({ step, pass }) =>
      pass("migrated", await step<number>("look", () => Promise.reject(new Error("no")))),
    ),
    custom("sign-off", async ({ waitFor, pass }) => pass("signed", await waitFor("vote", z.string()))),
  ]);

describe("recordedHistory", () => {
  test("answers steps and people as the records hold them, at their times, for other bounds", async () => {
    const records = [await recordOf("2.4.0"), await recordOf("2.5.0")];
    const windows = records.map((record) => recordedWindow(record, { label: "good" }));
    const history = recordedHistory(records);
    const same = await backtest(bounded(3), { history, windows });
    expect(same.windows.map(({ outcome, decidedAfterMs }) => [outcome, decidedAfterMs])).toEqual(
      times(2, ["promote", 600_000]),
    );
    const stricter = await backtest(bounded(1), { history, windows });
    expect(stricter.score.falseRollbacks).toHaveLength(2);
    expect(stricter.windows[1]).toMatchObject({
      release: { version: "2.5.0" },
      decidedBy: ["release/errors"],
      decidedAfterMs: 180_000,
      unknown: [],
    });
  });

  test("decides as replay does", async () => {
    const record = await recordOf("2.4.0");
    for (const below of [1, 2, 3]) {
      const { windows } = await backtest(bounded(below), {
        history: recordedHistory([record]),
        windows: [recordedWindow(record)],
      });
      const { verdict } = await replay(record, bounded(below));
      expect(windows[0]?.verdict.findings).toEqual(verdict.findings);
    }
  });

  test("takes as long over a step as the run took", async () => {
    const clock = virtualClock(begun);
    const slow = (act: () => Promise<number>) =>
      custom("slow", async ({ step, pass }) => pass("done", await step("look", act)));
    const run = startRun(
      slow(() => new Promise((resolve) => void clock.schedule(begun + 20_000, () => resolve(1)))),
      { release, clock },
    );
    await clock.settle(run.verdict);
    const { windows } = await backtest(
      slow(() => Promise.reject(new Error("touched the world"))),
      { history: recordedHistory([run.record()]), windows: [recordedWindow(run.record())] },
    );
    expect(windows[0]).toMatchObject({ outcome: "promote", decidedAfterMs: 20_000 });
  });

  test("lets a gate wait that waited in vain then, until the deadline of that run", async () => {
    const record = await recordOf("2.4.0", false);
    const window = recordedWindow(record);
    const { windows } = await backtest(bounded(3), { history: recordedHistory([record]), windows: [window] });
    expect(windows[0]).toMatchObject({ outcome: "hold", decidedAfterMs: 3_600_000, unknown: [] });
    expect(windows[0]?.verdict.findings.find(({ gate }) => gate === "release/sign-off")?.status).toBe("expired");
  });

  test("knows nothing of other releases, other times and other questions", async () => {
    const record = await recordOf("2.4.0");
    const history = recordedHistory([record]);
    const outcomeOf = async (gate: Gate, window: object) => {
      const { windows } = await backtest(gate, { history, windows: [{ release, from: begun, ...window }] });
      return windows[0]?.outcome;
    };
    expect(await outcomeOf(bounded(3), {})).toBe("promote");
    expect(await outcomeOf(bounded(3), { release: { ...release, version: "2.5.0" } })).toBe("unknown");
    expect(await outcomeOf(bounded(3), { from: begun + 1 })).toBe("unknown");
    const other = allOf("release", [errorsBelow1("errors", { source: untouchable("other errors") })]);
    expect(await outcomeOf(other, {})).toBe("unknown");
  });

  test("assumes nothing of gates that it knows, and leaves other sources to other histories", async () => {
    const record = await recordOf("2.4.0", false);
    const plan = allOf("release", [bounded(3), errorsBelow1("latency")]);
    const renamed = allOf("release", [
      ...(bounded(3) as Extract<Gate, { form: "composite" }>).gates,
      errorsBelow1("latency"),
    ]);
    expect(plan.name).toBe(renamed.name);
    const { windows } = await backtest(renamed, {
      history: [recordedHistory([record]), seriesHistory({ latency: eachMinute(times(10, 0.5)) })],
      windows: [recordedWindow(record)],
      assume: "passed",
    });
    expect(windows[0]).toMatchObject({ outcome: "hold", assumed: [], unknown: [] });
  });

  test("proves the chain of each record", async () => {
    const record = await recordOf("2.4.0");
    const forged = record.map((line) => line.replace('"value":42', '"value":43'));
    const refused = (make: () => unknown) => {
      try {
        make();
      } catch (error) {
        return isGateError(error, "RECORD_INVALID");
      }
      return false;
    };
    expect(forged).not.toEqual(record);
    expect(refused(() => recordedHistory([record, forged]))).toBe(true);
    expect(refused(() => recordedWindow([]))).toBe(true);
  });
});
