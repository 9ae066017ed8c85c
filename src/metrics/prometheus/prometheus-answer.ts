import * as z from "zod";

const labels = z.record(z.string(), z.string());
/** A time in seconds, and a number as text. */
const point = z.tuple([z.number(), z.string()]);

const data = z.discriminatedUnion("resultType", [
  z.object({ resultType: z.literal("scalar"), result: point }),
  z.object({ resultType: z.literal("string"), result: point }),
  // What Loki answers to a query for lines.
  z.object({ resultType: z.literal("streams") }),
  // A series of native histograms has `histogram` instead of `value`.
  z.object({
    resultType: z.literal("vector"),
    result: z.array(z.object({ metric: labels, value: point.optional(), histogram: z.unknown().optional() })),
  }),
  z.object({
    resultType: z.literal("matrix"),
    result: z.array(
      z.object({ metric: labels, values: z.array(point).default([]), histograms: z.unknown().optional() }),
    ),
  }),
]);

const notes = { warnings: z.array(z.string()).optional(), infos: z.array(z.string()).optional() };

/** What the HTTP API answers. */
export const prometheusAnswer = z.discriminatedUnion("status", [
  z.object({ status: z.literal("success"), data, isPartial: z.boolean().optional(), ...notes }),
  z.object({ status: z.literal("error"), errorType: z.string(), error: z.string(), ...notes }),
]);

/** What a query came to. */
export type PrometheusData = z.output<typeof data>;

/** What the HTTP API answers. */
export type PrometheusAnswer = z.output<typeof prometheusAnswer>;
