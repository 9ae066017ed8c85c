import {
  describe as describeGate,
  type Clock,
  type Duration,
  type JsonObject,
  replay,
  runGates,
  startRun,
  type Finding,
  type Gate,
} from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { metricThreshold } from "../../../src/gates/metric-threshold/metric-threshold.js";
import type { MetricThresholdConfig } from "../../../src/gates/metric-threshold/metric-threshold-config.js";
import type { MetricThresholdEvidence } from "../../../src/gates/metric-threshold/metric-threshold-evidence.js";
import { fromFunction, type MetricReading, type MetricSource } from "../../../src/metrics/index.js";
import type { WindowPolicyConfig } from "../../../src/gates/metric-threshold/window-policy-config.js";
import { release } from "../../helpers/gates.js";
import { scripted, type Scripted } from "./scripted-source.js";

type Fields = { readonly [Field in keyof AnyConfig]?: AnyConfig[Field] | undefined };
type AnyConfig = Record<"below" | "above" | "samples" | "minTraffic", number> &
  Record<"every" | "for" | "warmup", Duration> &
  Record<"metric" | "unit" | "describe", string> &
  Required<WindowPolicyConfig> & {
    readonly between: readonly [number, number];
    readonly condition: (value: number) => boolean;
  };

const config = (source: MetricSource, fields: Fields = {}) =>
  ({
    source,
    metric: "error ratio",
    unit: "ratio",
    below: 0.01,
    every: "30s",
    samples: 5,
    ...fields,
  }) as MetricThresholdConfig;

async function findingOf(gate: Gate): Promise<{ finding: Finding; evidence: MetricThresholdEvidence; tookMs: number }> {
  const clock = virtualClock();
  const startedAt = clock.now();
  const verdict = await clock.settle(runGates(gate, { release, clock }));
  const finding = verdict.findings[0] as Finding;
  return {
    finding,
    evidence: finding.evidence as unknown as MetricThresholdEvidence,
    tookMs: clock.now() - startedAt,
  };
}

const watch = (answers: readonly Scripted[], fields: Fields = {}) =>
  findingOf(metricThreshold("errors", config(scripted(answers), fields)));

