import * as z from "zod";
import { isGateError } from "../gate/gate-error.js";
import type { MetricRequest, MetricSource } from "../gates/metric-threshold/metric-source.js";
import { readingOf, type Measured } from "./reading-of.js";
import { sourceFault } from "./source-fault.js";
import { parseSourceOptions } from "./source-options.js";

/** Reads one measurement: a number, null where there is none, or a reading that says more. */
export type ReadMetric = (request: MetricRequest) => Measured | Promise<Measured>;

/** What a function can do. */
export interface FunctionOptions {
  /** Whether it answers about the time that it is asked for, be that past: see {@link MetricSource.looksBack}. @default false */
  readonly looksBack?: boolean;
}

const schema = z.strictObject({
  looksBack: z.boolean().default(false),
  name: z.string().min(1).max(100),
  read: z.custom<ReadMetric>((value) => typeof value === "function", "expected a function"),
});

/**
 * Makes a source of a function that reads one measurement.
 *
 * null is no data, NaN is NaN, and what the function throws is an error: none of them is ever good or bad.
 *
 * @example
 * ```ts
 * import { metricThreshold } from "release-gates";
 * import { fromFunction } from "release-gates/metrics";
 *
 * const depth = fromFunction("orders backlog", async ({ signal }) => {
 *   const answer = await fetch("http://queues.internal/orders/depth", { signal });
 *   return Number(await answer.text());
 * });
 *
 * export const backlog = metricThreshold("backlog", { source: depth, below: 1_000, every: "10s", samples: 6 });
 * ```
 */
export function fromFunction(name: string, read: ReadMetric, options: FunctionOptions = {}): MetricSource {
  const { looksBack } = parseSourceOptions("fromFunction", schema, { ...options, name, read });
  return {
    name,
    description: { type: "function", name },
    looksBack,
    async read(request) {
      return readingOf(name, await ask(name, read, request));
    },
  };
}

async function ask(name: string, read: ReadMetric, request: MetricRequest): Promise<Measured> {
  try {
    return await read(request);
  } catch (error) {
    request.signal.throwIfAborted();
    if (isGateError(error)) throw error;
    const says = `could not be read: ${error instanceof Error ? error.message : "a value that is no error was thrown"}`;
    throw sourceFault(name, says, { isRetryable: true, cause: error });
  }
}
