import { allOf, metricThreshold, runGates, type Gate, type MetricSource } from "release-gates";
import { backtest, calibrate, prometheusHistory, type BacktestResult } from "release-gates/backtest";
import { prometheus, type PrometheusOptions } from "release-gates/metrics";
import { virtualClock } from "release-gates/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { release } from "../helpers/gates.js";
import { heldBy } from "../helpers/held-by.js";
import { refusalOf } from "../helpers/refusal.js";
import { describeWithService } from "../helpers/services.js";
import { respond, startHostileServer } from "../metrics/hostile-server.js";
import { hasPrometheus, hasPromtool, howToGetPrometheus, startPrometheusWith } from "../metrics/prometheus-server.js";
import type { RealServer } from "../metrics/real-server.js";
import { startCountingProxy, type CountingProxy } from "./counting-proxy.js";
import { times } from "./past.js";

const begun = Date.parse("2025-06-03T00:00:00Z");
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A day and an hour of scrapes, every 15 seconds: what an orders service said. */
function aDay(): string {
  const seconds = (at: number) => at / 1_000;
  const lines = (sample: (index: number) => string) =>
    Array.from({ length: (25 * hourMs) / 15_000 }, (_, index) => sample(index));
  const at = (index: number) => seconds(begun - hourMs + index * 15_000);
  // Errors come in the evening; in one hour nothing was scraped; a second pod appears for an hour.
  const isEvening = (index: number) => at(index) > seconds(begun + 20 * hourMs);
  const isSilent = (index: number) => Math.floor((at(index) - seconds(begun)) / 3_600) === 5;
  const isTwofold = (index: number) => Math.floor((at(index) - seconds(begun)) / 3_600) === 8;
  return [
    "# TYPE errors gauge",
    ...lines((index) =>
      isSilent(index) ? "" : `errors{pod="a"} ${isEvening(index) ? 0.5 : (index % 7) / 1_000} ${at(index)}`,
    ),
    ...lines((index) => (isTwofold(index) ? `errors{pod="b"} 0.1 ${at(index)}` : "")),
    "# TYPE http counter",
    ...lines((index) => `http_total{code="200"} ${index * 100} ${at(index)}`),
    "# TYPE odd gauge",
    ...lines((index) => `odd ${["1", "NaN", "+Inf", "-Inf"][Math.floor(index / 4) % 4]} ${at(index)}`),
    "",
  ]
    .filter((line) => line !== "")
    .join("\n");
}