describe("metricThreshold", () => {
  test("passes on samples inside the bound, and says observed, expected, window and source", async () => {
    const { finding, evidence, tookMs } = await watch([0.001, 0.004, 0.002, 0, 0.003]);
    expect(finding).toMatchObject({ status: "passed", decision: "promote" });
    expect(finding.reason).toBe(
      "error ratio at most 0.4 % over 2 min 30 s, expected below 1 % (the script): 5 of 5 samples were good",
    );
    expect(tookMs).toBe(150_000);
    expect(evidence).toMatchObject({
      planned: 5,
      taken: 5,
      good: 5,
      bad: 0,
      worst: { value: 0.004 },
      last: { value: 0.003 },
    });
  });

  test("fails as soon as the policy says so, and rolls back by default", async () => {
    const { finding, evidence, tookMs } = await watch([0.001, 0.05, 0.002, 0.041]);
    expect(finding).toMatchObject({ status: "failed", decision: "rollback" });
    expect(finding.reason).toBe(
      "error ratio 4.1 % over 2 min, expected below 1 % (the script): 2 of the last 4 samples were too high",
    );
    expect(tookMs).toBe(120_000);
    expect(evidence).toMatchObject({ taken: 4, bad: 2, last: { value: 0.041 }, worst: { value: 0.05 } });
    expect(evidence.samples.map((sample) => sample.class)).toEqual(["good", "bad", "good", "bad"]);
  });

  test.each<[string, Fields, number, number]>([
    ["too high", { below: 5, unit: "ms" }, 4.9, 5],
    ["too low", { above: 5 }, 5.1, 5],
    ["outside", { between: [1, 2] }, 2, 2.1],
    ["outside", { between: [1, 2] }, 1, 0.9],
    ["not so", { condition: (value: number) => value % 2 === 0, describe: "an even number" }, 2, 3],
  ])("%s under %o", async (miss, bound, good, bad) => {
    const fields = { below: undefined, unit: undefined, samples: 1, ...bound };
    expect((await watch([good], fields)).finding.status).toBe("passed");
    const { finding } = await watch([bad], fields);
    expect(finding.status).toBe("failed");
    expect(finding.reason).toContain(`1 of the last 1 sample was ${miss}`);
  });

  test("never writes an observed value like the bound that it misses", async () => {
    const { finding } = await watch([0.010_000_4], { samples: 1 });
    expect(finding.reason).toContain("error ratio 1.00004 % over 30 s, expected below 1 %");
  });

  const nothing: readonly [string, Scripted, string][] = [
    ["NaN", Number.NaN, "nan"],
    ["null", null, "noData"],
    ["a NaN that calls itself a value", { kind: "value", value: Number.NaN }, "nan"],
    ["an infinite value on the good side", Number.NEGATIVE_INFINITY, "nan"],
  ];
  test.each(nothing)("%s is neither good nor bad, and does not promote", async (_, answer, field) => {
    const { finding, evidence } = await watch([answer]);
    expect(finding).toMatchObject({ status: "inconclusive", decision: "hold" });
    expect(evidence).toMatchObject({ good: 0, bad: 0, [field]: evidence.taken });
  });

  test("an infinite value on the bad side is bad", async () => {
    const { finding, evidence } = await watch([Number.POSITIVE_INFINITY]);
    expect(finding.status).toBe("failed");
    expect(finding.reason).toContain("error ratio +Inf % over");
    expect(evidence.worst?.value).toBe("+Inf");
  });

  test("a source that is down is an error that holds, and never a failure", async () => {
    const { finding } = await watch([new Error("connection refused")]);
    expect(finding).toMatchObject({ status: "errored", decision: "hold" });
    expect(finding.reason).toBe(
      "could not be checked: error ratio could not be measured over 2 min, expected below 1 % (the script): " +
        "4 of 4 samples were errors, 0 tolerated (the script could not be read: connection refused)",
    );
  });

  test("an error in the middle does not hide a failure after it", async () => {
    const { finding } = await watch([0.001, new Error("down"), 0.5, 0.5]);
    expect(finding.status).toBe("failed");
  });

  test("tolerated errors and missing samples do not prevent a pass", async () => {
    const { finding } = await watch([0, new Error("down"), null, 0, 0], { tolerate: { errors: 1, noData: 1 } });
    expect(finding.status).toBe("passed");
    expect(finding.reason).toContain("3 of 5 samples were good, 1 without data, 1 error");
  });

  test("samples with too little traffic are neither good nor bad", async () => {
    const quiet: MetricReading = { kind: "value", value: 0.5, traffic: 3 };
    const busy: MetricReading = { kind: "value", value: 0, traffic: 100 };
    const silent: MetricReading = { kind: "nan", detail: "0 / 0", traffic: 0 };
    const unknown: MetricReading = { kind: "value", value: 0 };
    const few = await watch([quiet, quiet, busy, silent, unknown], { minTraffic: 50 });
    expect(few.finding.status).toBe("inconclusive");
    expect(few.finding.reason).toContain("1 of 5 samples was good, 3 needed, 4 with too little traffic");
    expect((await watch([quiet, silent, busy], { minTraffic: 50 })).finding.status).toBe("passed");
  });

  test("waits for the warm-up, and samples at the end of every interval", async () => {
    const source = scripted([0]);
    const { tookMs, evidence } = await findingOf(
      metricThreshold("errors", config(source, { warmup: "1m", samples: undefined, for: "95s" })),
    );
    const start = Date.parse("2030-01-01T00:00:00Z");
    expect(source.asked.map((at) => at - start)).toEqual([90_000, 120_000, 150_000]);
    expect(tookMs).toBe(150_000);
    expect(evidence).toMatchObject({ from: "2030-01-01T00:01:00.000Z", until: "2030-01-01T00:02:30.000Z" });
  });

  test("passes at once after so many good samples in a row", async () => {
    const { finding, tookMs } = await watch([0.5, 0, 0, 0], { passAfter: { inARow: 2 }, samples: 10 });
    expect(finding.status).toBe("passed");
    expect(tookMs).toBe(90_000);
  });

  test("keeps bad samples longest, and never more than twenty", async () => {
    const answers = Array.from({ length: 100 }, (_, index) => (index % 10 === 0 ? 0.5 : 0));
    const fields = { samples: 100, failAfter: { inARow: 2 } };
    const { finding, evidence } = await watch(answers, fields);
    expect(finding.status).toBe("passed");
    expect(evidence.samples).toHaveLength(20);
    expect(evidence.samples.filter((sample) => sample.class === "bad")).toHaveLength(10);
    expect(evidence.bad).toBe(10);
  });

  test("says each warning once", async () => {
    const reading: MetricReading = { kind: "value", value: 0, warnings: ["a shard did not answer"] };
    expect((await watch([reading])).evidence.warnings).toEqual(["a shard did not answer"]);
  });

  test("reports every sample as a measurement", async () => {
    const clock = virtualClock();
    const run = startRun(metricThreshold("errors", config(scripted([0, null, 0.5, 0.5]))), { release, clock });
    await clock.settle(run.verdict);
    const samples = run.record().flatMap((line) => {
      const event = JSON.parse(line) as { type: string; sample?: object };
      return event.type === "gate:measured" ? [event.sample] : [];
    });
    const bound = { name: "error ratio", bound: "below 1 %" };
    expect(samples).toMatchObject([
      { ...bound, value: 0, status: "good" },
      { ...bound, value: null, status: "unknown", detail: "no-data: the script has no value" },
      { ...bound, value: 0.5, status: "bad" },
      { ...bound, value: 0.5, status: "bad" },
    ]);
  });

  test("a source that returns no reading is an error that names what is wrong", async () => {
    const source: MetricSource = {
      name: "broken",
      description: {},
      // What a source in JavaScript may do.
      read: async () => ({ kind: "value", value: "12" }) as unknown as MetricReading,
    };
    const { finding } = await findingOf(metricThreshold("errors", config(source)));
    expect(finding.status).toBe("errored");
    expect(finding.reason).toContain("broken returned something that is no reading: value");
  });

  test("a condition that does not say true says no", async () => {
    const condition = (() => Promise.resolve(true)) as unknown as (value: number) => boolean;
    const { finding } = await watch([1], { below: undefined, condition, describe: "anything" });
    expect(finding.status).toBe("failed");
  });
});

