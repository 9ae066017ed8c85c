import { describe as describeGate, metricComparison, startRun, type MetricReading, type Sample } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { release } from "../../helpers/gates.js";
import { armsOf, begun, compareErrors, counting, drawn, see, seeAgain, type Minute } from "./traffic.js";

const margin = { absolute: 0.0025 };
const steady = (canary: readonly [number, number], baseline: readonly [number, number]) =>
  armsOf((): Minute => ({ canary, baseline }));
const samples = (values: readonly number[]): MetricReading => ({ kind: "samples", values });

describe("metricComparison", () => {
  test("fails as soon as harm is shown, and says observed, expected, window and source", async () => {
    const { finding, evidence, minutes } = await see(compareErrors(steady([10, 500], [2, 500]), { margin }));
    expect(finding).toMatchObject({ status: "failed", decision: "rollback" });
    expect(finding.reason).toBe(
      "error ratio 2 %, baseline 0.4 %, over 2 min: worse by at least 0.315 points, expected at most 0.25 points more " +
        "than the baseline (canary errors, canary requests, baseline errors, baseline requests; 1,000 and 1,000 requests)",
    );
    expect(minutes).toBe(2);
    expect(evidence).toMatchObject({
      canary: { requests: 1_000, estimate: 0.02 },
      baseline: { requests: 1_000, estimate: 0.004 },
      margin: { relative: 1, absolute: 0.0025 },
      harm: { bound: 20 },
      planned: 60,
      taken: 2,
      compared: 2,
      faults: {},
      faultyWindows: [],
    });
    expect(evidence.harm.value).toBeGreaterThanOrEqual(20);
    expect(evidence.interval[0]).toBeGreaterThan(margin.absolute);
    expect(evidence).not.toHaveProperty("forecast");
  });

  test("passes as soon as it is shown that the canary is within the margin", async () => {
    const { finding, evidence, minutes } = await see(compareErrors(steady([3, 500], [3, 500]), { margin }));
    expect(finding).toMatchObject({ status: "passed", decision: "promote" });
    expect(finding.reason).toContain("error ratio 0.6 %, baseline 0.6 %, over 32 min: worse by at most 0.248 points");
    expect(minutes).toBe(32);
    expect(evidence.safety.value).toBeGreaterThanOrEqual(20);
    expect(evidence.interval[1]).toBeLessThan(margin.absolute);
  });

  test("says of a canary that is better how much better it is at least", async () => {
    const { finding } = await see(compareErrors(steady([1, 500], [60, 500]), { margin }));
    expect(finding.status).toBe("passed");
    expect(finding.reason).toMatch(
      /^error ratio 0.2 %, baseline 12 %, over 1 min: better by at least \d.* points, expected/,
    );
  });

  test("holds what it cannot tell, and says how much more it needs", async () => {
    const { finding, evidence, minutes } = await see(compareErrors(steady([3, 500], [3, 500]), { margin, for: "20m" }));
    expect(finding).toMatchObject({ status: "inconclusive", decision: "hold" });
    expect(finding.reason).toContain("error ratio 0.6 %, baseline 0.6 %, over 20 min: undecided, worse by between");
    expect(finding.reason).toMatch(/: needs about 1\d,000 more requests, about 1\d min( \d+ s)? at this traffic$/);
    expect(evidence.forecast).toMatchObject({ side: "safety" });
    expect(minutes).toBe(20);
  });

  test("says that without a margin nothing good is ever shown", async () => {
    const { finding } = await see(compareErrors(steady([3, 500], [3, 500])));
    expect(finding.status).toBe("inconclusive");
    expect(finding.reason).toContain("expected no more than the baseline");
    expect(finding.reason).toContain("without a margin, a canary that is just as good is never shown to be");
  });

  test("compares what is slow, counted as such or by what is not", async () => {
    const arms = steady([40, 500], [5, 500]);
    const slow = (arm: "canary" | "baseline") => ({ slow: arms[arm].events, total: arms[arm].total });
    const within = (arm: "canary" | "baseline", good: number) => ({
      within: counting(`${arm} fast`, ({ from, to }) => good * (to - from)),
      total: arms[arm].total,
    });
    const common = { kind: "latency", metric: "share over 300 ms", for: "1h", margin: { relative: 2 } } as const;
    const one = await see(
      metricComparison("latency", { ...common, canary: slow("canary"), baseline: slow("baseline") }),
    );
    const other = await see(
      metricComparison("latency", { ...common, canary: within("canary", 460), baseline: within("baseline", 495) }),
    );
    expect(one.finding).toMatchObject({ status: "failed", decision: "rollback" });
    expect(one.finding.reason).toContain(
      "share over 300 ms 8 %, baseline 1 %, over 1 min: above 2 times the baseline by",
    );
    expect(one.finding.reason).toContain("expected at most 2 times the baseline");
    expect({ ...other.evidence, sources: [] }).toEqual({ ...one.evidence, sources: [] });
  });

  const noise = [0, 3, -2, 1, -3, 2, -1, 2, -2, 0];
  const meanAt = (base: number) => (window: { readonly from: number }) =>
    base + (noise[Math.floor(window.from * (base === 100 ? 7 : 3)) % noise.length] ?? 0);
  test("compares means, of gauges, of sums and counts, and of samples alike", async () => {
    const common = { kind: "mean", metric: "mean latency", unit: "ms", for: "1h", margin: { absolute: 5 } } as const;
    const seen = async (canary: number) => {
      const [of, against] = [meanAt(canary), meanAt(100)];
      const gate = [
        metricComparison("a", {
          ...common,
          canary: { mean: counting("c", of) },
          baseline: { mean: counting("b", against) },
        }),
        metricComparison("a", {
          ...common,
          canary: { sum: counting("cs", (window) => 50 * of(window)), total: counting("cn", () => 50) },
          baseline: { sum: counting("bs", (window) => 70 * against(window)), total: counting("bn", () => 70) },
        }),
        metricComparison("a", {
          ...common,
          canary: { samples: counting("c", (window) => samples([of(window) - 1, of(window) + 1])) },
          baseline: { samples: counting("b", (window) => samples([against(window)])) },
        }),
      ];
      return Promise.all(gate.map(async (one) => (await see(one)).finding));
    };
    for (const finding of await seen(120)) {
      expect(finding).toMatchObject({
        status: "failed",
        reason: expect.stringMatching(/worse by at least \d.* ms, expected at most 5 ms more/),
      });
    }
    for (const finding of await seen(99)) expect(finding.status).toBe("passed");
  });

  test("compares a quantile of samples, and stops where there are more than it may keep", async () => {
    const values = (slow: number, size: number) => (window: { readonly from: number }) =>
      samples(Array.from({ length: size }, (_, index) => 100 + ((index * 37 + window.from * 11) % 50) * slow));
    const quantileOf = (slow: number, size = 100) =>
      metricComparison("p90", {
        kind: "quantile",
        quantile: 0.9,
        metric: "p90",
        unit: "ms",
        margin: { absolute: 20 },
        for: "1h",
        canary: { samples: counting("canary", values(slow, size)) },
        baseline: { samples: counting("baseline", values(1, size)) },
      });
    expect((await see(quantileOf(4))).finding.status).toBe("failed");
    expect((await see(quantileOf(1))).finding.status).toBe("passed");
    const { finding, evidence } = await see(quantileOf(1.44, 2_000));
    expect(finding.status).toBe("inconclusive");
    expect(finding.reason).toContain("The canary has 6000 samples, and at most 5000 are kept");
    expect(evidence.taken).toBe(3);
  });

  test("compares what must not fall", async () => {
    const fields = { direction: "lowerIsWorse", margin: { absolute: 0.02 }, metric: "conversion" } as const;
    const worse = await see(compareErrors(steady([250, 500], [350, 500]), fields));
    expect(worse.finding.status).toBe("failed");
    expect(worse.finding.reason).toContain("conversion 50 %, baseline 70 %, over 1 min: worse by at least");
    expect(worse.finding.reason).toContain("expected at most 2 points less than the baseline");
    expect((await see(compareErrors(steady([400, 500], [350, 500]), fields))).finding.status).toBe("passed");
    const lower = (canary: number) =>
      metricComparison("throughput", {
        kind: "mean",
        direction: "lowerIsWorse",
        margin: { relative: 1.25 },
        for: "1h",
        canary: { mean: counting("c", meanAt(canary)) },
        baseline: { mean: counting("b", meanAt(100)) },
      });
    expect((await see(lower(70))).finding).toMatchObject({
      status: "failed",
      reason: expect.stringContaining("expected at least 1/1.25 of the baseline"),
    });
    expect((await see(lower(90))).finding.status).toBe("passed");
  });

  test("decides nothing before there was enough traffic", async () => {
    const { finding, minutes } = await see(compareErrors(steady([100, 500], [1, 500]), { margin, minTraffic: 2_400 }));
    expect(finding.status).toBe("failed");
    expect(minutes).toBe(5);
    const few = await see(compareErrors(steady([100, 500], [1, 500]), { margin, minTraffic: 2_400, for: "4m" }));
    expect(few.finding.status).toBe("inconclusive");
    expect(few.finding.reason).toContain("needs about 800 more requests, about 48 s at this traffic");
  });

  test("waits for the warm-up, and asks for windows that touch", async () => {
    const asked: string[] = [];
    const arms = steady([3, 500], [3, 500]);
    const told = {
      ...arms.canary,
      events: counting("canary errors", ({ from, to }) => (asked.push(`${from}-${to}`), 0)),
    };
    const { evidence } = await see(
      compareErrors({ ...arms, canary: told }, { warmup: "2m", every: "1m", for: "200s" }),
    );
    expect(asked).toEqual(["2-3", "3-4", "4-5"]);
    expect(evidence).toMatchObject({ from: "2030-01-01T00:02:00.000Z", until: "2030-01-01T00:05:00.000Z", planned: 3 });
  });

  test("asks for a window some time after its end, for what was until then", async () => {
    const asked: string[] = [];
    const arms = steady([10, 500], [2, 500]);
    const told = counting("canary errors", ({ from, to }) => (asked.push(`${from}-${to}`), 10));
    const canary = { ...arms.canary, events: told };
    const { minutes, evidence } = await see(compareErrors({ ...arms, canary }, { margin, lag: "30s" }));
    expect(asked).toEqual(["0-1", "1-2"]);
    expect(minutes).toBe(2.5);
    expect(evidence).toMatchObject({ until: "2030-01-01T00:02:00.000Z", compared: 2, canary: { requests: 1_000 } });
  });

  test("measures each arm and how much worse the canary is", async () => {
    const clock = virtualClock(begun);
    const run = startRun(compareErrors(steady([10, 500], [2, 500]), { margin }), { release, clock });
    await clock.settle(run.verdict);
    const measured = run.record().flatMap((line) => {
      const event = JSON.parse(line) as { type: string; sample?: Sample };
      return event.type === "gate:measured" && event.sample ? [event.sample] : [];
    });
    expect(measured.map(({ series, value, status }) => [series, value, status])).toEqual([
      ["canary", 0.02, "good"],
      ["baseline", 0.004, "good"],
      ["difference", 0.016, "unknown"],
      ["canary", 0.02, "good"],
      ["baseline", 0.004, "good"],
      ["difference", 0.016, "bad"],
    ]);
    expect(measured[5]).toMatchObject({
      name: "error ratio: how much worse",
      unit: "ratio",
      limits: [0.0025],
      bound: "margin 0.25 points",
      interval: [expect.closeTo(0.003_15, 5), expect.closeTo(0.032, 5)],
    });
  });

  test("is described without secrets, and with all that decides", () => {
    const { canary, baseline } = steady([1, 2], [1, 2]);
    const events = {
      ...canary.events,
      description: { url: "https://u:secret@metrics/x?key=secret", apiKey: "secret" },
    };
    const text = JSON.stringify(describeGate(compareErrors({ canary: { ...canary, events }, baseline }, { margin })));
    expect(text).not.toContain("secret");
    expect(JSON.parse(text)).toMatchObject({
      kind: "metric-comparison",
      onFail: "rollback",
      timeoutMs: 3_720_000,
      config: {
        kind: "proportion",
        alpha: 0.05,
        beta: 0.05,
        sharedBy: 1,
        margin,
        canary: { total: { name: "canary requests" } },
      },
    });
  });
});

