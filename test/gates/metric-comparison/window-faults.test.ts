import {
  startRun,
  type Clock,
  type JsonObject,
  type MetricComparisonEvidence,
  type MetricReading,
  type MetricSource,
} from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { fromFunction } from "../../../src/metrics/index.js";
import { metricComparison } from "../../../src/gates/metric-comparison/metric-comparison.js";
import { release } from "../../helpers/gates.js";
import { armsOf, begun, compareErrors, counting, see, type Minute, type Says } from "./traffic.js";

const margin = { absolute: 0.0025 };
const terrible: Minute = { canary: [400, 500], baseline: [0, 500] };
const perfect: Minute = { canary: [0, 500], baseline: [0, 500] };
const throwing: Says = () => {
  throw new Error("connection refused");
};

/** What one source says in place of what is so, and what that is called. */
const faults: readonly [name: string, cause: string, says: Says][] = [
  ["an error", "error", throwing],
  ["no data", "no-data", () => null],
  ["NaN", "nan", () => Number.NaN],
  ["+Inf", "nan", () => Number.POSITIVE_INFINITY],
  ["-Inf", "nan", () => Number.NEGATIVE_INFINITY],
  ["a negative number", "impossible", () => -1],
  ["more events than requests", "impossible", () => 1e9],
  ["a window that begins before", "overlap", ({ from, to }) => over(from - 4, to)],
  ["a window that ends after", "overlap", ({ from, to }) => over(from, to + 1)],
  ["a window that is over since long", "overlap", ({ from }) => over(from - 60, from - 59)],
  ["a part of the window", "stale", ({ from, to }) => over(from + 0.5, to)],
  ["a window that has not been counted to its end", "stale", ({ from, to }) => over(from, to - 0.25)],
  ["a reading of samples", "error", () => ({ kind: "samples", values: [1] })],
];

function over(from: number, to: number): MetricReading {
  const at = (minute: number) => begun + minute * 60_000;
  return { kind: "value", value: 0, window: { from: at(from), to: at(to) } };
}

const places = ["canary.events", "canary.total", "baseline.events", "baseline.total"] as const;

/** The arms, where one source says something else in some minutes. */
function armsWith(minute: Minute, place: (typeof places)[number], says: Says, isFaulty: (to: number) => boolean) {
  const arms = armsOf(() => minute);
  const [arm, role] = place.split(".") as ["canary" | "baseline", "events" | "total"];
  const good = arms[arm][role];
  const bad = counting(good.name, says);
  const read: MetricSource["read"] = (request) => (isFaulty((request.at - begun) / 60_000) ? bad : good).read(request);
  return { ...arms, [arm]: { ...arms[arm], [role]: { ...good, read } } };
}

describe.each(faults)("%s", (name, cause, says) => {
  const where = name === "more events than requests" ? places.filter((place) => place.endsWith("events")) : places;

  test.each(where)("of %s never fails a release, and never passes one", async (place) => {
    for (const minute of [terrible, perfect]) {
      const { finding, evidence } = await see(
        compareErrors(
          armsWith(minute, place, says, () => true),
          { margin, for: "12m" },
        ),
      );
      expect(finding.decision).toBe("hold");
      if (cause === "error") {
        expect(finding.status).toBe("errored");
        expect(finding.reason).toContain("could not be compared: 12 of 12 windows without a comparison: 12 error");
        continue;
      }
      expect(finding.status).toBe("inconclusive");
      expect(evidence).toMatchObject({
        compared: 0,
        faults: { [cause]: 12 },
        difference: null,
        interval: [null, null],
      });
      expect(evidence.faultyWindows.at(-1)?.detail).toContain(place.split(".")[0]);
      expect(finding.reason).toContain(`12 of 12 windows without a comparison: 12 ${cause.replace("-", " ")}`);
    }
  });

  test("now and then hides no harm", async () => {
    const arms = armsWith(terrible, "canary.events", says, (to) => to <= 3);
    const { finding, minutes } = await see(compareErrors(arms, { margin }));
    expect(finding).toMatchObject({ status: "failed", decision: "rollback" });
    expect(minutes).toBe(4);
  });
});

const isOpen = (cause: string) => ["error", "no-data", "nan", "stale"].includes(cause);