/** Counts requests; says how many came between two readings. */
function counting(answers: readonly (number | Error | null)[]): MetricSource {
  const source = scripted(
    answers.map((answer) => (typeof answer === "number" ? { kind: "totals", totals: { count: answer } } : answer)),
    "the counter",
  );
  return {
    ...source,
    between: (earlier: JsonObject, later: JsonObject) => ({
      kind: "value",
      value: Number(later["count"]) - Number(earlier["count"]),
    }),
  };
}

const look = (answers: readonly (number | Error | null)[], fields: Fields = {}) =>
  findingOf(metricThreshold("new orders", config(counting(answers), { unit: undefined, below: 100, ...fields })));
const values = (evidence: MetricThresholdEvidence) => evidence.samples.map((sample) => sample.value);

describe("metricThreshold on a source of totals", () => {
  test("takes a baseline, and judges what happened since the reading before", async () => {
    const { finding, evidence, tookMs } = await look([1_000, 1_010, 1_030, 1_060, 1_100, 1_150]);
    expect(finding.status).toBe("passed");
    expect(values(evidence)).toEqual([10, 20, 30, 40, 50]);
    expect(tookMs).toBe(150_000);
  });

  test("a reading that failed is spanned by the next one", async () => {
    const fields = { tolerate: { errors: 1 } };
    const { evidence } = await look([0, 10, new Error("down"), 40, 50, 60], fields);
    expect(values(evidence)).toEqual([10, null, 30, 10, 10]);
  });

  test("a baseline that failed is an error of the first sample", async () => {
    const { evidence, finding } = await look([new Error("down"), 10, 20, 30, 40, 50], { tolerate: { errors: 1 } });
    expect(finding.status).toBe("passed");
    expect(values(evidence)).toEqual([null, 10, 10, 10, 10]);
    expect(evidence.samples[0]).toMatchObject({ class: "error", detail: expect.stringContaining("down") });
  });

  test("a baseline without data is no data of the first sample", async () => {
    const { evidence } = await look([null, 10, 20, 30, 40, 50]);
    expect(evidence).toMatchObject({ noData: 1, good: 4 });
  });

  test("a source of totals that cannot compare them is an error", async () => {
    const source = scripted([{ kind: "totals", totals: { count: 1 } }], "the counter");
    const { finding } = await findingOf(metricThreshold("new orders", config(source)));
    expect(finding.status).toBe("errored");
    expect(finding.reason).toContain('it has no "between"');
  });
});

async function record(gate: Gate): Promise<readonly string[]> {
  const clock = virtualClock();
  const run = startRun(gate, { release, clock });
  await clock.settle(run.verdict);
  return run.record();
}
const answers = [0.001, 0.008, 0.009, 0.007, 0.002];
const unasked = (name = "the script") =>
  fromFunction(name, () => {
    throw new Error("a replay asked the source");
  });