describe("the split of the traffic", () => {
  const split = (canary: number, baseline: number, declared: number) =>
    see(
      compareErrors(steady([Math.ceil(canary / 100), canary], [Math.ceil(baseline / 100), baseline]), {
        margin: { absolute: 0.02 },
        split: declared,
      }),
    );

  test("that is as declared changes nothing", async () => {
    const { finding, evidence } = await split(50, 950, 0.05);
    expect(evidence.split).toEqual({ declared: 0.05, observed: 0.05 });
    expect(finding.status).toBe("passed");
  });

  test("that has drifted is no verdict on the canary, however bad or good that is", async () => {
    for (const errors of [0, 60]) {
      const { finding, evidence } = await see(
        compareErrors(steady([errors, 100], [9, 900]), { split: 0.05, minTraffic: 2_000, margin }),
      );
      expect(finding).toMatchObject({ status: "inconclusive", decision: "hold" });
      expect(finding.reason).toContain("the canary has 10 % of the requests, declared are 5 %");
      expect(evidence.split).toEqual({ declared: 0.05, observed: 0.1 });
    }
  });

  test("that is the other way round means that the arms are swapped", async () => {
    const { finding, evidence } = await see(
      compareErrors(steady([95, 950], [0, 50]), { split: 0.05, margin, for: "20m" }),
    );
    expect(finding).toMatchObject({ status: "inconclusive", decision: "hold" });
    expect(evidence.faults).toEqual({ swapped: 20 });
    expect(finding.reason).toContain("20 of 20 windows without a comparison: 20 swapped");
  });
});

