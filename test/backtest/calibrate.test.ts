import fc from "fast-check";
import {
  backtest,
  backtestToMarkdown,
  calibrate,
  calibrationToMarkdown,
  seriesHistory,
  type CalibrateOptions,
} from "release-gates/backtest";
import { describe, expect, test } from "vitest";
import { rateAtMost } from "../../src/backtest/rate-bound.js";
import { release } from "../helpers/gates.js";
import { begun, eachMinute, errorsBelow1, times } from "./past.js";

const dayMs = 86_400_000;
/** What the metric rose to on each day; the last two releases were bad. */
const peaks = [0.5, 0.9, 1.6, 0.4, 2.5, 4];
const history = seriesHistory({
  errors: peaks.flatMap((peak, day) =>
    eachMinute([...times(3, 0.1), ...times(7, peak)]).map(({ at, value }) => ({ at: Number(at) + day * dayMs, value })),
  ),
});
const windows = peaks.map((_, day) => ({
  release: { ...release, version: `2.${day}.0` },
  from: begun + day * dayMs,
  label: day < 4 ? ("good" as const) : ("bad" as const),
}));

describe("calibrate", () => {
  const options = { history, windows, candidates: [0.3, 1, 2, 3, 5] };

  test("says of each candidate what it would have done to good and to bad releases", async () => {
    const calibration = await calibrate((below: number) => errorsBelow1("errors", { below }), options);
    expect(
      calibration.rows.map(({ candidate, falseRollbacks, missed, caught }) => [
        candidate,
        falseRollbacks,
        missed,
        caught,
      ]),
    ).toEqual([
      [0.3, 4, 0, 2],
      [1, 1, 0, 2],
      [2, 0, 0, 2],
      [3, 0, 1, 1],
      [5, 0, 2, 0],
    ]);
    expect([calibration.good, calibration.bad, calibration.withoutFalseRollback]).toEqual([4, 2, [2, 3, 5]]);
    expect(calibrationToMarkdown(calibration)).toMatchSnapshot();
  });

  test("recommends nothing that rests on what history does not know", async () => {
    const longer = { ...options, candidates: [10, 14] };
    const make = (samples: number) => errorsBelow1("errors", { below: 9, samples });
    const { rows, withoutFalseRollback } = await calibrate(make, longer);
    expect(
      rows.map(({ result, falseRollbackRateAtMost }) => [result.score.good.unknown, falseRollbackRateAtMost]),
    ).toEqual([
      [0, expect.closeTo(0.527, 3)],
      [4, 1],
    ]);
    expect(withoutFalseRollback).toEqual([10]);
  });

  test("refuses to calibrate without a good release, and without a candidate", async () => {
    const make = (below: number) => errorsBelow1("errors", { below });
    const unlabelled = windows.map(({ release: released, from }) => ({ release: released, from }));
    await expect(calibrate(make, { ...options, windows: unlabelled })).rejects.toThrow(
      'at least one with label: "good"',
    );
    await expect(calibrate(make, { ...options, candidates: [] })).rejects.toThrow("at least one value to try");
    const typo = { ...options, windoes: [] } as CalibrateOptions<number>;
    await expect(calibrate(make, typo)).rejects.toThrow("windoes");
  });
});

describe("rateAtMost", () => {
  test.each([
    // The published upper limits of Clopper and Pearson, one-sided, 95 %.
    [0, 10, 0.2589],
    [1, 10, 0.3942],
    [3, 20, 0.3437],
    [0, 100, 0.0295],
    [10, 10, 1],
    [0, 0, 1],
  ])("after %d of %d is %d", (count, of, limit) => {
    expect(rateAtMost(count, of)).toBeCloseTo(limit, 4);
  });

  test("is close to 3/n after none of n, the rule of three, and never above it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 100_000 }), (of) => {
        const limit = rateAtMost(0, of);
        expect(limit).toBeLessThanOrEqual(3 / of);
        expect(limit).toBeGreaterThan(2.85 / of);
      }),
    );
  });

  test("rises with what was seen, and falls with how much was looked at", () => {
    fc.assert(
      fc.property(fc.nat(50), fc.integer({ min: 52, max: 500 }), (count, of) => {
        expect(rateAtMost(count + 1, of)).toBeGreaterThan(rateAtMost(count, of));
        expect(rateAtMost(count, of + 1)).toBeLessThan(rateAtMost(count, of));
        expect(rateAtMost(count, of)).toBeGreaterThan(count / of);
      }),
    );
  });
});

describe("backtestToMarkdown", () => {
  test("shows the table, what was wrong, what was assumed, and every window", async () => {
    const extra = { release: { ...release, version: "2.9.0" }, from: begun + 20 * dayMs };
    const result = await backtest(errorsBelow1(), { history, windows: [...windows, extra] });
    expect(backtestToMarkdown(result)).toMatchSnapshot();
  });

  test("shows what people wrote, and does nothing else with it", async () => {
    const rude = { name: "<b>|@ada", version: "[x](http://evil)", environment: "a\nb" };
    const gate = errorsBelow1("| errors");
    const result = await backtest(gate, {
      history,
      windows: [{ release: rude, from: begun }],
      assume: { "| errors": "passed" },
    });
    const text = backtestToMarkdown(result);
    for (const forbidden of ["<b>", "](http://", "@ada"]) expect(text).not.toContain(forbidden);
    expect(text).toContain("**Assumed, not checked:** \\| errors passed");
  });
});