describe("a replay of metricThreshold", () => {
  test("says what a stricter bound would have said, from the same samples", async () => {
    const lines = await record(metricThreshold("errors", config(scripted(answers))));
    const stricter = metricThreshold("errors", config(unasked(), { below: 0.005 }));
    const { verdict, unknown } = await replay(lines, stricter);
    expect(verdict.decision).toBe("rollback");
    expect(unknown).toEqual([]);
  });

  test("takes every second sample for a gate that asks half as often", async () => {
    const lines = await record(metricThreshold("errors", config(scripted(answers))));
    const { verdict, unknown } = await replay(
      lines,
      metricThreshold("errors", config(unasked(), { every: "1m", samples: 2 })),
    );
    expect(verdict.decision).toBe("promote");
    expect(verdict.reason).toContain("0.8 %");
    expect(unknown).toEqual([]);
  });

  test("compares recorded totals over other intervals", async () => {
    const fields = { unit: undefined, below: 100 };
    const lines = await record(
      metricThreshold("new orders", config(counting([0, 10, 30, 60, 100, 150]), { ...fields, samples: 4 })),
    );
    const { verdict } = await replay(
      lines,
      metricThreshold("new orders", config(counting([new Error("asked")]), { ...fields, every: "1m", samples: 2 })),
    );
    expect(verdict.reason).toContain("error ratio at most 70");
  });

  test("never passes on samples that the record does not hold, whatever is tolerated", async () => {
    const lines = await record(metricThreshold("errors", config(scripted(answers))));
    const longer = metricThreshold("errors", config(unasked(), { samples: 6, tolerate: { errors: 3 } }));
    const { verdict, unknown } = await replay(lines, longer);
    expect(verdict.decision).toBe("hold");
    expect(unknown).toEqual([{ gate: "errors", asked: "sample@180s" }]);
  });

  test("takes the samples of a source whose URL holds a key", async () => {
    const description = {
      type: "custom",
      url: "https://user:key@metrics.internal/x?key=1",
      query: 'u=~"http://x/?a=.*"',
    };
    const lines = await record(metricThreshold("errors", config({ ...scripted(answers), description })));
    const { verdict, unknown } = await replay(lines, metricThreshold("errors", config({ ...unasked(), description })));
    expect({ decision: verdict.decision, unknown }).toEqual({ decision: "promote", unknown: [] });
  });

  test("takes no sample of another question", async () => {
    const lines = await record(metricThreshold("errors", config(scripted(answers))));
    const { verdict, unknown } = await replay(lines, metricThreshold("errors", config(unasked("another"))));
    expect(verdict.decision).toBe("hold");
    expect(unknown).toEqual([{ gate: "errors", asked: "sample@30s" }]);
  });
});

describe("a metricThreshold that falls behind", () => {
  const failing = (looksBack: boolean) => {
    const asked: number[] = [];
    const read = ({ at }: { at: number }) => {
      asked.push(at - Date.parse("2030-01-01T00:00:00Z"));
      throw new Error("down");
    };
    return { asked, source: fromFunction("slow to fail", read, { looksBack }) };
  };

  test("asks a source that fails three times, and once where it is late", async () => {
    const { asked, source } = failing(true);
    await findingOf(metricThreshold("errors", config(source, { every: "0.1s" })));
    expect(asked).toEqual([100, 100, 100, 200, 300, 400]);
  });

  test("asks nothing of a source that cannot look back, when that is late", async () => {
    const { asked, source } = failing(false);
    const { finding } = await findingOf(metricThreshold("errors", config(source, { every: "0.1s" })));
    expect(asked).toEqual([100, 100, 100]);
    expect(finding).toMatchObject({ status: "errored", decision: "hold" });
    expect(finding.reason).toMatch(/missed: \d.* too late, and slow to fail cannot look back/);
  });
});