describe("a replay of metricComparison", () => {
  const arms = () => armsOf(drawn(5, 500, () => [0.02, 0.005]));
  const untouchable = () => {
    const { canary, baseline } = steady([0, 1], [0, 1]);
    const fail = (source: typeof canary.events) => ({ ...source, read: () => Promise.reject(new Error("was asked")) });
    return {
      canary: { events: fail(canary.events), total: fail(canary.total) },
      baseline: { events: fail(baseline.events), total: fail(baseline.total) },
    };
  };

  test("gives the same verdict, without asking anybody", async () => {
    const { lines, finding } = await see(compareErrors(arms(), { margin }));
    expect(await seeAgain(lines, compareErrors(untouchable(), { margin }))).toEqual({ finding, unknown: [] });
  });

  test("says what another margin would have said, from the same windows", async () => {
    const { lines } = await see(compareErrors(arms(), { margin }));
    const { finding } = await seeAgain(lines, compareErrors(untouchable(), { margin: { absolute: 0 } }));
    expect(finding.status).toBe("failed");
  });

  test("takes no window of another length", async () => {
    const { lines } = await see(compareErrors(arms(), { margin }));
    const { finding, unknown } = await seeAgain(lines, compareErrors(untouchable(), { margin, every: "2m" }));
    expect(finding).toMatchObject({ decision: "hold" });
    expect(unknown[0]?.asked).toBe("canary.events@0s-120s");
  });
});
