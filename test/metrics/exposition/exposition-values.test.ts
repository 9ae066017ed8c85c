import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { increasesBetween } from "../../../src/metrics/counters/counter-totals.js";
import type { ExpositionValue } from "../../../src/metrics/exposition/exposition-value.js";
import { parseExposition } from "../../../src/metrics/exposition/parse-exposition.js";
import {
  counter,
  current,
  gauge,
  histogram,
  increase,
  quantile,
  rate,
  ratio,
  slowerThan,
  type MetricReading,
} from "../../../src/metrics/index.js";
import { propertyRuns } from "../../helpers/runs.js";

const read = (value: ExpositionValue, text: string, at = 0): MetricReading =>
  value.read({ ...parseExposition(text), at });

/** What a value says of one scrape after another, ten seconds apart, beside the window and the absence of resets. */
function between(value: ExpositionValue, ...scrapes: readonly [string, string]): MetricReading {
  const [earlier, later] = scrapes.map((text, index) => read(value, text, index * 10_000));
  if (earlier?.kind !== "totals" || later?.kind !== "totals") throw new Error(`${earlier?.kind} and ${later?.kind}`);
  const reading = value.between?.(JSON.parse(JSON.stringify(earlier.totals)), later.totals) ?? later;
  const { window, resets, ...rest } = reading;
  expect(window).toEqual({ from: 0, to: 10_000 });
  expect(resets).toEqual(expect.any(Number));
  return resets === undefined || resets === 0 ? rest : { ...rest, resets };
}

const wentDown = (count: number) =>
  `${count} of the counters went down or went away between two readings: what they counted last is lost`;

const errors = ratio(counter("http_total", { code: /^5/ }), counter("http_total"));
const http = (ok: number, bad: number, more = "") =>
  `# TYPE http_total counter\nhttp_total{code="200"} ${ok}\nhttp_total{code="500"} ${bad}\n${more}`;

const started = (at: number) => `process_start_time_seconds ${at}\n`;
const openMetrics = (count: number) => `# TYPE http counter\nhttp_total{code="200"} ${count}\nhttp_created 1\n# EOF\n`;

describe("ratio", () => {
  test("is the growth of one over the growth of the other, with the traffic", () => {
    expect(between(errors, http(1_000, 50), http(1_090, 60))).toEqual({ kind: "value", value: 0.1, traffic: 100 });
  });

  test("a counter that appears between two scrapes began at 0", () => {
    const first = '# TYPE http_total counter\nhttp_total{code="200"} 10\n';
    expect(between(errors, first, http(19, 1))).toEqual({ kind: "value", value: 0.1, traffic: 10 });
  });

  test("no errors yet are no errors", () => {
    const [first, second] = ['http_total{code="200"} 10\n', 'http_total{code="200"} 20\n'];
    expect(between(errors, first, second)).toEqual({ kind: "value", value: 0, traffic: 10 });
  });

  test("without traffic is no number", () => {
    expect(between(errors, http(10, 1), http(10, 1))).toEqual({
      kind: "nan",
      traffic: 0,
      detail: "http_total did not grow",
    });
    expect(between(errors, "# TYPE http_total counter\n", "# TYPE http_total counter\n").kind).toBe("nan");
  });

  test("of a metric that the scrape does not know is no data, be it the errors alone", () => {
    expect(read(errors, "other 1\n")).toEqual({ kind: "no-data", detail: "there is no metric http_total" });
    const typo = ratio(counter("http_erors_total"), counter("http_total"));
    expect(read(typo, http(1, 1))).toEqual({ kind: "no-data", detail: "there is no metric http_erors_total" });
  });

  test("takes a counter that went down for one that began again", () => {
    // The counter of errors is in both groups.
    const notes = { traffic: 10, resets: 3, warnings: [wentDown(3)] };
    expect(between(errors, http(1_000, 50), http(9, 1))).toEqual({ kind: "value", value: 0.1, ...notes });
  });

  test("takes a counter that went away for one that ended within the window", () => {
    const ok = increase(counter("http_total"));
    const gone = '# TYPE http_total counter\nhttp_total{code="200"} 20\n';
    expect(between(ok, http(10, 4), gone)).toEqual({ kind: "value", value: 10, resets: 1, warnings: [wentDown(1)] });
  });

  test("sees a restart that the counters hide", () => {
    expect(between(errors, http(10, 0, started(100)), http(90, 10, started(200)))).toEqual({
      kind: "value",
      value: 0.1,
      traffic: 100,
      resets: 3,
      warnings: ["the process restarted between two scrapes; its counters began again"],
    });
  });

  test("refuses answers of several processes in turn", () => {
    expect(() => between(errors, http(10, 0, started(200)), http(20, 0, started(100)))).toThrow("not a load balancer");
  });

  test("refuses a gauge where a counter was meant, and one series twice", () => {
    expect(() => read(errors, "# TYPE http_total gauge\nhttp_total 1\n")).toThrow(
      "has http_total as a gauge, and not as a counter",
    );
    expect(() => read(errors, "http_total 1\nhttp_total 2\n")).toThrow("has the series http_total{} twice");
  });

  test("a counter that is no number is no number", () => {
    expect(read(errors, http(Number.NaN, 0))).toEqual({ kind: "nan", detail: 'http_total{code="200"} is NaN' });
  });

  test("refuses more series than a record should hold", () => {
    const many = Array.from(
      { length: 5_000 },
      (_, index) => `http_total{code="200",user="${index}${"x".repeat(40)}"} 1`,
    );
    expect(() => read(errors, many.join("\n"))).toThrow("has too many series that match");
  });

  test("finds the counters of OpenMetrics", () => {
    expect(between(errors, openMetrics(0), openMetrics(5))).toEqual({ kind: "value", value: 0, traffic: 5 });
  });
});

