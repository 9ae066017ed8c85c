import type { JsonObject } from "release-gates";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prometheus, prometheusCounter, type PrometheusCounterOptions } from "../../src/metrics/index.js";
import { describeWithService } from "../helpers/services.js";
import { startLoginProxy } from "./login-proxy.js";
import {
  hasPrometheus,
  hasVictoriaMetrics,
  howToGetPrometheus,
  howToGetVictoriaMetrics,
  startPrometheusWith,
  startVictoriaMetricsWith,
} from "./prometheus-server.js";
import type { RealServer } from "./real-server.js";
import { faultOf, readOnce } from "./source-contract.js";

const hour = 3_600_000;
// In the past, as blocks are; on an hour, so that everybody's arithmetic is easy; and on no midnight, at whose first instant
// VictoriaMetrics, which keeps an index for each day, finds no series.
const sixAgo = Math.floor(Date.now() / hour) * hour - 6 * hour;
const begin = new Date(sixAgo).getUTCHours() === 0 ? sixAgo - hour : sixAgo;
const second = (offset: number) => begin + offset * 1_000;

/** What pods had counted, by the second; undefined where they were not scraped. */
const pods: Readonly<Record<string, (at: number) => number | undefined>> = {
  // Counts one a second, and began again after 100 s.
  a: (at) => (at < 100 ? 100 + at : at - 100),
  // Came after 70 s with what it had counted by then.
  b: (at) => (at < 70 ? undefined : 7),
  // Was not scraped for a while.
  c: (at) => (at > 60 && at < 900 ? undefined : 50 + Math.floor(at / 20)),
};
const samples = Array.from({ length: 121 }, (_, index) => index * 15);
const historyWith = (time: (at: number) => number) =>
  [
    "# TYPE http counter\n",
    ...Object.entries(pods).flatMap(([pod, count]) =>
      samples.map((at) =>
        count(at) === undefined ? "" : `http_total{app="orders",pod="${pod}"} ${count(at)} ${time(at)}\n`,
      ),
    ),
    "# TYPE depth gauge\n",
    `depth{app="orders"} 3 ${time(0)}\n`,
  ].join("");

const servers = [
  {
    name: "Prometheus",
    has: hasPrometheus,
    how: howToGetPrometheus,
    start: () => startPrometheusWith(historyWith((at) => second(at) / 1_000)),
  },
  {
    name: "VictoriaMetrics",
    has: hasVictoriaMetrics,
    how: howToGetVictoriaMetrics,
    start: () => startVictoriaMetricsWith(historyWith(second)),
  },
];

