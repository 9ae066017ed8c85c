import type { MeasuredWindow } from "../../gates/metric-threshold/metric-source.js";

const placeholder = /\$window(_s)?\b/g;

/** Whether a query counts over the window that is asked for. */
export function hasWindow(query: string | undefined): boolean {
  return query !== undefined && query.search(placeholder) >= 0;
}

/** Writes the length of a window into a query: `$window` as a duration, `$window_s` as a number of seconds. */
export function fillWindow(query: string, { from, to }: MeasuredWindow): string {
  const ms = to - from;
  // PromQL and LogQL know no fractions in durations.
  const duration = ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
  return query.replace(placeholder, (_, inSeconds) => (inSeconds === undefined ? duration : String(ms / 1_000)));
}