describe("increase and rate", () => {
  test("are the growth between two scrapes, and that per second", () => {
    const [first, second] = ["ooms_total 3\n", "ooms_total 8\n"];
    expect(between(increase(counter("ooms_total")), first, second)).toEqual({ kind: "value", value: 5 });
    expect(between(rate(counter("ooms_total")), first, second)).toEqual({ kind: "value", value: 0.5 });
  });

  test("without time between two scrapes there is no rate", () => {
    const value = rate(counter("ooms_total"));
    const totals = { at: 0, series: { count: { "{}": 1 } } };
    expect(value.between?.(totals, totals)).toMatchObject({ kind: "nan" });
  });

  test("counters grow by what was counted, whatever restarts there were between scrapes", () => {
    const life = fc.array(fc.record({ growth: fc.nat(1_000), restarts: fc.boolean() }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(life, (steps) => {
        let [count, startedAt, expected, seen] = [0, 0, 0, 0];
        for (const { growth, restarts } of steps) {
          const earlier = { at: 0, startedAt, series: { count: { "{}": count } } };
          // What the old process counted after its last scrape is lost to everybody.
          if (restarts) [count, startedAt] = [0, startedAt + 10];
          count += growth;
          expected += growth;
          seen += increasesBetween(earlier, { at: 1, startedAt, series: { count: { "{}": count } } }).of("count");
        }
        expect(seen).toBe(expected);
      }),
      propertyRuns(2_000),
    );
  });

  test("totals of another version are refused", () => {
    expect(() => increasesBetween({ old: 1 }, { old: 2 })).toThrow("another version");
  });
});

const latency = histogram("latency_seconds");
const buckets = (counts: Readonly<Record<string, number>>, labels = "") =>
  `# TYPE latency_seconds histogram\n${Object.entries(counts)
    .map(([le, count]) => `latency_seconds_bucket{${labels}le="${le}"} ${count}`)
    .join("\n")}\nlatency_seconds_sum{${labels}} 1\nlatency_seconds_count{${labels}} 1\n`;
const before = buckets({ "0.1": 100, "0.3": 100, "1": 100, "+Inf": 100 });

const twoRoutes = (fast: number, all: number) =>
  buckets({ "0.3": fast, "+Inf": all }, 'route="/a",') +
  buckets({ "0.3": 0, "+Inf": 0 }, 'route="/b",').replace(/^#.*\n/, "");

describe("slowerThan", () => {
  test("is the share above a bound", () => {
    const after = buckets({ "0.1": 150, "0.3": 190, "1": 198, "+Inf": 200 });
    expect(between(slowerThan(0.3, latency), before, after)).toEqual({ kind: "value", value: 0.1, traffic: 100 });
  });

  test("adds series up", () => {
    expect(between(slowerThan(0.3, latency), twoRoutes(0, 0), twoRoutes(30, 40))).toMatchObject({
      value: 0.25,
      traffic: 40,
    });
  });

  test("takes a bound however it is written", () => {
    expect(
      between(slowerThan(1, latency), buckets({ "1.0": 0, "+Inf": 0 }), buckets({ "1.0": 9, "+Inf": 10 })),
    ).toMatchObject({ value: 0.1 });
  });

  test("refuses a bound that no bucket has", () => {
    expect(() => read(slowerThan(0.25, latency), before)).toThrow(
      "has no bucket of latency_seconds up to 0.25; its bounds are 0.1, 0.3, 1, Infinity",
    );
  });

  test("without observations is no number, without the histogram no data", () => {
    expect(between(slowerThan(0.3, latency), before, before)).toMatchObject({ kind: "nan", traffic: 0 });
    expect(read(slowerThan(0.3, latency), "up 1\n")).toEqual({
      kind: "no-data",
      detail: "there is no histogram latency_seconds",
    });
    const declared = "# TYPE latency_seconds histogram\n";
    expect(between(slowerThan(0.3, latency), declared, declared)).toMatchObject({ kind: "nan", traffic: 0 });
  });
});

describe("quantile", () => {
  test.each([
    [0.5, 0.1],
    [0.25, 0.05],
    [0.7, 0.2],
    [0.95, 0.65],
  ])("%d is interpolated to %d", (share, value) => {
    const after = buckets({ "0.1": 150, "0.3": 190, "1": 200, "+Inf": 200 });
    const reading = between(quantile(share, latency), before, after);
    expect(reading).toMatchObject({ kind: "value", traffic: 100 });
    expect(reading.kind === "value" && reading.value).toBeCloseTo(value, 10);
  });

  test("above the highest bucket is infinite, and not that bucket", () => {
    const after = buckets({ "0.1": 150, "0.3": 190, "1": 198, "+Inf": 200 });
    expect(between(quantile(0.99, latency), before, after)).toMatchObject({ value: Number.POSITIVE_INFINITY });
  });

  test("refuses a histogram without +Inf, and a share that is none", () => {
    expect(() => between(quantile(0.5, latency), buckets({ "1": 1 }), buckets({ "1": 2 }))).toThrow(
      "without a bucket for +Inf",
    );
    expect(() => quantile(99, latency)).toThrow("Invalid options for the metric source quantile: quantile: Too big");
  });
});

describe("current", () => {
  const two = '# TYPE depth gauge\ndepth{queue="a"} 3\ndepth{queue="b"} 5\n';

  test("reads the one series that matches", () => {
    expect(read(current(gauge("depth", { queue: "a" })), two)).toEqual({ kind: "value", value: 3 });
    expect(read(current(gauge("depth", { queue: /^b/g })), two)).toEqual({ kind: "value", value: 5 });
  });

  test("refuses several series, and says how they differ", () => {
    expect(() => read(current(gauge("depth")), two)).toThrow(
      'has 2 series where one is expected, which differ in queue ("a", "b"); aggregate them, for example with reduce: "sum"',
    );
  });

  test.each([
    ["sum", 8],
    ["max", 5],
    ["min", 3],
    ["avg", 4],
  ] as const)("reduces several series by %s", (reduce, value) => {
    expect(read(current(gauge("depth"), { reduce }), two)).toEqual({ kind: "value", value });
  });

  test("keeps no data and NaN apart from values", () => {
    expect(read(current(gauge("depth")), "# TYPE depth gauge\n")).toEqual({
      kind: "no-data",
      detail: "depth has no series",
    });
    expect(read(current(gauge("detph")), two)).toEqual({ kind: "no-data", detail: "there is no metric detph" });
    expect(read(current(gauge("depth")), "depth NaN\n")).toEqual({ kind: "nan", detail: "depth is NaN" });
  });
});

describe("selectors", () => {
  test("a label that a series lacks is empty", () => {
    expect(read(current(gauge("depth", { queue: "" })), 'depth 1\ndepth{queue="a"} 2\n')).toMatchObject({ value: 1 });
  });

  test("refuse what no metric can be called", () => {
    expect(() => counter("http requests")).toThrow(
      "Invalid options for the metric source counter: name: expected a metric's name",
    );
    expect(() => gauge("depth", { "queue-name": "a" })).toThrow("labels.queue-name: Invalid key");
  });
});
