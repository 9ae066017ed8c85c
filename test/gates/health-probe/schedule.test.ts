import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { longestMs, nextAttemptAt } from "../../../src/gates/health-probe/schedule.js";

const schedule = { initialDelayMs: 0, periodMs: 10_000, timeoutMs: 1_000 };

describe("nextAttemptAt", () => {
  test.each([
    [0, 3, 10_000],
    [10_000, 10_999, 20_000],
    [0, 10_000, 10_000],
    // Longer than a period: what was missed is dropped, and the grid is kept.
    [0, 10_001, 20_000],
    [0, 25_000, 30_000],
  ])("after the attempt of %i ended at %i, the next one is due at %i", (lastAt, now, due) => {
    expect(nextAttemptAt(lastAt, now, schedule)).toBe(due);
  });

  test("attempts keep to the grid, never overlap, and are never put off by a whole period", () => {
    const instants = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(instants, instants, fc.integer({ min: 1, max: 50_000 }), (lastAt, took, periodMs) => {
        const now = lastAt + took;
        const due = nextAttemptAt(lastAt, now, { ...schedule, periodMs });
        expect((due - lastAt) % periodMs).toBe(0);
        expect(due).toBeGreaterThan(lastAt);
        expect(due).toBeGreaterThanOrEqual(now);
        expect(due - Math.max(now, lastAt + 1)).toBeLessThan(periodMs);
      }),
    );
  });
});

describe("longestMs", () => {
  test("is the delay and a period for each attempt", () => {
    expect(longestMs(12, { ...schedule, initialDelayMs: 30_000 })).toBe(150_000);
  });

  test("counts the periods that a long timeout displaces", () => {
    expect(longestMs(3, { ...schedule, timeoutMs: 15_000 })).toBe(60_000);
  });
});
