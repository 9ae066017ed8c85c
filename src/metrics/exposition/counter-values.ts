import type { MetricReading } from "../../gates/metric-threshold/metric-source.js";
import { increasesBetween, readTotals } from "../counters/counter-totals.js";
import { startOf, type ExpositionValue, type Scrape } from "./exposition-value.js";
import { formatSelector, isKnown, selectSamples, type SeriesSelector } from "./series-selector.js";

type Counter = SeriesSelector<"counter">;

/** How much counters grew since the scrape before. */
export function increase(of: Counter): ExpositionValue {
  return {
    description: { increase: formatSelector(of) },
    reportsTraffic: false,
    read: (scrape) => readCounters(scrape, { count: of }),
    between: (earlier, later) => {
      const increases = increasesBetween(earlier, later);
      return { ...increases.notes, kind: "value", value: increases.of("count") };
    },
  };
}

/** How much counters grew per second since the scrape before. */
export function rate(of: Counter): ExpositionValue {
  return {
    description: { rate: formatSelector(of) },
    reportsTraffic: false,
    read: (scrape) => readCounters(scrape, { count: of }),
    between: (earlier, later) => {
      const increases = increasesBetween(earlier, later);
      const { elapsedMs } = increases;
      // The clock of this machine may be set back between two scrapes.
      if (elapsedMs <= 0) return { ...increases.notes, kind: "nan", detail: "no time has passed between two scrapes" };
      return { ...increases.notes, kind: "value", value: (increases.of("count") / elapsedMs) * 1_000 };
    },
  };
}

/**
 * How much some counters grew for each one by which others did, since the scrape before: an error ratio.
 *
 * No series in `part` is 0, as a counter of errors appears with the first error. The growth of `whole` is the traffic.
 */
export function ratio(part: Counter, whole: Counter): ExpositionValue {
  return {
    description: { ratio: formatSelector(part), of: formatSelector(whole) },
    reportsTraffic: true,
    read: (scrape) => readCounters(scrape, { part, whole }),
    between: (earlier, later) => {
      const increases = increasesBetween(earlier, later);
      const traffic = increases.of("whole");
      const notes = { ...increases.notes, traffic };
      if (traffic === 0) return { ...notes, kind: "nan", detail: `${formatSelector(whole)} did not grow` };
      return { ...notes, kind: "value", value: increases.of("part") / traffic };
    },
  };
}

function readCounters(scrape: Scrape, selectors: Readonly<Record<string, Counter>>): MetricReading {
  const unknown = Object.values(selectors).find(({ name }) => !isKnown(scrape, name));
  if (unknown) return { kind: "no-data", detail: `there is no metric ${unknown.name}` };
  const groups = Object.entries(selectors).map(
    ([group, selector]) => [group, selectSamples(scrape, selector)] as const,
  );
  return readTotals({ at: scrape.at, startedAt: startOf(scrape), groups: new Map(groups) });
}
