import { once, EventEmitter } from "node:events";
import { runGates } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { metricThreshold } from "../../src/gates/metric-threshold/metric-threshold.js";
import { parseExposition } from "../../src/metrics/exposition/parse-exposition.js";
import { counter, exposition, prometheus, ratio, type PrometheusOptions } from "../../src/metrics/index.js";
import { release } from "../helpers/gates.js";
import { heldBy } from "../helpers/held-by.js";
import { describeWithService } from "../helpers/services.js";
import { respond, startHostileServer, type HostileServer } from "./hostile-server.js";
import { hasPrometheus, howToGetPrometheus, startPrometheus } from "./prometheus-server.js";
import type { RealServer } from "./real-server.js";
import { faultOf, readOnce } from "./source-contract.js";

const page = (scrape: number) => `# HELP depth Depth.
# TYPE depth gauge
depth{queue="a",zone="eu"} 3
depth{queue="b",zone="eu"} 5
not_a_number NaN
endless +Inf
bottomless -Inf
small 1.5e-9
path{path="C:\\\\DIR\\\\n{x},\\"y\\"",text="one\\ntwo",city="Zürich 🚀"} 7
# TYPE http_total counter
http_total{code="200"} ${scrape * 98}
http_total{code="503"} ${scrape * 2}
# TYPE latency_seconds histogram
latency_seconds_bucket{le="0.1"} ${scrape * 90}
latency_seconds_bucket{le="0.3"} ${scrape * 95}
latency_seconds_bucket{le="+Inf"} ${scrape * 100}
latency_seconds_sum ${scrape * 9}
latency_seconds_count ${scrape * 100}
`;