describe("a metricThreshold whose process slept", () => {
  /** Watches eight samples; the process sleeps for some time after the second. */
  async function sleeping(source: MetricSource, sleepMs: number, fields: Fields = {}) {
    const base = virtualClock();
    let jump = 0;
    const clock: Clock = {
      now: () => base.now() + jump,
      schedule: (at, callback) => base.schedule(at - jump, callback),
    };
    let measured = 0;
    const gate = metricThreshold("errors", config(source, { samples: 8, tolerate: { errors: 4 }, ...fields }));
    const run = startRun(gate, { release, clock });
    run.on("gate:measured", () => {
      measured += 1;
      if (measured === 2) jump = sleepMs;
    });
    const { findings } = await base.settle(run.verdict);
    const [finding] = findings;
    const { samples } = (finding?.evidence ?? { samples: [] }) as unknown as MetricThresholdEvidence;
    return { finding, samples, lines: run.record() };
  }
  const start = Date.parse("2030-01-01T00:00:00Z");
  const looking = (looksBack: boolean) => {
    const asked: number[] = [];
    const read = ({ at }: { at: number }) => (asked.push((at - start) / 1_000), 0);
    return { asked, source: fromFunction("the gauge", read, { looksBack }) };
  };

  test("takes no value of now for one of then", async () => {
    const { asked, source } = looking(false);
    const { finding, samples } = await sleeping(source, 130_000);
    // The third was asked, as nobody knew of the sleep before; what is overdue after that is not.
    expect(asked).toEqual([30, 60, 90, 210, 240]);
    expect(samples.map((sample) => sample.class)).toEqual("good good error error error error good good".split(" "));
    expect(samples[2]?.detail).toBe("missed: 1 min 40 s too late, and the gauge cannot look back");
    expect(finding?.status).toBe("passed");
  });

  test("misses nothing where it was late by less than one interval", async () => {
    const { asked, source } = looking(false);
    const { samples } = await sleeping(source, 45_000);
    expect(asked).toEqual([30, 60, 90, 120, 150, 180, 210, 240]);
    expect(samples.filter((sample) => sample.class === "error")).toEqual([]);
  });

  test("asks a source that looks back for everything that is overdue", async () => {
    const { asked, source } = looking(true);
    const { samples } = await sleeping(source, 130_000);
    expect(asked).toEqual([30, 60, 90, 120, 150, 180, 210, 240]);
    expect(samples.every((sample) => sample.class === "good")).toBe(true);
  });

  test("does not pass where too much was missed", async () => {
    const { finding } = await sleeping(looking(false).source, 3_600_000);
    expect(finding).toMatchObject({ decision: "hold" });
  });

  test("begins again with counters where they stand after the sleep", async () => {
    const { source } = looking(false);
    const counter = {
      ...source,
      read: async ({ at }: { at: number }) => ({ kind: "totals" as const, totals: { at: (at - start) / 1_000 } }),
      between: (earlier: JsonObject, later: JsonObject): MetricReading => ({
        kind: "value",
        value: Number(later["at"]) - Number(earlier["at"]),
      }),
    };
    const fields = { unit: undefined, below: 1_000, tolerate: { errors: 4 } };
    const { samples } = await sleeping(counter, 130_000, fields);
    // The scripted counter stands at the time it is asked for: what it says at 90 s is compared with at 210 s.
    expect(samples.map((sample) => sample.value)).toEqual([30, 30, null, null, null, null, 120, 30]);
  });

  test("is replayed to the same verdict", async () => {
    const { source } = looking(false);
    const { finding, lines } = await sleeping(source, 130_000);
    const gate = metricThreshold(
      "errors",
      config(
        fromFunction("the gauge", () => Number.NaN),
        { samples: 8, tolerate: { errors: 4 } },
      ),
    );
    const { verdict, unknown } = await replay(lines, gate);
    expect(unknown).toEqual([]);
    expect(verdict.findings[0]).toEqual(finding);
  });
});

describe("what metricThreshold asks for", () => {
  const start = Date.parse("2030-01-01T00:00:00Z");
  const windowsOf = async (own: Pick<MetricSource, "windowMs">) => {
    const asked: (number | undefined)[] = [];
    const source = { ...fromFunction("a log", ({ from }) => (asked.push(from && (from - start) / 1_000), 0)), ...own };
    await findingOf(metricThreshold("lines", config(source, { warmup: "10s", samples: 3 })));
    return asked;
  };

  test("is what happened since the sample before", async () => {
    expect(await windowsOf({})).toEqual([10, 40, 70]);
  });

  test("is left to a source with a window of its own", async () => {
    expect(await windowsOf({ windowMs: 600_000 })).toEqual([undefined, undefined, undefined]);
  });
});

describe("the description of metricThreshold", () => {
  test("holds what decides, without secrets and functions", () => {
    const source: MetricSource = {
      ...scripted([0]),
      description: { type: "custom", url: "https://user:secret@metrics.internal/x?key=secret", apiKey: "secret" },
    };
    const text = JSON.stringify(describeGate(metricThreshold("errors", config(source))));
    expect(text).not.toContain("secret");
    expect(JSON.parse(text)).toMatchObject({
      kind: "metric-threshold",
      onFail: "rollback",
      timeoutMs: 270_000,
      config: { expected: "below 1 %", everyMs: 30_000, policy: { planned: 5, fail: { bad: 2, inLast: 5 } } },
    });
  });
});