describeWithService(
  "prometheusHistory, over a real server's past day,",
  hasPrometheus && hasPromtool,
  howToGetPrometheus,
  () => {
    let server: RealServer;
    let proxy: CountingProxy;

    beforeAll(async () => {
      server = await startPrometheusWith(aDay());
      proxy = await startCountingProxy(server.url);
    });
    afterAll(async () => {
      await proxy?.[Symbol.asyncDispose]();
      await server?.[Symbol.asyncDispose]();
    });

    const source = (options: Omit<PrometheusOptions, "url">) => prometheus({ url: proxy.url, ...options });
    const watched = (name: string, from: MetricSource, config: object = {}): Gate =>
      metricThreshold(name, {
        source: from,
        every: "1m",
        samples: 1_440,
        below: 0.2,
        failAfter: { bad: 3, inLast: 5 },
        tolerate: { noData: 60, errors: 60, nan: 720 },
        ...config,
      });
    const overDay = (gate: Gate): Promise<BacktestResult> =>
      backtest(gate, {
        history: prometheusHistory({ url: proxy.url }),
        windows: [{ release, from: begun, to: begun + dayMs }],
      });

    /** The same run on the same server, asked sample by sample, as a release asks. */
    async function live(make: (wrap: (source: MetricSource) => MetricSource) => Gate) {
      const clock = virtualClock(begun);
      const wrap = (inner: MetricSource) => heldBy(clock, inner);
      return clock.settle(runGates(make(wrap), { release, clock, deadline: dayMs }));
    }

    test("asks once for a day of minutes, and decides at the minute at which a live run would have", async () => {
      proxy.received.length = 0;
      const { windows } = await overDay(watched("errors", source({ query: 'errors{pod="a"}' })));
      expect(windows[0]).toMatchObject({ outcome: "rollback", decidedAfterMs: (20 * 60 + 3) * 60_000, unknown: [] });
      expect(windows[0]?.verdict.findings[0]?.evidence).toMatchObject({ noData: 55, taken: 1_203 });
      expect(proxy.received.map(({ path, form }) => [path, form.get("step")])).toEqual([["/api/v1/query_range", "60"]]);
    });

    test.each<[string, Omit<PrometheusOptions, "url">, object]>([
      ["gauges with silence and two series", { query: "errors" }, {}],
      ["counters", { query: "rate(http_total[1m])" }, { below: 7 }],
      ["odd numbers", { query: "odd" }, { below: 2 }],
      ["a scalar", { query: "time() % 3600 / 3600" }, {}],
      ["traffic", { query: 'errors{pod="a"}', traffic: "sum(increase(http_total[1m]))" }, { minTraffic: 390 }],
      ["hardly any traffic", { query: 'errors{pod="a"}', traffic: 'sum(http_total{code="500"})' }, { minTraffic: 1 }],
      ["a warm-up off the grid", { query: "errors" }, { warmup: "37s" }],
      ["a range that is reduced", { query: 'errors{pod="a"}', range: { window: "5m", reduce: "max" } }, {}],
      [
        "a query that depends on where the range begins",
        { query: 'errors{pod="a"} + 0 * errors{pod="a"} @ end()' },
        {},
      ],
      ["a window of the gate's", { query: "sum(rate(http_total[$window]))" }, { below: 7 }],
      ["a window of its own", { query: "avg(avg_over_time(errors[$window]))", window: "3m" }, {}],
      [
        "traffic over a window",
        { query: "max(errors)", traffic: "sum(increase(http_total[$window]))" },
        { minTraffic: 390 },
      ],
      ["nothing that is zero", { query: "absent_metric", absent: "zero" }, {}],
      ["nothing at all", { query: "absent_metric" }, {}],
      ["several times a minute", { query: "errors" }, { every: "7s" }],
    ])("answers as the live server does: %s", async (_, query, config) => {
      // An hour around the silence, the second pod or midnight, whichever comes first.
      const make = (wrap: (source: MetricSource) => MetricSource) =>
        watched("errors", wrap(source(query)), {
          samples: 90,
          tolerate: { noData: 40, errors: 40, nan: 40 },
          ...config,
        });
      for (const hour of [0, 4.5, 7.5]) {
        const clock = virtualClock(begun + hour * hourMs);
        const wrap = (inner: MetricSource) => heldBy(clock, inner);
        const expected = await clock.settle(runGates(make(wrap), { release, clock }));
        const { windows } = await backtest(
          make((inner) => inner),
          { history: prometheusHistory({ url: proxy.url }), windows: [{ release, from: begun + hour * hourMs }] },
        );
        expect(windows[0]?.verdict.findings).toEqual(expected.findings);
        expect(windows[0]?.unknown).toEqual([]);
      }
    });

    test.each([
      [
        "of the gate's",
        { query: "max(max_over_time(errors[$window]))", traffic: "sum(increase(http_total[$window]))" },
      ],
      ["of its own", { query: "max(max_over_time(errors[$window]))", window: "90s", absent: "zero" }],
    ] as const)("asks once a query for a day of windows %s", async (_, query) => {
      proxy.received.length = 0;
      const { windows } = await overDay(watched("errors", source(query)));
      expect(windows[0]?.unknown).toEqual([]);
      expect(windows[0]?.outcome).toBe("rollback");
      const traffic = "traffic" in query ? 1 : 0;
      expect(proxy.received.map(({ path }) => path)).toEqual(Array(1 + traffic).fill("/api/v1/query_range"));
    });

    test("asks twice where the warm-up is not one sample long, and once for gates and candidates alike", async () => {
      proxy.received.length = 0;
      const query = source({ query: 'errors{pod="a"}' });
      await overDay(watched("errors", query, { warmup: "10m", samples: 1_400, tolerate: {} }));
      expect(proxy.received).toHaveLength(2);
      proxy.received.length = 0;
      await overDay(
        allOf(
          "all",
          times(3, 0).map((_, index) => watched(`gate ${index}`, query)),
        ),
      );
      expect(proxy.received).toHaveLength(1);
      proxy.received.length = 0;
      const { rows } = await calibrate((below: number) => watched("errors", query, { below }), {
        candidates: [0.1, 0.6],
        history: prometheusHistory({ url: proxy.url }),
        windows: [{ release, from: begun, to: begun + dayMs, label: "good" }],
      });
      expect(rows.map(({ falseRollbacks }) => falseRollbacks)).toEqual([1, 0]);
      expect(proxy.received).toHaveLength(1);
    });

    test("asks in parts for more points than the server gives at once", async () => {
      proxy.received.length = 0;
      const gate = watched("errors", source({ query: 'errors{pod="a"}' }), {
        every: "5s",
        samples: 11_100,
        below: 1,
        tolerate: { noData: 720 },
      });
      const { windows } = await overDay(gate);
      expect([windows[0]?.outcome, windows[0]?.decidedAfterMs]).toEqual(["promote", 11_100 * 5_000]);
      expect(proxy.received).toHaveLength(2);
    });

    test("answers for other servers where it is told so, but not for their ranges", async () => {
      const other = "http://prometheus.gone:9090";
      const history = prometheusHistory({ url: proxy.url, insteadOf: [other] });
      const windows = [{ release, from: begun, to: begun + hourMs }];
      const outcomeOf = async (options: Partial<PrometheusOptions>) => {
        const from = prometheus({ url: other, query: 'errors{pod="a"}', ...options });
        const result = await backtest(watched("errors", from, { samples: 10, tolerate: {} }), { history, windows });
        return [result.windows[0]?.outcome, result.windows[0]?.unknown[0]?.detail.replace(/^.*Z: /, "")];
      };
      expect(await outcomeOf({})).toEqual(["promote", undefined]);
      expect(await outcomeOf({ url: proxy.url })).toEqual(["unknown", "no history knows this source"]);
      const range = { window: "5m", reduce: "max" } as const;
      expect(await outcomeOf({ range })).toEqual(["unknown", "only its own server can answer this kind of query"]);
    });

    test("says the same as a live run of a whole day", async () => {
      const query = source({ query: "max(errors)", traffic: "sum(increase(http_total[1m]))" });
      const make = (wrap: (source: MetricSource) => MetricSource) =>
        watched("errors", wrap(query), { every: "10m", samples: 144, minTraffic: 10, tolerate: { noData: 6 } });
      const expected = await live(make);
      const { windows } = await overDay(make((inner) => inner));
      expect(windows[0]?.verdict.findings).toEqual(expected.findings);
      expect(windows[0]?.outcome).toBe("rollback");
    });
  },
);