describe("a window that cannot be compared yet", () => {
  test.each(faults.filter(([, cause]) => isOpen(cause)))(
    "goes on and is counted later, whole and once: %s",
    async (_, __, says) => {
      const arms = armsWith({ canary: [1, 500], baseline: [1, 500] }, "baseline.events", says, (to) => to % 3 !== 0);
      const { evidence } = await see(compareErrors(arms, { margin, for: "9m" }));
      expect(evidence).toMatchObject({
        taken: 9,
        compared: 3,
        canary: { requests: 4_500 },
        baseline: { requests: 4_500 },
      });
    },
  );

  test("does not stand in the way of a pass", async () => {
    const arms = armsWith(
      { canary: [1, 500], baseline: [1, 500] },
      "baseline.events",
      () => null,
      (to) => to % 2 !== 0,
    );
    expect((await see(compareErrors(arms, { margin }))).finding.status).toBe("passed");
  });

  test("waits for the first requests of each arm", async () => {
    const arms = armsOf((minute) => ({ canary: minute < 3 ? [0, 0] : [20, 500], baseline: [1, 500] }));
    const { finding, evidence } = await see(compareErrors(arms, { margin }));
    expect(finding.status).toBe("failed");
    expect(evidence).toMatchObject({ faults: { "no-traffic": 3 }, baseline: { requests: 2_000 } });
  });

  test("is inconclusive where nothing ever arrives", async () => {
    const { finding } = await see(
      compareErrors(
        armsOf(() => ({ canary: [0, 0], baseline: [0, 0] })),
        { for: "5m" },
      ),
    );
    expect(finding).toMatchObject({ status: "inconclusive", decision: "hold" });
    expect(finding.reason).toContain("5 of 5 windows without a comparison: 5 no traffic (canary: no requests)");
  });
});

describe("a window that was dropped", () => {
  const dropping = (dropped: number, count: number) =>
    see(
      compareErrors(
        armsWith(
          { canary: [1, 500], baseline: [1, 500] },
          "canary.events",
          () => -1,
          (to) => to <= count,
        ),
        { margin, for: "30m", tolerate: { dropped } },
      ),
    );

  test("stands in the way of a pass, unless it is tolerated", async () => {
    expect((await dropping(2, 2)).finding.status).toBe("passed");
    const { finding, evidence } = await dropping(2, 3);
    expect(finding).toMatchObject({ status: "inconclusive", decision: "hold" });
    expect(finding.reason).toContain("3 of 30 windows without a comparison: 3 impossible, 2 dropped tolerated");
    expect(evidence.canary.requests).toBe(27 * 500);
  });

  test("keeps the last twenty in the evidence", async () => {
    const { evidence } = await dropping(0, 25);
    expect(evidence.faultyWindows).toHaveLength(20);
    expect(evidence.faultyWindows.at(-1)).toMatchObject({ to: "2030-01-01T00:25:00.000Z", cause: "impossible" });
    expect(evidence.faults).toEqual({ impossible: 25 });
  });
});

/** Counters as they stand, minute by minute. */
function counters(name: string, stands: (minute: number) => number | null, looksBack = true): MetricSource {
  const source = fromFunction(
    name,
    ({ at }) => {
      const count = stands((at - begun) / 60_000);
      return count === null ? null : { kind: "totals", totals: { count } };
    },
    { looksBack },
  );
  const between = (earlier: JsonObject, later: JsonObject): MetricReading => {
    const grown = Number(later["count"]) - Number(earlier["count"]);
    return grown >= 0
      ? { kind: "value", value: grown, resets: 0 }
      : { kind: "value", value: Number(later["count"]), resets: 1 };
  };
  return { ...source, between };
}

