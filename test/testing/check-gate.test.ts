import { advisory, allOf } from "release-gates";
import { checkGate, virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { custom, gate, release } from "../helpers/gates.js";

describe("checkGate", () => {
  test("returns what the gate found, without waiting for it", async () => {
    expect(await checkGate(gate("slow", "pass", 80_000_000))).toMatchObject({
      gate: "slow",
      status: "passed",
      reason: "was good",
      evidence: { answer: "pass" },
    });
    expect(await checkGate(gate("broken", "error"))).toMatchObject({ status: "errored", decision: "hold" });
  });

  test("takes a release, and a clock of the test's own", async () => {
    const clock = virtualClock("2031-05-01T00:00:00Z");
    const telling = custom("telling", async ({ release: { version }, sleep, pass }) => {
      await sleep("1h");
      return pass(version, null);
    });
    expect(await checkGate(telling, { release, clock })).toMatchObject({
      reason: "2.4.0",
      observedAt: "2031-05-01T01:00:00.000Z",
    });
    expect(clock.now()).toBe(Date.parse("2031-05-01T01:00:00Z"));
  });

  test("checks composites too", async () => {
    expect(await checkGate(allOf("all", [gate("a", "fail"), advisory(gate("b", "pass"))]))).toMatchObject({
      gate: "all",
      status: "failed",
    });
  });
});
