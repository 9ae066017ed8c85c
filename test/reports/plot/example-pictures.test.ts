import { plotGate } from "release-gates/reports";
import { describe, expect, test } from "vitest";
import { comparing, errorRatio, eventsOf } from "./measured-runs.js";

describe("the pictures in the documents", () => {
  test("are what is drawn: of a threshold", async () => {
    const samples = [0.002, 0.004, 0.003, null, new Error("connection refused"), 0.006, 0.012, 0.009, 0.018, 0.024];
    const events = await eventsOf(errorRatio(samples, { tolerate: { errors: 3 } }));
    await expect(plotGate(events, "errors")).toMatchFileSnapshot("../../../docs/pictures/threshold.svg");
  });

  test("are what is drawn: of a comparison", async () => {
    const windows = [4.9, 5.6, 4.2, 6.1, null, 7.4, 9.8, 12.1, 14.9, 15.8, 17.2, 18.9].map(
      (perMille, index) =>
        [perMille === null ? null : perMille / 1_000, (45 + ((index * 7) % 11)) / 10_000, 0.03 / (index + 2)] as const,
    );
    const events = await eventsOf(comparing(windows));
    await expect(plotGate(events, "canary")).toMatchFileSnapshot("../../../docs/pictures/comparison.svg");
  });
});