describeWithService("prometheus, asking a real server,", hasPrometheus, howToGetPrometheus, () => {
  let target: HostileServer;
  let server: RealServer;
  const scraped = new EventEmitter();

  beforeAll(async () => {
    target = await startHostileServer();
    let scrapes = 0;
    target.answer = (response) => {
      respond(page(++scrapes), "text/plain; version=0.0.4; charset=utf-8")(response);
      scraped.emit("scrape");
    };
    server = await startPrometheus(new URL(target.url).host);
    // When the next one is asked for, the one before is stored.
    for (let scrape = 0; scrape < 3; scrape++) await once(scraped, "scrape");
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    await target?.[Symbol.asyncDispose]();
  });

  const source = (options: Omit<PrometheusOptions, "url">) => prometheus({ url: server.url, ...options });
  const read = (options: Omit<PrometheusOptions, "url">) => readOnce(source(options), Date.now());

  test.each([
    ["1 + 1", { kind: "value", value: 2 }],
    ['depth{queue="a"}', { kind: "value", value: 3 }],
    ["sum(depth)", { kind: "value", value: 8 }],
    ["small", { kind: "value", value: 1.5e-9 }],
    ["endless", { kind: "value", value: Number.POSITIVE_INFINITY }],
    ["bottomless", { kind: "value", value: Number.NEGATIVE_INFINITY }],
    ["not_a_number", { kind: "nan", detail: "the query gives NaN" }],
    ["0 / 0", { kind: "nan", detail: "the query gives NaN" }],
    ["nothing_of_this_name", { kind: "no-data", detail: "the query has no series" }],
  ])("reads %s", async (query, reading) => {
    expect(await read({ query })).toEqual(reading);
  });

  test.each([
    ["depth", 'the query has 2 series where one is expected, which differ in queue ("a", "b")', false],
    ["depth[1m]", "gives a range of points; use `range`", false],
    ['"hello"', "gives a text", false],
    ["sum(depth", "refuses the query (bad_data, HTTP 400): ", false],
    ["depth * on(zone) depth", "cannot answer the query (execution, HTTP 422): found duplicate series", true],
  ])("explains what is wrong with %s", async (query, says, isRetryable) => {
    expect(await faultOf(read({ query }))).toEqual({ message: expect.stringContaining(says), isRetryable });
  });

  test.each(["max", "min", "avg", "last"] as const)("reduces a window by %s", async (reduce) => {
    const range = { window: "300ms", step: "100ms", reduce } as const;
    expect(await read({ query: 'depth{queue="a"}', range })).toMatchObject({ kind: "value", value: 3 });
  });

  test("a window with NaN is NaN, one without points no data", async () => {
    const range = { window: "300ms", step: "100ms", reduce: "max" } as const;
    expect(await read({ query: "not_a_number", range })).toMatchObject({ kind: "nan" });
    expect(await read({ query: "nothing_of_this_name", range })).toMatchObject({ kind: "no-data" });
    expect(await faultOf(read({ query: "depth", range }))).toMatchObject({
      message: expect.stringContaining("2 series"),
    });
  });

  test("asks queries that no URL could hold", async () => {
    const query = `sum(depth{queue=~"a|${"x".repeat(50_000)}"})`;
    expect(await read({ query })).toEqual({ kind: "value", value: 3 });
  });

  test("looks back to the instant of the sample", async () => {
    const reading = await readOnce(source({ query: "depth" }), Date.now() - 3_600_000);
    expect(reading).toEqual({ kind: "no-data", detail: "the query has no series" });
  });

  test("reads the traffic at the same instant", async () => {
    const reading = await read({ query: "sum(depth)", traffic: "sum(http_total)" });
    expect(reading).toMatchObject({ kind: "value", value: 8, traffic: expect.any(Number) });
    expect((reading.traffic ?? 0) % 100).toBe(0);
  });

  test("reads a scrape as Prometheus itself does", async () => {
    const { samples } = parseExposition(page(1));
    const steady = samples.filter(({ name }) => !/^(?:http|latency)_/.test(name));
    expect(steady.length).toBeGreaterThan(6);
    for (const { name, labels, value } of steady) {
      const matchers = [...labels].map(([label, text]) => `${label}=${JSON.stringify(text)}`).join(",");
      const reading = await read({ query: `${name}{${matchers}}` });
      expect([name, reading.kind === "nan" ? Number.NaN : reading.kind === "value" && reading.value]).toEqual([
        name,
        value,
      ]);
    }
  });

  const errorRatio = 'sum(rate(http_total{code=~"5.."}[30s])) / sum(rate(http_total[30s]))';
  const fields = { metric: "error ratio", unit: "ratio", every: 50, samples: 3 } as const;

  test("decides a release by its error ratio", async () => {
    const errors = source({ query: errorRatio, traffic: "sum(increase(http_total[30s]))" });
    const gate = metricThreshold("errors", { ...fields, source: errors, below: 0.05, minTraffic: 100 });
    const { decision, findings } = await runGates(gate, { release });
    expect(decision).toBe("promote");
    expect(findings[0]?.reason).toMatch(
      /^error ratio at most [12](\.\d+)? % over 150 ms, expected below 5 % \(prometheus 127/,
    );

    const stricter = metricThreshold("errors", { ...fields, source: errors, below: 0.01 });
    expect((await runGates(stricter, { release })).decision).toBe("rollback");
  });

  test("holds a release when nobody scrapes what is asked for", async () => {
    const gate = metricThreshold("errors", { ...fields, source: source({ query: "htp_total" }), below: 0.05 });
    const { decision, findings } = await runGates(gate, { release });
    expect(decision).toBe("hold");
    expect(findings[0]?.reason).toContain("without data, 0 tolerated (the query has no series)");
  });

  test("a direct scrape comes to the same ratio", async () => {
    const value = ratio(counter("http_total", { code: /^5/ }), counter("http_total"));
    const clock = virtualClock();
    const direct = heldBy(clock, exposition({ url: `${target.url}/metrics`, value }));
    const gate = metricThreshold("errors", { ...fields, source: direct, below: 0.05 });
    const { findings } = await clock.settle(runGates(gate, { release, clock }));
    expect(findings[0]?.reason).toContain("error ratio at most 2 %");
  });
});