for (const { name, has, how, start } of servers) {
  describeWithService(`the past of a real ${name}`, has, how, () => {
    let server: RealServer;
    beforeAll(async () => {
      server = await start();
    });
    afterAll(async () => server?.[Symbol.asyncDispose]());

    const orders = (options: Partial<PrometheusCounterOptions> = {}) =>
      prometheusCounter({ url: server.url, counter: 'http_total{app="orders"}', ...options });
    const totalsAt = async (offset: number, options: Partial<PrometheusCounterOptions> = {}): Promise<JsonObject> => {
      const reading = await readOnce(orders(options), second(offset));
      if (reading.kind !== "totals") throw new Error(`is ${JSON.stringify(reading)}`);
      return reading.totals;
    };
    const grown = async (from: number, to: number) => {
      const reading = orders().between?.(await totalsAt(from), await totalsAt(to));
      return { ...reading, window: reading?.window && [reading.window.from - begin, reading.window.to - begin] };
    };

    test("counters grow by what was counted, exactly, and not by an estimate", async () => {
      expect(await grown(0, 60)).toEqual({ kind: "value", value: 60 + 3, resets: 0, window: [0, 60_000] });
      // Each series stretched to the edges of the window for itself.
      const estimate = await readOnce(
        prometheus({ url: server.url, query: 'sum(increase(http_total{app="orders"}[$window]))' }),
        second(55),
        second(5),
      );
      expect(estimate).toMatchObject({ kind: "value", window: { from: second(5), to: second(55) } });
    });

    test("a counter that went down began again, and one that came began at 0", async () => {
      expect(await grown(60, 120)).toEqual({
        kind: "value",
        // 20 of a since it began again, 7 of b, which is new; c is not scraped.
        value: 20 + 7,
        resets: 1,
        warnings: [expect.stringContaining("1 of the counters went down")],
        window: [60_000, 120_000],
      });
    });

    test("a series that comes back goes on where it was", async () => {
      // c: from 53 to 95, and not 95 anew.
      const { value } = (await grown(600, 900)) as { value?: number };
      expect(value).toBe(300 + 95 - 53);
    });

    test("counters that nobody scrapes any more are no data, and no peace", async () => {
      expect(await readOnce(orders(), second(1_800 + 290))).toMatchObject({ kind: "totals" });
      const stale = { kind: "no-data", detail: expect.stringContaining('of http_total{app="orders"} is older than') };
      expect(await readOnce(orders(), second(1_800 + 310))).toEqual(stale);
      expect(await readOnce(orders({ maxAge: "1m" }), second(1_800 + 59))).toMatchObject({ kind: "totals" });
      expect(await readOnce(orders({ maxAge: "1m" }), second(1_800 + 61))).toEqual(stale);
      expect(await readOnce(orders({ absent: "zero" }), second(1_800 + 310))).toEqual(stale);
    });

    test("no series is no data, and a beginning at 0 where that was said", async () => {
      const counter = 'http_total{app="orders",code="500"}';
      expect(await readOnce(orders({ counter }), second(60))).toEqual({
        kind: "no-data",
        detail: `${counter} has no series`,
      });
      const first = await totalsAt(0, { counter, absent: "zero" });
      expect(orders().between?.(first, await totalsAt(60))).toMatchObject({ value: 160 + 53 });
    });

    test("a query knows the length of the window that is asked for", async () => {
      const last = prometheus({ url: server.url, query: 'count_over_time(http_total{pod="a"}[$window]) / $window_s' });
      const reading = await readOnce(last, second(62), second(2));
      expect(reading).toEqual({ kind: "value", value: 4 / 60, window: { from: second(2), to: second(62) } });
      expect((await faultOf(readOnce(last, second(62)))).message).toContain("set the option `window`");
    });

    test("a gauge is shown for minutes after it was last seen, unless it is asked for its last minute", async () => {
      const { url } = server;
      expect(await readOnce(prometheus({ url, query: "depth" }), second(200))).toEqual({ kind: "value", value: 3 });
      const fresh = prometheus({ url, query: "last_over_time(depth[1m])" });
      expect(await readOnce(fresh, second(30))).toEqual({ kind: "value", value: 3 });
      expect(await readOnce(fresh, second(200))).toMatchObject({ kind: "no-data" });
    });

    test("is asked through a proxy, with basic and bearer authentication and a tenant", async () => {
      const basic = { username: "gates", password: "p4ss" };
      const logins = [
        [{ basic }, `Basic ${btoa("gates:p4ss")}`],
        [{ bearer: async () => "t0ken" }, "Bearer t0ken"],
      ] as const;
      for (const [login, authorization] of logins) {
        await using proxy = await startLoginProxy(server.url, authorization);
        const asked = { url: proxy.url, query: "depth", headers: { "X-Scope-OrgID": "shop" } };
        expect(await readOnce(prometheus({ ...asked, ...login }), second(10))).toEqual({ kind: "value", value: 3 });
        expect(proxy.passed).toMatchObject([{ "x-scope-orgid": "shop" }]);
        const fault = await faultOf(readOnce(prometheus(asked), second(10)));
        expect(fault).toEqual({ message: expect.stringContaining("refuses the credentials"), isRetryable: false });
      }
    });
  });
}
