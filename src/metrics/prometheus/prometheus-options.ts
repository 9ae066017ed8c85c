import * as z from "zod";
import type { Duration } from "../../gate/duration.js";
import { positiveDurationSchema } from "../../gate/gate-config.js";
import { credentialIssue, httpTargetFields, type HttpTargetOptions } from "../http-target.js";
import { reductions, type Reduction } from "../reduce-points.js";

/** What is asked of a Prometheus server, or of anything that speaks its HTTP API. */
export interface PrometheusOptions extends HttpTargetOptions {
  /** The server's URL, without `/api/v1`; a path before it is kept: `https://prom.example/team-a`. */
  readonly url: string;
  /** PromQL that gives one value: a scalar, or a vector of one series. */
  readonly query: string;
  /** PromQL that gives the number of requests (jobs, …) behind the value, for `minTraffic`. No series is no traffic. */
  readonly traffic?: string;
  /** Asks for a window instead of an instant, and makes one value of it. @default an instant */
  readonly range?: PrometheusRange;
}

/** A window that ends when the sample is due. */
export interface PrometheusRange {
  /** How long the window is. */
  readonly window: Duration;
  /** From one point of the window to the next. At most 11,000 points. @default a sixtieth of the window, at least "1s" */
  readonly step?: Duration;
  /** What the points become. A window that holds a NaN is NaN, except for `last`. */
  readonly reduce: Reduction;
}

// The server's own limit.
const maxPoints = 11_000;

const range = z
  .strictObject({
    window: positiveDurationSchema,
    step: positiveDurationSchema.optional(),
    reduce: z.enum(reductions),
  })
  .transform(({ window: windowMs, step, reduce }) => ({
    windowMs,
    stepMs: step ?? Math.max(1_000, Math.ceil(windowMs / 60)),
    reduce,
  }))
  .refine(({ windowMs, stepMs }) => stepMs <= windowMs, { path: ["step"], error: "expected at most the window" })
  .refine(({ windowMs, stepMs }) => windowMs / stepMs <= maxPoints, {
    path: ["step"],
    error: `expected longer steps: at most ${maxPoints} points`,
  });

/** A window, in milliseconds. */
export type ParsedRange = z.output<typeof range>;

const promql = z.string().trim().min(1, { error: "expected a PromQL query" });

/** The schema of {@link PrometheusOptions}. */
export const prometheusOptions = z
  .strictObject({ ...httpTargetFields, query: promql, traffic: promql.optional(), range: range.optional() })
  .superRefine((options, context) => {
    const issue = credentialIssue(options);
    if (issue !== undefined) context.addIssue(issue);
    if (/\/api\/v1\/?$/.test(new URL(options.url).pathname)) {
      context.addIssue({ code: "custom", path: ["url"], message: "expected the server's URL, without /api/v1" });
    }
  });
