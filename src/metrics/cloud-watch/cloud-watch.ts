import * as z from "zod";
import type { Duration } from "../../gate/duration.js";
import { toJson } from "../../gate/to-json.js";
import type { MetricSource } from "../../gates/metric-threshold/metric-source.js";
import { absentFields, readAbsent, shownAbsent, type AbsentOptions } from "../absent.js";
import { explained } from "../answer-fault.js";
import { countsOver, demandWindow, ownWindow, windowFields, type WindowOptions } from "../asked-window.js";
import { httpTargetFields } from "../http-target.js";
import { orAborted } from "../or-aborted.js";
import { reductions, type Reduction } from "../reduce-points.js";
import { parseSourceOptions } from "../source-options.js";
import type { CloudWatchAnswer, CloudWatchClient, CloudWatchInput, CloudWatchQuery } from "./cloud-watch-client.js";
import { cloudWatchFault } from "./cloud-watch-fault.js";
import { readMetricData } from "./read-metric-data.js";

/** What is asked of Amazon CloudWatch. */
export interface CloudWatchOptions extends WindowOptions, AbsentOptions {
  /** `new CloudWatch({ region })` of `@aws-sdk/client-cloudwatch`. Region, credentials and retries are its own. */
  readonly client: CloudWatchClient;
  /** As in `GetMetricData`. One of them gives the value; the others need `ReturnData: false`. */
  readonly queries: readonly CloudWatchQuery[];
  /** What the points of the window become: `sum` for a count. */
  readonly reduce: Reduction;
  /** How a person calls it. @default "cloudwatch" */
  readonly name?: string;
  /** How long one request may take, the client's own retries included. Up to 10 minutes. @default "10s" */
  readonly timeout?: Duration;
}

const schema = z.strictObject({
  ...windowFields,
  ...absentFields,
  client: z.custom<CloudWatchClient>(
    (value) => typeof value === "object" && value !== null && "getMetricData" in value,
    "expected a client, such as new CloudWatch({ region }) of @aws-sdk/client-cloudwatch",
  ),
  queries: z
    .array(z.custom<CloudWatchQuery>((value) => typeof value === "object" && value !== null && "Id" in value))
    .min(1)
    .refine((queries) => queries.filter(({ ReturnData }) => ReturnData !== false).length === 1, {
      error: "expected one query that gives the value, and ReturnData: false in the others",
    }),
  reduce: z.enum(reductions),
  name: z.string().min(1).max(100).default("cloudwatch"),
  timeout: httpTargetFields.timeout,
});

/**
 * Makes a source that asks Amazon CloudWatch for the points that begin in [from, to), and makes one value of them.
 *
 * No points is no data: so CloudWatch answers where nothing was published, be the name wrong. An answer in part is an error.
 * Throws a `GateError` with code `GATE_CONFIG_INVALID` for options that it cannot use.
 *
 * @example
 * ```ts
 * import { CloudWatch } from "@aws-sdk/client-cloudwatch";
 * import { cloudWatch } from "release-gates/metrics";
 *
 * const balancer = { Name: "LoadBalancer", Value: "app/orders/50dc6c495c0c9188" };
 *
 * export const errors = cloudWatch({
 *   client: new CloudWatch({ region: "eu-central-1" }),
 *   queries: [
 *     {
 *       Id: "errors",
 *       MetricStat: {
 *         Metric: { Namespace: "AWS/ApplicationELB", MetricName: "HTTPCode_Target_5XX_Count", Dimensions: [balancer] },
 *         Period: 60,
 *         Stat: "Sum",
 *       },
 *     },
 *   ],
 *   reduce: "sum",
 *   window: "5m",
 *   absent: "zero",
 * });
 * ```
 */
export function cloudWatch(options: CloudWatchOptions): MetricSource {
  const {
    client,
    queries,
    reduce,
    name,
    timeout,
    window: windowMs,
    absent,
  } = parseSourceOptions("cloudWatch", schema, options);
  const ask = async (input: CloudWatchInput, signal: AbortSignal): Promise<CloudWatchAnswer> => {
    const late = AbortSignal.timeout(timeout);
    const abortSignal = AbortSignal.any([signal, late]);
    try {
      return await orAborted(client.getMetricData(input, { abortSignal }), abortSignal);
    } catch (error) {
      signal.throwIfAborted();
      throw cloudWatchFault(name, error, late.aborted ? timeout : undefined);
    }
  };
  return {
    name,
    description: {
      type: "cloudwatch",
      name,
      queries: toJson(queries),
      reduce,
      ...ownWindow(windowMs),
      ...shownAbsent(absent),
    },
    ...countsOver(windowMs),
    async read(request) {
      const { signal } = request;
      signal.throwIfAborted();
      const window = demandWindow(name, request, windowMs);
      const input = {
        StartTime: new Date(window.from),
        EndTime: new Date(window.to),
        MetricDataQueries: structuredClone([...queries]),
        ScanBy: "TimestampAscending" as const,
      };
      const answer = await ask(input, signal);
      return readAbsent(
        explained(name, () => readMetricData(answer, window, reduce)),
        absent,
      );
    },
  };
}
