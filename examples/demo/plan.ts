import {
  allOf,
  healthProbe,
  inSequence,
  manualApproval,
  metricThreshold,
  plan,
  readOnlyQuery,
  watch,
} from "release-gates";
import { sqlite } from "release-gates/databases";
import { counter, exposition, histogram, quantile, ratio } from "release-gates/metrics";
import * as z from "zod";
import { sameAnswers } from "./same-answers.js";

const input = z.strictObject({ stable: z.url(), canary: z.url(), metrics: z.url(), database: z.string() });

const orders = { route: "/orders" };
const errorRatio = ratio(
  counter("http_requests_total", { ...orders, status: /^5/ }),
  counter("http_requests_total", orders),
);
const p95 = quantile(0.95, histogram("http_request_duration_seconds", orders));
// In production these would be minutes. Samples that come too late, on a busy machine or while another process takes over, say nothing.
const window = { every: "500ms", samples: 6, minTraffic: 5, tolerate: { errors: 3 } } as const;

/** What must be so before the canary serves everybody. */
export const canaryRelease = plan("canary release", { input }, (_, { stable, canary, metrics, database }) =>
  inSequence("release", [
    healthProbe("ready", {
      http: { url: `${canary}/healthz`, expect: { status: 200, release: true } },
      period: "200ms",
      timeout: "2s",
      successThreshold: 2,
    }),

    allOf("probes", [
      healthProbe("port", { tcp: { host: new URL(canary).hostname, port: Number(new URL(canary).port) } }),
      healthProbe("orders are there", {
        http: { url: `${canary}/healthz`, expect: { json: z.object({ orders: z.int().positive() }) } },
        timeout: "2s",
      }),
    ]),

    // Goes on guarding while the data is checked, and while people think.
    watch(
      allOf("metrics", [
        metricThreshold("errors", {
          source: exposition({ url: metrics, value: errorRatio }),
          metric: "error ratio",
          unit: "ratio",
          below: 0.02,
          ...window,
        }),
        metricThreshold("latency", {
          source: exposition({ url: metrics, value: p95 }),
          metric: "p95 latency",
          unit: "s",
          below: 0.75,
          ...window,
        }),
      ]),
      { every: "1s" },
    ),

    allOf("data", [
      sameAnswers("a sample", { stable, canary, customers: [1, 2, 3, 4, 5] }),
      readOnlyQuery("every total", {
        database: sqlite({ file: database }),
        query: `
          SELECT customer_id, loaded.cents AS loaded_cents, totals.total_cents
          FROM (SELECT customer_id, sum(total_cents) AS cents FROM staging_orders GROUP BY customer_id) AS loaded
          LEFT JOIN customer_totals AS totals USING (customer_id)
          WHERE totals.total_cents IS NOT loaded.cents`,
        expect: { none: true },
      }),
    ]),

    manualApproval("sign-off", {
      from: { roles: ["release-manager"] },
      deadline: "15m",
      instructions: "Metrics and data are good. Does support know that version 2 is coming?",
    }),
  ]),
);
