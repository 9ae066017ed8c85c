import { metricThreshold, type GateOptions, type MetricThresholdConfig } from "release-gates";
import type { SeriesPoint } from "release-gates/backtest";
import { fromFunction } from "release-gates/metrics";

/** When the releases of these tests began. */
export const begun = Date.parse("2026-10-05T14:00:00Z");

/** The instant so many minutes after the beginning. */
export const minute = (count: number): number => begun + count * 60_000;

/** A point each minute, from the first minute on. */
export function eachMinute(values: readonly (number | null)[]): SeriesPoint[] {
  return values.map((value, index) => ({ at: minute(index + 1), value }));
}

/** So many values alike. */
export const times = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value);

/** A source that must not be asked: a backtest never touches the world. */
export const untouchable = (name: string) =>
  fromFunction(name, () => {
    throw new Error("the backtest touched the world");
  });

/** A gate that takes a sample a minute, ten unless it says otherwise, and expects it below 1. */
export function errorsBelow1(
  name = "errors",
  config: Partial<MetricThresholdConfig> = {},
  options: GateOptions = {},
): ReturnType<typeof metricThreshold> {
  const standard = { source: untouchable(name), every: "1m", samples: 10, below: 1 };
  return metricThreshold(name, { ...standard, ...config } as MetricThresholdConfig, options);
}
