import { allOf, readRecord, startRun } from "release-gates";
import { backtest, recordedHistory, recordedWindow, seriesHistory } from "release-gates/backtest";
import { plotGates } from "release-gates/reports";
import { describe, expect, test } from "vitest";
import { fromFunction } from "../../../src/metrics/index.js";
import { JournalEngine, newWorld, WorkerDied, worldBegins } from "../../engines/restate/journal-engine.js";
import { inTurns } from "../../engines/restate/turn-scheduler.js";
import { timeless } from "../../engines/restate/timeless.js";
import { release } from "../../helpers/gates.js";
import { armsOf, begun, compareErrors, drawn, see } from "./traffic.js";

const margin = { absolute: 0.0025 };
const arms = () => armsOf(drawn(3, 500, () => [0.013, 0.005]));

describe("a comparison on an engine that keys by order", () => {
  test("comes to the same verdict, at whatever point the worker dies", async () => {
    expect(worldBegins).toBe(begun);
    const gate = compareErrors(arms(), { margin, for: "20m" });
    const carry = (world: ReturnType<typeof newWorld>, diesAt?: number) =>
      inTurns(new JournalEngine(world, diesAt), async (host) => startRun(gate, { release, host }).verdict);
    const whole = newWorld(11);
    const { findings } = await carry(whole);
    expect(timeless(findings)).toEqual(timeless([(await see(gate)).finding]));
    for (let diesAt = 0; diesAt < whole.journal.length; diesAt += 7) {
      const world = newWorld(11);
      await expect(carry(world, diesAt)).rejects.toThrow(WorkerDied);
      expect((await carry(world)).findings).toEqual(findings);
    }
  });
});

describe("a backtest of a comparison", () => {
  test("over a recorded run says what the run said, and what another margin would have", async () => {
    const plan = (absolute: number) => allOf("all", [compareErrors(arms(), { margin: { absolute } })]);
    const { lines } = await see(plan(0.0025));
    const over = async (absolute: number) => {
      const { windows } = await backtest(plan(absolute), {
        history: recordedHistory([lines]),
        windows: [recordedWindow(lines)],
      });
      return windows[0];
    };
    const same = await over(0.0025);
    expect(same).toMatchObject({ outcome: "rollback", unknown: [] });
    // The longer watch asks for minutes that the run did not see.
    expect(await over(0.01)).toMatchObject({ outcome: "unknown" });
  });

  test("over series of counts decides, and is drawn with the interval and the margin", async () => {
    const minuteAt = drawn(4, 500, () => [0.02, 0.005]);
    const points = (arm: "canary" | "baseline", index: 0 | 1) =>
      Array.from({ length: 60 }, (_, minute) => ({
        at: begun + (minute + 1) * 60_000,
        value: minuteAt(minute)[arm][index],
      }));
    const untouchable = (name: string) =>
      fromFunction(name, () => {
        throw new Error("was asked");
      });
    const gate = compareErrors(
      {
        canary: { events: untouchable("ce"), total: untouchable("ct") },
        baseline: { events: untouchable("be"), total: untouchable("bt") },
      },
      { margin, minTraffic: 5_000 },
    );
    const history = seriesHistory({
      ce: points("canary", 0),
      ct: points("canary", 1),
      be: points("baseline", 0),
      bt: points("baseline", 1),
    });
    const { windows } = await backtest(gate, { history, windows: [{ release, from: begun }] });
    expect(windows[0]).toMatchObject({ outcome: "rollback", decidedAfterMs: 600_000, unknown: [] });
    const svg = plotGates(readRecord(windows[0]?.record ?? [])).get("errors");
    for (const text of [
      "canary",
      "baseline",
      "error ratio: how much worse",
      "margin 0.25 points",
      "rg-band",
      "rg-limit",
    ]) {
      expect(svg).toContain(text);
    }
  });
});
