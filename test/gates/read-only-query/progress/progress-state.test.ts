import fc from "fast-check";
import type { ProgressBounds } from "release-gates";
import { describe, expect, test } from "vitest";
import { estimateEnd, estimateText } from "../../../../src/gates/read-only-query/progress/estimate.js";
import {
  addReading,
  judgeProgress,
  noReadings,
  type ProgressState,
  type ReadingResult,
} from "../../../../src/gates/read-only-query/progress/progress-state.js";

const minute = 60_000;
const bounds: ProgressBounds = { until: { atLeast: 1_000 }, every: "1m", for: "8h", stalledFor: "15m" };
const falling: ProgressBounds = { ...bounds, until: { atMost: 0 } };

type Given = number | string | null | Error;

/** What is known after one reading a minute. */
function after(given: readonly Given[], how = bounds): ProgressState {
  return given
    .map((value, index): ReadingResult => {
      const at = index * minute;
      if (value instanceof Error) return { at, error: value };
      return value === null ? { at, nothing: "NULL" } : { at, value };
    })
    .reduce((state, reading) => addReading(how, state, reading), noReadings(0));
}

const judge = (given: readonly Given[], how = bounds, isOver = false) => judgeProgress(how, after(given, how), isOver);
const times = <Value>(count: number, value: Value) => Array.from({ length: count }, () => value);
const lost = new Error("lost");

describe("judgeProgress", () => {
  test.each([
    ["is done at its target", [999, 1_000], bounds, "done"],
    ["is done beyond its target", [999, 1_001], bounds, "done"],
    ["is done the first time it is asked", [1_000], bounds, "done"],
    ["is not done just below it, to any digit", ["999.99999999999999999999"], bounds, undefined],
    ["is done where nothing remains", [3, 0], falling, "done"],
    ["is not done where a little remains", ["0.00000000000000000001"], falling, undefined],
    ["goes on", [1, 2], bounds, undefined],
    [
      "goes on by less than a float can tell",
      ["9007199254740992", "9007199254740993"],
      { ...bounds, until: { atLeast: "9007199254740994" } },
      undefined,
    ],
    ["went back", [5, 4], bounds, "backwards"],
    [
      "went back by less than a float can tell",
      ["9007199254740993", "9007199254740992"],
      { ...bounds, until: { atLeast: "9007199254740994" } },
      "backwards",
    ],
    ["went back where more remains", [5, 6], falling, "backwards"],
    ["went back across an error", [5, lost, 4], bounds, "backwards"],
    ["may go back where that is said", [5, 6, 4], { ...falling, mayGoBack: true }, undefined],
  ] as const)("%s", (_, given, how, outcome) => {
    expect(judge(given, how)).toBe(outcome);
  });

  test("has stalled when it stood still for as long as it may, and not a reading sooner", () => {
    expect(judge([1, ...times(15, 2)])).toBe(undefined);
    expect(judge([1, ...times(16, 2)])).toBe("stalled");
    expect(judge([...times(15, 2), 3, ...times(14, 3)])).toBe(undefined);
  });

  test("the same number in other digits is no progress", () => {
    expect(judge(Array.from({ length: 16 }, (_, index) => `2.${"0".repeat(index + 1)}`))).toBe("stalled");
  });

  test("errors and NULL are no stall, though the time of both passes", () => {
    expect(judge([1, ...times(14, lost)])).toBe(undefined);
    expect(judge([1, ...times(14, lost), 2])).toBe(undefined);
    expect(judge([1, ...times(14, null), 2])).toBe(undefined);
  });

  test("what is the same before and after errors did not move in between", () => {
    expect(judge([2, ...times(14, lost), 2])).toBe("stalled");
  });

  test("is unreadable, or without a value, after as long as a stall may take", () => {
    expect(judge(times(15, lost))).toBe(undefined);
    expect(judge(times(16, lost))).toBe("unreadable");
    expect(judge([1, ...times(15, lost)])).toBe("unreadable");
    expect(judge(times(16, null))).toBe("no value");
    expect(judge([1, ...times(15, null)])).toBe("no value");
  });

  test("is not done when its time is over, and unreadable where nothing was ever read", () => {
    expect(judge([1, 2], bounds, true)).toBe("not done");
    expect(judge([1, lost], bounds, true)).toBe("not done");
    expect(judge([lost], bounds, true)).toBe("unreadable");
    expect(judge([null], bounds, true)).toBe("no value");
    expect(judge([1, 1_000], bounds, true)).toBe("done");
  });

  test("where it may go back, only a new best is progress", () => {
    const how = { ...falling, mayGoBack: true };
    expect(judge([5, ...times(8, [7, 6]).flat().slice(0, 15)], how)).toBe("stalled");
    expect(judge([5, ...times(7, [7, 6]).flat(), 4], how)).toBe(undefined);
  });

  test("never is stalled while each reading is better, whatever fails in between; what rises is judged as what falls", () => {
    const steps = fc.array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(lost), fc.constant(null)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (given) => {
        let value = 0;
        const rising = given.map((step) => (typeof step === "number" ? (value += step) : step));
        const mirrored = rising.map((step) => (typeof step === "number" ? 1_000 - step : step));
        const outcome = judge(rising);
        expect(judge(mirrored, falling)).toBe(outcome);
        if (!rising.some((_, index) => rising.slice(index, index + 14).every((step) => typeof step !== "number"))) {
          expect(outcome).toBe(undefined);
        }
      }),
    );
  });
});

describe("estimateEnd", () => {
  test("tells the end by the speed of late", () => {
    expect(estimateEnd(bounds, after([100, 200, 300]))).toEqual({ perMinute: 100, leftMs: 7 * minute });
    expect(estimateEnd(falling, after(["30", "20.5", "11"], falling))).toEqual({ perMinute: 9.5, leftMs: 69_474 });
    const slower = after([
      ...times(30, 0).map((_, index) => index * 20),
      ...times(20, 0).map((_, index) => 600 + index),
    ]);
    expect(estimateEnd(bounds, slower)?.perMinute).toBe(1);
  });

  test("tells none without two readings, without progress, and beyond ten years", () => {
    expect(estimateEnd(bounds, after([]))).toBe(undefined);
    expect(estimateEnd(bounds, after([1]))).toBe(undefined);
    expect(estimateEnd(bounds, after([1, 1]))).toBe(undefined);
    expect(estimateEnd({ ...falling, mayGoBack: true }, after([1, 2], { ...falling, mayGoBack: true }))).toBe(
      undefined,
    );
    expect(estimateEnd({ ...bounds, until: { atLeast: "1e30" } }, after([1, 2]))).toBe(undefined);
  });

  test("keeps no more readings than its window needs", () => {
    expect(after(times(500, 0).map((_, index) => index)).recent.length).toBeLessThan(20);
  });

  test.each([
    [{ perMinute: 1_200, leftMs: 200 * minute }, "rows", "about 3 h 20 min left at 1,200 rows/min"],
    [{ perMinute: 1, leftMs: minute }, undefined, "about 1 min left at 1/min"],
    [{ perMinute: 0.5, leftMs: minute }, "rows", "about 1 min left at 30 rows/h"],
    [{ perMinute: 0.001, leftMs: minute }, "rows", "about 1 min left at 1.44 rows/day"],
    [{ perMinute: 0.05, leftMs: minute }, "ratio", "about 1 min left at 5 %/min"],
    [{ perMinute: 123_456.7, leftMs: minute }, "rows", "about 1 min left at 123,000 rows/min"],
  ])("says %j of %s", (estimate, unit, words) => {
    expect(estimateText(estimate, unit)).toBe(words);
  });
});
