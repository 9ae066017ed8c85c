import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CountWindow } from "../../src/statistics/count-bets.js";
import { countTest } from "../../src/statistics/count-test.js";
import { forecast } from "../../src/statistics/forecast.js";
import { propertyRuns } from "../helpers/runs.js";
import { countConfig, countWindow, errorRate } from "./windows.js";

const rates = { alpha: 0.05, beta: 0.05 };

function forecastOf(absolute: number, window: Partial<CountWindow>) {
  const compare = countTest({ margin: { absolute } });
  const seen = { canaryEvents: 0, canaryTotal: 1_000, baselineEvents: 0, baselineTotal: 1_000, ...window };
  return forecast(compare, compare.add(compare.empty, seen), rates);
}

describe("forecast", () => {
  test("what is decided needs no more than was seen", () => {
    expect(forecastOf(0, { canaryEvents: 50, baselineEvents: 5 })).toEqual({ factor: 1, side: "harm" });
    expect(forecastOf(0.1, { canaryEvents: 5, baselineEvents: 5 })).toEqual({ factor: 1, side: "safety" });
  });

  test("says how much more is needed, and for which side", () => {
    expect(forecastOf(0, { canaryEvents: 10, baselineEvents: 5 })).toMatchObject({ side: "harm" });
    expect(forecastOf(0.005, { canaryEvents: 5, baselineEvents: 5 })).toMatchObject({ side: "safety" });
  });

  test("looks as far as a thousand times what was seen, and no farther", () => {
    const slight = forecastOf(0, { canaryEvents: 11, baselineEvents: 10 });
    expect(slight?.side).toBe("harm");
    expect(slight?.factor).toBeGreaterThan(100);
    expect(forecastOf(0, { canaryEvents: 10.01, baselineEvents: 10 })).toBeNull();
  });

  test("is null where nothing was seen, or it would never be decided", () => {
    expect(forecast(countTest(), countTest().empty, rates)).toBeNull();
    expect(forecastOf(0, { canaryEvents: 5, baselineEvents: 5 })).toBeNull();
  });

  test("with that many times as much it is decided, and with a percent less it is not", () => {
    fc.assert(
      fc.property(countConfig, countWindow, errorRate, errorRate, (config, window, alpha, beta) => {
        const compare = countTest(config);
        const state = compare.add(compare.empty, window);
        const found = forecast(compare, state, { alpha, beta });
        fc.pre(found !== null && found.factor > 1);
        const isDecided = (factor: number) => {
          const { logHarm, logSafety } = compare.read(compare.scale(state, factor));
          return logHarm >= Math.log(1 / alpha) || logSafety >= Math.log(1 / beta);
        };
        expect(isDecided(found.factor)).toBe(true);
        expect(isDecided(found.factor * 0.99)).toBe(false);
      }),
      propertyRuns(150),
    );
  });
});
