import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  countAttempt,
  judgeAttempts,
  noAttempts,
  type AttemptResult,
  type Thresholds,
} from "../../../src/gates/health-probe/thresholds.js";

/** Judges after each attempt, and stops at the first answer: `[answer, attempts]`. */
function run(results: readonly AttemptResult[], thresholds: Thresholds) {
  let counts = noAttempts;
  for (const result of results) {
    counts = countAttempt(counts, result);
    const judgement = judgeAttempts(counts, thresholds);
    if (judgement !== undefined) return { judgement, counts };
  }
  return { judgement: undefined, counts };
}

/** Attempts from letters: h healthy, u unhealthy, e errored. */
function spelled(word: string): readonly AttemptResult[] {
  return word.split("").map((letter) => (letter === "h" ? "healthy" : letter === "u" ? "unhealthy" : "errored"));
}

describe("judgeAttempts", () => {
  test.each([
    // successThreshold, failureThreshold, attempts, answer, after how many
    [1, 3, "h", "passed", 1],
    [1, 3, "uuh", "passed", 3],
    [1, 3, "uuu", "failed", 3],
    [1, 1, "u", "failed", 1],
    [3, 3, "hhh", "passed", 3],
    [3, 3, "hhuhhh", "passed", 6],
    [3, 3, "uuhuu", undefined, 5],
    [3, 3, "hhuuhhuu", undefined, 8],
    // The kubelet throws an errored attempt away: the row goes on.
    [3, 3, "hehh", "passed", 4],
    [3, 3, "ueuu", "failed", 4],
    [3, 3, "ueueu", "failed", 5],
    // So many errors in a row are an answer of their own, whatever came before.
    [3, 3, "eee", "errored", 3],
    [3, 3, "hheee", "errored", 5],
    [1, 3, "uueee", "errored", 5],
    [1, 3, "eeueeuee", undefined, 8],
    [1, 2, "eueu", "failed", 4],
  ] as const)("with %i in a row to pass and %i to fail, %s is %s after %i", (success, failure, word, answer, after) => {
    const thresholds = { successThreshold: success, failureThreshold: failure, maxAttempts: 100 };
    const { judgement, counts } = run(spelled(word), thresholds);
    expect(judgement).toBe(answer);
    expect(counts.attempts).toBe(after);
  });

  test("a target that flaps until the last attempt is undecided", () => {
    const thresholds = { successThreshold: 2, failureThreshold: 2, maxAttempts: 6 };
    expect(run(spelled("huhuhu"), thresholds).judgement).toBe("undecided");
    expect(run(spelled("huhuh"), thresholds).judgement).toBeUndefined();
  });

  test("the last attempt may still decide", () => {
    expect(run(spelled("huhh"), { successThreshold: 2, failureThreshold: 2, maxAttempts: 4 }).judgement).toBe("passed");
  });
});

const results = fc.array(fc.constantFrom<AttemptResult>("healthy", "unhealthy", "errored"), { maxLength: 60 });
const thresholds = fc
  .record({ successThreshold: fc.integer({ min: 1, max: 5 }), failureThreshold: fc.integer({ min: 1, max: 5 }) })
  .chain((both) =>
    fc
      .integer({ min: Math.max(both.successThreshold, both.failureThreshold), max: 40 })
      .map((maxAttempts): Thresholds => ({ ...both, maxAttempts })),
  );

/** The length of the row of `result` at the end, other attempts than `breaking` looked through. */
function rowAtEnd(all: readonly AttemptResult[], result: AttemptResult, breaking: readonly AttemptResult[]): number {
  const broken = all.findLastIndex((each) => breaking.includes(each));
  return all.slice(broken + 1).filter((each) => each === result).length;
}

describe("countAttempt", () => {
  test("counts what the definition of its fields says", () => {
    fc.assert(
      fc.property(results, (all) => {
        const counts = all.reduce(countAttempt, noAttempts);
        expect(counts).toEqual({
          attempts: all.length,
          healthy: all.filter((each) => each === "healthy").length,
          unhealthy: all.filter((each) => each === "unhealthy").length,
          errored: all.filter((each) => each === "errored").length,
          successesInRow: rowAtEnd(all, "healthy", ["unhealthy"]),
          failuresInRow: rowAtEnd(all, "unhealthy", ["healthy"]),
          errorsInRow: rowAtEnd(all, "errored", ["healthy", "unhealthy"]),
        });
      }),
    );
  });
});

describe("the thresholds", () => {
  test("nothing but healthy attempts passes, and nothing but unhealthy ones fails", () => {
    fc.assert(
      fc.property(results, thresholds, (all, limits) => {
        const { judgement, counts } = run(all, limits);
        expect(judgement === "passed" && counts.healthy < limits.successThreshold).toBe(false);
        expect(judgement === "failed" && counts.unhealthy < limits.failureThreshold).toBe(false);
      }),
    );
  });

  test("there is an answer after maxAttempts at the latest", () => {
    fc.assert(
      fc.property(results, thresholds, (all, limits) => {
        const { judgement, counts } = run(all, limits);
        expect(counts.attempts).toBeLessThanOrEqual(limits.maxAttempts);
        expect(judgement === undefined && all.length >= limits.maxAttempts).toBe(false);
      }),
    );
  });

  test("fewer errors in a row than would be too many never change pass and fail", () => {
    fc.assert(
      fc.property(results, thresholds, (all, limits) => {
        const unlimited = { ...limits, maxAttempts: Number.MAX_SAFE_INTEGER };
        const { judgement } = run(all, unlimited);
        fc.pre(judgement !== "errored");
        const made = all.filter((each) => each !== "errored");
        expect(run(made, unlimited).judgement).toBe(judgement);
      }),
    );
  });
});
