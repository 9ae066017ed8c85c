import { Counter, Histogram, Registry } from "prom-client";
import { runGates } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { metricThreshold } from "../../../src/gates/metric-threshold/metric-threshold.js";
import { counter, current, exposition, gauge, histogram, ratio, slowerThan } from "../../../src/metrics/index.js";
import { release } from "../../helpers/gates.js";
import { heldBy } from "../../helpers/held-by.js";
import { respond, startHostileServer } from "../hostile-server.js";
import { faultOf, httpSourceContract, readOnce, sourceContract } from "../source-contract.js";

const text = "text/plain; version=0.0.4; charset=utf-8";
const depth = current(gauge("depth"));

sourceContract("exposition", (seen, server) => {
  if (seen === "an error") server.answer = respond("", text, 500);
  else if (seen === "silence") server.answer = () => {};
  else if (seen === "no data") server.answer = respond("# TYPE depth gauge\n", text);
  else
    server.answer = respond(`depth ${Number.isFinite(seen) ? seen : String(seen).replace("Infinity", "Inf")}\n`, text);
  return exposition({ url: server.url, value: depth, timeout: "10m" });
});

httpSourceContract("exposition", { body: "depth 1\n", type: text }, (options) =>
  exposition({ ...options, value: depth }),
);

describe("exposition", () => {
  test("asks for the text format", async () => {
    await using server = await startHostileServer();
    server.answer = respond("depth 1\n", text);
    await readOnce(exposition({ url: `${server.url}/metrics`, value: depth }));
    expect(server.received).toMatchObject([{ method: "GET", url: "/metrics" }]);
    expect(server.received[0]?.headers.accept).toMatch(/^text\/plain;version=0\.0\.4,/);
  });

  test("refuses a scrape of OpenMetrics that was cut off", async () => {
    await using server = await startHostileServer();
    const type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    const source = exposition({ url: server.url, value: depth });
    server.answer = respond("depth 1\n", type);
    const fault = await faultOf(readOnce(source));
    expect(fault).toEqual({ message: expect.stringContaining("was cut off"), isRetryable: true });
    server.answer = respond("depth 1\n# EOF\n", type);
    expect(await readOnce(source)).toEqual({ kind: "value", value: 1 });
  });

  test("keeps nothing between readings: totals go into the record", async () => {
    await using server = await startHostileServer();
    server.answer = respond('http_total{code="200"} 5\n', text);
    const source = exposition({
      url: server.url,
      value: ratio(counter("http_total", { code: /^5/ }), counter("http_total")),
    });
    const totals = { at: expect.any(Number), series: { part: {}, whole: { '{code="200"}': 5 } } };
    expect(await readOnce(source)).toEqual({ kind: "totals", totals });
    expect(await readOnce(source)).toEqual({ kind: "totals", totals });
  });

  test("is described by what is asked, expressions included", () => {
    const value = slowerThan(0.3, histogram("latency_seconds", { route: /^\/orders/, method: "GET" }));
    const source = exposition({ url: "http://u:p@orders:9464/metrics", value });
    expect(source.name).toBe("orders:9464/metrics");
    expect(source.description).toEqual({
      type: "exposition",
      url: "http://orders:9464/metrics",
      value: { slowerThan: 0.3, of: 'latency_seconds{route=~/^\\/orders/,method="GET"}' },
    });
  });

  test("refuses a value that is none", () => {
    const value = "http_total" as unknown as typeof depth;
    expect(() => exposition({ url: "http://orders:9464", value })).toThrow("value: expected a value, such as ratio(");
  });
});

/** A service that counts one round of traffic before every scrape. */
async function judged(round: (requests: Counter<"code">, latency: Histogram) => void) {
  await using server = await startHostileServer();
  const registry = new Registry();
  const requests = new Counter({
    name: "http_total",
    help: "Requests.",
    labelNames: ["code"] as const,
    registers: [registry],
  });
  const latency = new Histogram({
    name: "latency_seconds",
    help: "Latency.",
    buckets: [0.1, 0.3, 1],
    registers: [registry],
  });
  server.answer = (response) => {
    round(requests, latency);
    void registry.metrics().then((body) => response.writeHead(200, { "content-type": registry.contentType }).end(body));
  };
  const fields = { unit: "ratio", below: 0.05, every: "30s", samples: 3, minTraffic: 50 } as const;
  const errors = ratio(counter("http_total", { code: /^5/ }), counter("http_total"));
  const slow = slowerThan(0.3, histogram("latency_seconds"));
  const look = async (name: string, value: typeof errors) => {
    const clock = virtualClock();
    const source = heldBy(clock, exposition({ url: server.url, value }));
    const gate = metricThreshold(name, { ...fields, metric: name, source });
    return (await clock.settle(runGates(gate, { release, clock }))).findings[0];
  };
  return { errors: await look("error ratio", errors), slow: await look("slow requests", slow) };
}

describe("metricThreshold on a service with prom-client", () => {
  test("passes a good one", async () => {
    const { errors, slow } = await judged((requests, latency) => {
      requests.inc({ code: "200" }, 99);
      requests.inc({ code: "503" }, 1);
      for (let request = 0; request < 100; request++) latency.observe(0.05);
    });
    expect(errors).toMatchObject({ status: "passed", reason: expect.stringContaining("error ratio at most 1 %") });
    expect(slow).toMatchObject({ status: "passed", reason: expect.stringContaining("slow requests at most 0 %") });
  });

  test("fails one with errors, and one that is slow", async () => {
    const { errors, slow } = await judged((requests, latency) => {
      requests.inc({ code: "200" }, 90);
      requests.inc({ code: "503" }, 10);
      for (let request = 0; request < 100; request++) latency.observe(request < 20 ? 2 : 0.05);
    });
    expect(errors).toMatchObject({ status: "failed", reason: expect.stringContaining("error ratio 10 %") });
    expect(slow).toMatchObject({ status: "failed", reason: expect.stringContaining("slow requests 20 %") });
  });

  test("says nothing about one without traffic", async () => {
    const { errors, slow } = await judged(() => {});
    expect(errors).toMatchObject({
      status: "inconclusive",
      reason: expect.stringContaining("3 with too little traffic"),
    });
    expect(slow).toMatchObject({ status: "inconclusive" });
  });
});
