import { describe, expect, test } from "vitest";
import { callOf, freshForOf } from "../../src/gate/spoken-evidence.js";
import type { Finding } from "release-gates";

const found = (evidence: Finding["evidence"]): Finding => ({
  gate: "a",
  kind: "x",
  status: "passed",
  decision: "promote",
  reason: "well",
  ...(evidence === undefined ? {} : { evidence }),
  observedAt: "2030-01-01T00:00:00.000Z",
  attempt: 1,
});

describe("evidence that the run reads", () => {
  test.each<[Finding["evidence"], number | undefined, number | undefined]>([
    [{ freshUntil: "2030-01-01T00:00:01.000Z" }, undefined, 1_000],
    [{ freshUntil: "2030-01-01T00:00:01.000Z" }, 500, 500],
    [{ freshUntil: "2030-01-01T00:00:01.000Z" }, 5_000, 1_000],
    [{ freshUntil: "2029-01-01T00:00:01.000Z" }, undefined, 0],
    [{ freshUntil: "soon" }, 500, 500],
    [{ freshUntil: 7 }, undefined, undefined],
    [["freshUntil"], undefined, undefined],
    [undefined, 500, 500],
  ])("%j, and %j by the gate's options, is fresh for %j ms", (evidence, own, ms) => {
    expect(freshForOf(found(evidence), own)).toBe(ms);
  });

  test("says whom to call with a list of texts, and nothing else", () => {
    expect(callOf({ call: ["ada", 7, "bob"] })).toEqual(["ada", "bob"]);
    for (const other of [{ call: "ada" }, ["call"], null, undefined, {}]) expect(callOf(other)).toEqual([]);
  });
});
