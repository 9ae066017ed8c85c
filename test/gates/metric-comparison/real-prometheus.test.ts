import { metricComparison, runGates, type Gate, type MetricSource } from "release-gates";
import { backtest, prometheusHistory } from "release-gates/backtest";
import { prometheus, prometheusCounter } from "release-gates/metrics";
import { virtualClock } from "release-gates/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCountingProxy, type CountingProxy } from "../../backtest/counting-proxy.js";
import { release } from "../../helpers/gates.js";
import { heldBy } from "../../helpers/held-by.js";
import { describeWithService } from "../../helpers/services.js";
import {
  hasPrometheus,
  hasPromtool,
  howToGetPrometheus,
  startPrometheusWith,
} from "../../metrics/prometheus-server.js";
import type { RealServer } from "../../metrics/real-server.js";

const begun = Date.parse("2025-06-03T00:00:00Z");
const hourMs = 3_600_000;

/** Three hours of scrapes, every 15 seconds: a canary is worse in the second hour, and begins again in the middle of the third. */
function threeHours(): string {
  const scrapes = Array.from({ length: (4 * hourMs) / 15_000 }, (_, index) => begun - hourMs / 2 + index * 15_000);
  const series = (labels: string, perScrape: (at: number) => number, resetAt = Infinity) => {
    let count = 0;
    return scrapes.map((at) => {
      count = at >= resetAt && at - 15_000 < resetAt ? 0 : count + perScrape(at);
      return `http_requests_total{${labels}} ${count} ${at / 1_000}`;
    });
  };
  const isBad = (at: number) => at > begun + hourMs && at <= begun + 2 * hourMs;
  const reset = begun + 2.5 * hourMs;
  return [
    "# TYPE http_requests counter",
    ...series('track="canary",code="200"', (at) => (isBad(at) ? 121 : 124), reset),
    ...series('track="canary",code="500"', (at) => (isBad(at) ? 4 : 1), reset),
    ...series('track="stable",code="200"', () => 495),
    ...series('track="stable",code="500"', () => 5),
  ].join("\n");
}

describeWithService(
  "metricComparison, over a real server's counters,",
  hasPrometheus && hasPromtool,
  howToGetPrometheus,
  () => {
    let server: RealServer;
    let proxy: CountingProxy;

    beforeAll(async () => {
      server = await startPrometheusWith(threeHours());
      proxy = await startCountingProxy(server.url);
    });
    afterAll(async () => {
      await proxy?.[Symbol.asyncDispose]();
      await server?.[Symbol.asyncDispose]();
    });

    const kinds = {
      "counters, series by series": (labels: string) =>
        prometheusCounter({ url: proxy.url, counter: `http_requests_total{${labels}}` }),
      "increases over the window": (labels: string) =>
        prometheus({ url: proxy.url, query: `sum(increase(http_requests_total{${labels}}[$window]))` }),
    };
    type Kind = keyof typeof kinds;
    const all = Object.keys(kinds) as Kind[];

    function compare(kind: Kind, wrap: (source: MetricSource) => MetricSource = (source) => source): Gate {
      const arm = (track: string) => ({
        events: wrap(kinds[kind](`track="${track}",code=~"5.."`)),
        total: wrap(kinds[kind](`track="${track}"`)),
      });
      return metricComparison("errors", {
        kind: "proportion",
        metric: "error ratio",
        canary: arm("canary"),
        baseline: arm("stable"),
        split: 0.2,
        margin: { absolute: 0.006 },
        for: "50m",
      });
    }

    async function liveAt(gate: (wrap: (source: MetricSource) => MetricSource) => Gate, at: number) {
      const clock = virtualClock(at);
      const held = (inner: MetricSource) => heldBy(clock, inner);
      return clock.settle(runGates(gate(held), { release, clock }));
    }

    test.each(all)("passes a canary like its baseline, and fails a worse one: %s", async (kind) => {
      const good = await liveAt((wrap) => compare(kind, wrap), begun);
      expect(good.findings[0]).toMatchObject({ status: "passed", decision: "promote" });
      expect(good.reason).toContain("error ratio 0.8 %, baseline 1 %");
      const bad = await liveAt((wrap) => compare(kind, wrap), begun + hourMs + 60_000);
      expect(bad.findings[0]).toMatchObject({ status: "failed", decision: "rollback" });
      expect(bad.reason).toContain("error ratio 3.2 %, baseline 1 %, over 2 min");
    });

    test("drops the window in which counters began again, and counts whole numbers in all others", async () => {
      const { findings } = await liveAt(
        (wrap) => compare("counters, series by series", wrap),
        begun + 2.5 * hourMs - 60_000,
      );
      expect(findings[0]).toMatchObject({ status: "inconclusive", evidence: { faults: { reset: 1 } } });
      expect(findings[0]?.evidence).toMatchObject({ compared: 49, canary: { requests: 49 * 500 } });
    });

    test.each(all)("is backtested to the same finding: %s", async (kind) => {
      for (const from of [begun, begun + hourMs + 60_000]) {
        const live = await liveAt((wrap) => compare(kind, wrap), from);
        proxy.received.length = 0;
        const { windows } = await backtest(compare(kind), {
          history: prometheusHistory({ url: proxy.url }),
          windows: [{ release, from, to: from + hourMs }],
        });
        expect(windows[0]?.verdict.findings).toEqual(live.findings);
        expect(windows[0]?.unknown).toEqual([]);
        // One query of a range for each source; counters are read one by one.
        if (kind === "increases over the window") {
          expect(proxy.received.map(({ path }) => path)).toEqual(Array(4).fill("/api/v1/query_range"));
        }
      }
    });
  },
);
