import * as z from "zod";
import { GateError } from "../../gate/gate-error.js";
import type { JsonObject } from "../../gate/json.js";
import { formatIssues } from "../../gate/standard-schema.js";
import type { MetricReading, MetricSource } from "./metric-source.js";

const notes = {
  traffic: z.number().min(0).exactOptional(),
  warnings: z.array(z.string()).exactOptional(),
  window: z
    .object({ from: z.number(), to: z.number() })
    .refine(({ from, to }) => from < to, { error: "expected a window that ends after it begins" })
    .exactOptional(),
  resets: z.int().min(0).exactOptional(),
};
const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

/** A reading as it is recorded: JSON has no word for an infinite number. */
const recordedSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("value"), value: z.union([z.number(), z.literal(["+Inf", "-Inf"])]), ...notes }),
  z.object({ kind: z.literal("no-data"), detail: z.string(), ...notes }),
  z.object({ kind: z.literal("nan"), detail: z.string(), ...notes }),
  z.object({ kind: z.literal("totals"), totals: z.custom<JsonObject>(isObject, "expected an object"), ...notes }),
  z.object({ kind: z.literal("samples"), values: z.array(z.number()).max(10_000), ...notes }),
]);

/** A {@link MetricReading}, as JSON. */
export type RecordedReading = z.output<typeof recordedSchema>;

/**
 * Turns what a source returned into what is recorded.
 *
 * Throws a `GateError` with code `SOURCE_FAILED` for what is no reading: a source may be written in JavaScript.
 */
export function recordReading({ name }: MetricSource, reading: unknown): RecordedReading {
  const result = recordedSchema.safeParse(withoutInfinity(reading));
  if (result.success) return result.data;
  const message = `${name} returned something that is no reading: ${formatIssues(result.error.issues)}`;
  throw new GateError("SOURCE_FAILED", message, { source: name, isRetryable: false });
}

/** Reads what {@link recordReading} wrote. */
export function readRecorded(recorded: RecordedReading): MetricReading {
  if (recorded.kind !== "value") return recorded;
  return { ...recorded, value: typeof recorded.value === "number" ? recorded.value : infinities[recorded.value] };
}

const infinities = { "+Inf": Number.POSITIVE_INFINITY, "-Inf": Number.NEGATIVE_INFINITY };

function withoutInfinity(reading: unknown): unknown {
  if (typeof reading !== "object" || reading === null || !("value" in reading)) return reading;
  const { value } = reading;
  if (typeof value !== "number" || Number.isFinite(value)) return reading;
  // A source that lets NaN through as a value must not be judged by it.
  if (Number.isNaN(value)) return { ...reading, kind: "nan", detail: "the value is NaN" };
  return { ...reading, value: value > 0 ? "+Inf" : "-Inf" };
}
