import * as z from "zod";
import type { MetricReading } from "../gates/metric-threshold/metric-source.js";

/** What it means that there is nothing. */
export interface AbsentOptions {
  /**
   * `"zero"` for a count of events that leave no trace where there are none. Only for those: a wrong name, and a collector that
   * is down, leave no trace either.
   *
   * @default "no-data"
   */
  readonly absent?: "no-data" | "zero";
}

/** The fields of {@link AbsentOptions}. */
export const absentFields = { absent: z.enum(["no-data", "zero"]).default("no-data") };

/** What the description of a source says of it. */
export function shownAbsent(absent: "no-data" | "zero"): { readonly absent?: "zero" } {
  return absent === "zero" ? { absent } : {};
}

/** Applies what the options say of a reading without data. */
export function readAbsent(reading: MetricReading, absent: "no-data" | "zero"): MetricReading {
  if (reading.kind !== "no-data" || absent === "no-data") return reading;
  const { detail: _, ...notes } = reading;
  return { ...notes, kind: "value", value: 0 };
}
