import * as z from "zod";
import type { Duration } from "../gate/duration.js";
import { positiveDurationSchema } from "../gate/gate-config.js";
import type { MeasuredWindow, MetricRequest, MetricSource } from "../gates/metric-threshold/metric-source.js";
import { sourceFault } from "./source-fault.js";

/** How a source that counts over a window is asked by a gate that names none. */
export interface WindowOptions {
  /** The window that ends at the sample, where the gate names no other. @default none: a question without a window is an error */
  readonly window?: Duration;
}

/** The fields of {@link WindowOptions}. */
export const windowFields = { window: positiveDurationSchema.optional() };

/** A window in milliseconds, as it is set in options. */
export type ParsedWindow = z.output<typeof windowFields.window>;

/** What a source says of its own window. */
export function ownWindow(windowMs: ParsedWindow): Pick<MetricSource, "windowMs"> {
  return windowMs === undefined ? {} : { windowMs };
}

/** What a source is that counts over windows, also over those that are past, and does not know its traffic. */
export function countsOver(
  windowMs: ParsedWindow,
): Pick<MetricSource, "reportsTraffic" | "looksBack" | "isOverWindow" | "windowMs"> {
  return { reportsTraffic: false, looksBack: true, isOverWindow: true, ...ownWindow(windowMs) };
}

/** The window that is asked for; undefined where there is none, and an instant is meant. */
export function askedWindow(
  source: string,
  { from, at }: MetricRequest,
  windowMs: ParsedWindow,
): MeasuredWindow | undefined {
  if (from === undefined) return windowMs === undefined ? undefined : { from: at - windowMs, to: at };
  if (from < at) return { from, to: at };
  throw sourceFault(source, "was asked for a window that ends before it begins", { isRetryable: false });
}

/** As {@link askedWindow}. Throws a `GateError` with code `SOURCE_FAILED` where there is none. */
export function demandWindow(source: string, request: MetricRequest, windowMs: ParsedWindow): MeasuredWindow {
  const window = askedWindow(source, request, windowMs);
  if (window) return window;
  const says = "counts over a window, and was asked for an instant: the gate names no window; set the option `window`";
  throw sourceFault(source, says, { isRetryable: false });
}
