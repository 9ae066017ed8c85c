import { describe, expect, test } from "vitest";
import { betterOf, decisions, rank, worseOf } from "../../src/decision/decision.js";

describe("rank", () => {
  test("promote is better than hold, and hold better than rollback", () => {
    expect(decisions.map(rank)).toEqual([0, 1, 2]);
    expect(decisions).toEqual(["promote", "hold", "rollback"]);
  });
});

describe.each([
  ["promote", "promote"],
  ["promote", "hold"],
  ["promote", "rollback"],
  ["hold", "hold"],
  ["hold", "rollback"],
  ["rollback", "rollback"],
] as const)("of %s and %s", (better, worse) => {
  test("betterOf and worseOf say which, in either order", () => {
    expect([betterOf(better, worse), betterOf(worse, better)]).toEqual([better, better]);
    expect([worseOf(better, worse), worseOf(worse, better)]).toEqual([worse, worse]);
  });
});
