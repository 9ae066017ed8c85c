import * as z from "zod";
import type { Duration } from "../../gate/duration.js";
import { positiveDurationSchema } from "../../gate/gate-config.js";
import { absentFields, type AbsentOptions } from "../absent.js";
import { windowFields, type WindowOptions } from "../asked-window.js";
import { credentialIssue, httpTargetFields, type HttpTargetOptions } from "../http-target.js";
import { reductions, type Reduction } from "../reduce-points.js";
import { hasWindow } from "./fill-window.js";
import type { QueryApi } from "./query-api.js";

/** What is asked of a server with the query API of Prometheus. */
export interface QueryOptions extends HttpTargetOptions, WindowOptions, AbsentOptions {
  /** Gives the number of requests (jobs, …) behind the value, for `minTraffic`. No series is no traffic. */
  readonly traffic?: string;
  /** Asks for a window instead of an instant, and makes one value of it. @default an instant */
  readonly range?: PrometheusRange;
}

/** A window that ends when the sample is due. */
export interface PrometheusRange {
  /** How long the window is, where the gate names no other. */
  readonly window: Duration;
  /** From one point of the window to the next. At most 11,000 points. @default a sixtieth of the window, at least "1s" */
  readonly step?: Duration;
  /** What the points become. A window that holds a NaN is NaN, except for `last`. */
  readonly reduce: Reduction;
}

/** The server's own limit to the points of a range. */
export const maxPoints = 11_000;

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

/** The schema of {@link QueryOptions}, with the query. */
export const queryOptions = ({ language, path, type }: QueryApi) => {
  const query = z
    .string()
    .trim()
    .min(1, { error: `expected a ${language} query` })
    // Grafana fills those in; the server would say no more than that there is a $.
    .refine((text) => !/\$(?:__|\{__)/.test(text), {
      error: "expected $window, where a dashboard has $__range or $__rate_interval",
    });
  return z
    .strictObject({
      ...httpTargetFields,
      ...windowFields,
      ...absentFields,
      query,
      traffic: query.optional(),
      range: range.optional(),
    })
    .superRefine((options, context) => {
      const issue = credentialIssue(options);
      if (issue !== undefined) context.addIssue(issue);
      if (`${new URL(options.url).pathname}/`.replace(/\/+$/, "/").endsWith(path)) {
        const message = `expected the server's URL, without ${path.slice(0, -1)}`;
        context.addIssue({ code: "custom", path: ["url"], message });
      }
      if (options.window !== undefined && !hasWindow(options.query) && !hasWindow(options.traffic)) {
        const message = `expected $window in a query of ${type} that counts over a window`;
        context.addIssue({ code: "custom", path: ["query"], message });
      }
    });
};

/** What a query source is made of. */
export type ParsedQueryOptions = z.output<ReturnType<typeof queryOptions>>;
