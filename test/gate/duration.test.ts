import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatMs, isDuration, toMs } from "../../src/gate/duration.js";
import { gate } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";
import { refusalOf } from "../helpers/refusal.js";

describe("toMs", () => {
  test.each([
    [0, 0],
    [1.5, 1.5],
    ["850ms", 850],
    ["30s", 30_000],
    ["5m", 300_000],
    ["1.5h", 5_400_000],
    ["14d", 1_209_600_000],
    ["2w", 1_209_600_000],
    ["1y", 31_536_000_000],
    ["100y", 3_153_600_000_000],
    ["0s", 0],
  ] as const)("reads %s", (duration, ms) => {
    expect(toMs(duration)).toBe(ms);
    expect(isDuration(duration)).toBe(true);
  });

  test.each<[unknown, string]>([
    ["-1s", '"-1s"'],
    ["1", '"1"'],
    ["1 h", '"1 h"'],
    ["1.h", '"1.h"'],
    [".5h", '".5h"'],
    ["1e3s", '"1e3s"'],
    ["1mo", '"1mo"'],
    ["1S", '"1S"'],
    ["", '""'],
    ["1s2m", '"1s2m"'],
    [-1, "-1"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Infinity"],
    [null, "null"],
    [undefined, "undefined"],
    [{}, "[object Object]"],
    [10n, "10"],
    ["10001y", '"10001y"'],
    [`${"9".repeat(310)}y`, `"${"9".repeat(310)}y"`],
    [1e300, "1e+300"],
  ])("refuses %s", (duration, got) => {
    expect(isDuration(duration)).toBe(false);
    expect(refusalOf(() => toMs(duration as never))).toBe(
      `DURATION_INVALID: Expected a duration such as "30s", "5m" or a number of milliseconds ≥ 0, got ${got}.`,
    );
  });

  test("reads every number of every unit, and nothing else is finite", () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.constantFrom("ms", "s", "m", "h", "d", "w", "y"), (count, unit) => {
        const ms = toMs(`${count}${unit}`);
        expect(Number.isFinite(ms) && ms >= count).toBe(true);
      }),
    );
  });
});

describe("the longest duration", () => {
  test("may be the deadline of a run, the timeout of a gate, and a sleep", async () => {
    const { decision, events } = await judge(gate("quick", "pass", 5, { timeout: "10000y", freshFor: "10000y" }), {
      deadline: "10000y",
    });
    expect([decision, events[0]]).toMatchObject([
      "promote",
      { deadlineAt: expect.stringMatching(/^\+0120/) as string },
    ]);
  });
});

describe("formatMs", () => {
  test.each([
    [0, "0 ms"],
    [0.4, "0 ms"],
    [850, "850 ms"],
    [999, "999 ms"],
    [999.6, "1 s"],
    [1_000, "1 s"],
    [1_500, "1.5 s"],
    [59_940, "59.9 s"],
    [59_999, "1 min"],
    [60_000, "1 min"],
    [90_000, "1 min 30 s"],
    [3_600_000, "1 h"],
    [3_605_000, "1 h"],
    [9_000_000, "2 h 30 min"],
    [86_400_000, "1 d"],
    [273_600_000, "3 d 4 h"],
    [31_536_000_000, "365 d"],
  ])("writes %s as %s", (ms, words) => {
    expect(formatMs(ms)).toBe(words);
  });
});