describe("prometheusHistory, before servers that do not help,", () => {
  const matrix = (values: unknown) =>
    JSON.stringify({ status: "success", data: { resultType: "matrix", result: values } });

  test.each([
    ["an HTML page", respond("<html>", "text/html"), "answers with an HTML page"],
    [
      "an error",
      respond(JSON.stringify({ status: "error", errorType: "timeout", error: "too slow" }), "application/json", 503),
      "cannot answer the query (timeout",
    ],
    ["credentials refused", respond("no", "text/plain", 401), "refuses the credentials"],
    [
      "a number that is none",
      respond(matrix([{ metric: {}, values: [[begun / 1_000 + 60, "zwölf"]] }]), "application/json"),
      "no number",
    ],
  ])("is unknown, and never an error that a gate tolerates: %s", async (_, answer, detail) => {
    await using server = await startHostileServer();
    server.answer = answer;
    const source = prometheus({ url: server.url, query: "errors" });
    const gate = metricThreshold(
      "errors",
      { source, every: "1m", samples: 5, below: 1, tolerate: { errors: 2 } },
      { onError: "rollback" },
    );
    const { windows } = await backtest(gate, {
      history: prometheusHistory({ url: server.url, bearer: "secret-token" }),
      windows: [{ release, from: begun }],
    });
    expect(windows[0]).toMatchObject({ outcome: "unknown", verdict: { decision: "hold" } });
    expect(windows[0]?.unknown[0]?.detail).toContain(detail);
    expect(JSON.stringify(windows)).not.toContain("secret-token");
  });

  test("is unknown where nobody listens, and where the time has not come yet", async () => {
    const { url } = await startHostileServer().then(async (server) => (await server[Symbol.asyncDispose](), server));
    const source = prometheus({ url, query: "errors" });
    const gate = metricThreshold("errors", { source, every: "1m", samples: 5, below: 1 });
    const history = prometheusHistory({ url });
    const { windows } = await backtest(gate, {
      history,
      windows: [
        { release, from: begun },
        { release, from: "2999-01-01T00:00:00Z" },
      ],
    });
    expect(windows.map(({ outcome }) => outcome)).toEqual(["unknown", "unknown"]);
    expect(windows[0]?.unknown[0]?.detail).toContain("refused the connection");
    expect(windows[1]?.unknown[0]?.detail).toContain("that time has not come yet");
  });

  test("refuses options that it cannot use", () => {
    expect(refusalOf(() => prometheusHistory({ url: "prometheus" }))).toContain(
      "GATE_CONFIG_INVALID: Invalid options for the metric source prometheusHistory: url",
    );
    expect(refusalOf(() => prometheusHistory({ url: "http://u:p@prom", bearer: "t" }))).toContain(
      "expected one way to log in",
    );
  });
});