describe("counters", () => {
  const arms = (canaryErrors: (minute: number) => number | null) => ({
    canary: { events: counters("ce", canaryErrors), total: counters("ct", (minute) => 500 * minute) },
    baseline: { events: counters("be", (minute) => minute), total: counters("bt", (minute) => 500 * minute) },
  });

  test("are compared with where they stood when the window began", async () => {
    const { finding, evidence } = await see(
      compareErrors(
        arms((minute) => 10 * minute),
        { margin },
      ),
    );
    expect(finding.status).toBe("failed");
    expect(evidence.canary.estimate).toBe(0.02);
  });

  test.each([
    ["the beginning", (minute: number) => (minute <= 2 ? null : 10 * minute), 3],
    ["the middle", (minute: number) => (minute === 1 ? null : minute), 1],
  ])("that could not be read at %s lose nothing of what is comparable", async (_, stands, missing) => {
    const { evidence } = await see(compareErrors(arms(stands), { margin, for: "8m" }));
    expect(evidence.faults).toEqual({ "no-data": missing });
    const { requests, estimate } = evidence.canary;
    expect((requests ?? 0) * (estimate ?? 0)).toBeCloseTo((((stands(3) ?? 0) / 3) * (requests ?? 0)) / 500, 6);
  });

  test("that began again drop their window, which counts nothing", async () => {
    const { finding, evidence } = await see(
      compareErrors(
        arms((minute) => (minute < 4 ? 100 + minute : minute)),
        { margin, for: "10m" },
      ),
    );
    expect(finding.status).toBe("inconclusive");
    expect(evidence).toMatchObject({ compared: 9, faults: { reset: 1 }, canary: { requests: 4_500 } });
    expect(evidence.faultyWindows[0]?.detail).toBe("canary: 1 of the counters of ce began again or went away");
  });

  test("that begin again all the time neither pass nor fail", async () => {
    for (const count of [0, 400]) {
      const { finding } = await see(
        compareErrors(
          arms((minute) => 1e6 - minute + count),
          { margin, for: "30m" },
        ),
      );
      expect(finding).toMatchObject({ status: "inconclusive", decision: "hold" });
    }
  });
});

describe("a process that slept", () => {
  /** Watches a comparison of counters whose process sleeps for two minutes and a half after the second window. */
  async function sleeping(looksBack: boolean) {
    const base = virtualClock(begun);
    let jump = 0;
    const clock: Clock = {
      now: () => base.now() + jump,
      schedule: (at, callback) => base.schedule(at - jump, callback),
    };
    const asked: number[] = [];
    const stands = (count: number) => (minute: number) => (asked.push(minute), count * minute);
    const gate = compareErrors(
      {
        canary: { events: counters("ce", stands(1), looksBack), total: counters("ct", stands(500), looksBack) },
        baseline: { events: counters("be", stands(1.1), looksBack), total: counters("bt", stands(501), looksBack) },
      },
      { for: "8m" },
    );
    const run = startRun(gate, { release, clock });
    let compared = 0;
    run.on("gate:measured", ({ sample }) => {
      if (sample.series === "difference") compared += 1;
      if (compared === 2) jump = 150_000;
    });
    const { findings } = await base.settle(run.verdict);
    return {
      evidence: findings[0]?.evidence as unknown as MetricComparisonEvidence,
      asked: [...new Set(asked)],
    };
  }

  test("misses what cannot look back, and goes on from where it was", async () => {
    const { evidence, asked } = await sleeping(false);
    // The third is asked, as nobody knew of the sleep before.
    expect(asked).toEqual([0, 1, 2, 3, 5, 6, 7, 8]);
    expect(evidence).toMatchObject({ taken: 8, compared: 6, faults: { missed: 2 }, canary: { requests: 4_000 } });
  });

  test("asks those that look back for every window", async () => {
    const { evidence, asked } = await sleeping(true);
    expect(asked).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(evidence).toMatchObject({ compared: 8, faults: {} });
  });
});

describe("sums without requests", () => {
  test("have no mean, and are no zero", async () => {
    const gate = metricComparison("mean", {
      kind: "mean",
      for: "15m",
      canary: { sum: counting("cs", () => 0), total: counting("cn", () => 0) },
      baseline: { sum: counting("bs", ({ to }) => 100 + to), total: counting("bn", () => 10) },
    });
    const { finding, evidence } = await see(gate);
    expect(finding).toMatchObject({ status: "inconclusive", decision: "hold" });
    expect(evidence.faults).toEqual({ "no-traffic": 15 });
  });

  test("have none either where there are less than none", async () => {
    const gate = metricComparison("mean", {
      kind: "mean",
      for: "15m",
      canary: { mean: counting("cm", ({ to }) => 900 + (to % 3)), total: counting("cn", () => -5) },
      baseline: { sum: counting("bs", ({ to }) => 100 + to), total: counting("bn", () => 10) },
    });
    const { finding, evidence } = await see(gate);
    expect(finding).toMatchObject({ status: "inconclusive", decision: "hold" });
    expect(evidence.faults).toEqual({ impossible: 15 });
  });
});
