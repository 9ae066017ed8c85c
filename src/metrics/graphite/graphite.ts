import * as z from "zod";
import type { MeasuredWindow, MetricReading, MetricSource } from "../../gates/metric-threshold/metric-source.js";
import { absentFields, readAbsent, shownAbsent, type AbsentOptions } from "../absent.js";
import { AnswerFault, explained } from "../answer-fault.js";
import { anyNumber } from "../any-number.js";
import { countsOver, demandWindow, ownWindow, windowFields, type WindowOptions } from "../asked-window.js";
import { explainSeries } from "../explain-series.js";
import { readAnswer } from "../http-answer.js";
import { exchange } from "../http-exchange.js";
import { credentialIssue, httpTarget, httpTargetFields, type HttpTargetOptions } from "../http-target.js";
import { reductions, type Reduction } from "../reduce-points.js";
import { parseSourceOptions } from "../source-options.js";
import { readTimePoints } from "../time-points.js";

/** What is asked of Graphite's render API. */
export interface GraphiteOptions extends HttpTargetOptions, WindowOptions, AbsentOptions {
  /** The server's URL, without `/render`; a path before it is kept. */
  readonly url: string;
  /** A target that gives one series: `sumSeries(stats_counts.orders.*.errors)`. */
  readonly target: string;
  /** What the points of the window become. */
  readonly reduce: Reduction;
}

const maxBytes = 4_194_304;

const schema = z
  .strictObject({
    ...httpTargetFields,
    ...windowFields,
    ...absentFields,
    target: z.string().trim().min(1, { error: "expected a target" }),
    reduce: z.enum(reductions),
  })
  .superRefine((options, context) => {
    const issue = credentialIssue(options);
    if (issue !== undefined) context.addIssue(issue);
  });

const graphiteAnswer = z.array(
  z.object({ target: z.string(), datapoints: z.array(z.tuple([anyNumber.nullable(), z.number()])) }),
);

/**
 * Makes a source that asks Graphite for the points that begin in [from, to), and makes one value of them.
 *
 * No series, and nothing but nulls, is no data; single nulls are left out. Several series are an error that says how they
 * differ. Throws a `GateError` with code `GATE_CONFIG_INVALID` for options that it cannot use.
 *
 * @example
 * ```ts
 * import { graphite } from "release-gates/metrics";
 *
 * export const errors = graphite({
 *   url: "https://graphite.internal",
 *   target: "sumSeries(stats_counts.orders.*.errors)",
 *   reduce: "sum",
 *   window: "5m",
 * });
 * ```
 */
export function graphite(options: GraphiteOptions): MetricSource {
  const { window: windowMs, absent, target: path, reduce, ...rest } = parseSourceOptions("graphite", schema, options);
  const target = httpTarget(rest, maxBytes);
  const url = new URL(target.url);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/render`;
  const name = `graphite ${url.host}`;
  return {
    name,
    description: {
      type: "graphite",
      url: target.publicUrl,
      target: path,
      reduce,
      ...ownWindow(windowMs),
      ...shownAbsent(absent),
    },
    ...countsOver(windowMs),
    async read(request) {
      const { at, signal } = request;
      const window = demandWindow(name, request, windowMs);
      const body = { type: "application/x-www-form-urlencoded", text: formOf(path, window).toString() };
      const http = await exchange(name, target, { url, body, accept: "application/json", at, signal });
      const { redact } = target;
      const answer = readAnswer(name, http, { schema: graphiteAnswer, what: "answer of Graphite", redact });
      return readAbsent(
        explained(name, () => readSeries(answer, window, reduce)),
        absent,
      );
    },
  };
}

/** Graphite knows whole seconds, and leaves out the point at `from`: what is too much is left out of the answer. */
function formOf(target: string, { from, to }: MeasuredWindow): URLSearchParams {
  return new URLSearchParams({
    target,
    format: "json",
    from: String(Math.floor(from / 1_000) - 1),
    until: String(Math.ceil(to / 1_000)),
  });
}

function readSeries(all: z.output<typeof graphiteAnswer>, window: MeasuredWindow, reduce: Reduction): MetricReading {
  const [only] = all;
  if (!only) return { kind: "no-data", detail: "the target has no series", window };
  if (all.length > 1) {
    throw new AnswerFault(
      explainSeries(
        all.map(({ target }) => ({ target })),
        "sumSeries(…)",
      ),
    );
  }
  const points = only.datapoints.map(([value, seconds]) => [seconds * 1_000, value] as const);
  return readTimePoints(points, window, reduce);
}
