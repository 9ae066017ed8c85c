import * as z from "zod";
import type { MetricReading, ReadingNotes } from "../../gates/metric-threshold/metric-source.js";
import { parseSampleNumber } from "../sample-number.js";
import { parseSourceOptions } from "../source-options.js";
import { increasesBetween, readTotals, type Increases } from "../counters/counter-totals.js";
import { AnswerFault } from "../answer-fault.js";
import { startOf, type ExpositionValue, type Scrape } from "./exposition-value.js";
import type { ExpositionSample } from "./parse-exposition.js";
import { formatSelector, isKnown, selectSamples, type SeriesSelector } from "./series-selector.js";

type Histogram = SeriesSelector<"histogram">;

const quantileSchema = z.strictObject({ quantile: z.number().gt(0).lt(1) });
const limitSchema = z.strictObject({ limit: z.number() });

/**
 * The quantile of what was observed since the scrape before, as `histogram_quantile` estimates it. The traffic is its number.
 *
 * Where it lies above the highest finite bucket it is +Infinity, never that bucket's bound: how much higher, nobody knows.
 */
export function quantile(share: number, of: Histogram): ExpositionValue {
  parseSourceOptions("quantile", quantileSchema, { quantile: share });
  return {
    description: { quantile: share, of: formatSelector(of) },
    reportsTraffic: true,
    read: (scrape) => readBuckets(scrape, of),
    between: (earlier, later) => {
      const increases = increasesBetween(earlier, later);
      const { traffic, notes } = observations(increases);
      if (traffic === 0) return nothingObserved(notes, of);
      return { ...notes, kind: "value", value: quantileOf(share * traffic, bucketsOf(increases)) };
    },
  };
}

/**
 * The share of what was observed since the scrape before that was above a bucket's bound. The traffic is its number.
 *
 * Exact, where a quantile is an estimate. `limit` must be the bound (`le`) of a bucket.
 */
export function slowerThan(limit: number, of: Histogram): ExpositionValue {
  parseSourceOptions("slowerThan", limitSchema, { limit });
  return {
    description: { slowerThan: limit, of: formatSelector(of) },
    reportsTraffic: true,
    read: (scrape) => readBuckets(scrape, of, limit),
    between: (earlier, later) => {
      const increases = increasesBetween(earlier, later);
      const { traffic, notes } = observations(increases);
      if (traffic === 0) return nothingObserved(notes, of);
      return { ...notes, kind: "value", value: (traffic - increases.of(String(limit))) / traffic };
    },
  };
}

interface Bucket {
  readonly bound: number;
  /** How many observations were at most `bound`. */
  readonly count: number;
}

/** Reads the buckets, grouped by their bounds; only the highest and that of `limit` where one is given. */
function readBuckets(scrape: Scrape, of: Histogram, limit?: number): MetricReading {
  if (!isKnown(scrape, `${of.name}_bucket`)) return { kind: "no-data", detail: `there is no histogram ${of.name}` };
  const groups = new Map<string, ExpositionSample[]>();
  for (const sample of selectSamples(scrape, of)) {
    const bound = parseSampleNumber(sample.labels.get("le") ?? "") ?? Number.NaN;
    if (Number.isNaN(bound)) throw new AnswerFault(`has a bucket of ${of.name} without a bound`);
    groups.set(String(bound), [...(groups.get(String(bound)) ?? []), sample]);
  }
  const snapshot = { at: scrape.at, startedAt: startOf(scrape), without: "le" };
  if (limit === undefined || groups.size === 0) return readTotals({ ...snapshot, groups });
  if (!groups.has(String(limit))) {
    const bounds = [...groups.keys()].map(Number).toSorted((one, other) => one - other);
    throw new AnswerFault(`has no bucket of ${of.name} up to ${limit}; its bounds are ${bounds.join(", ")}`);
  }
  const wanted = [...groups].filter(([bound]) => bound === String(limit) || bound === "Infinity");
  return readTotals({ ...snapshot, groups: new Map(wanted) });
}

function observations(increases: Increases): { traffic: number; notes: ReadingNotes & { traffic: number } } {
  if (increases.groups.length > 0 && !increases.groups.includes("Infinity")) {
    throw new AnswerFault("has a histogram without a bucket for +Inf");
  }
  const traffic = increases.of("Infinity");
  return { traffic, notes: { ...increases.notes, traffic } };
}

function nothingObserved(notes: ReadingNotes, of: Histogram): MetricReading {
  return { ...notes, kind: "nan", detail: `${formatSelector(of)} observed nothing` };
}

function bucketsOf(increases: Increases): readonly Bucket[] {
  return increases.groups
    .map((group) => ({ bound: Number(group), count: increases.of(group) }))
    .toSorted((one, other) => one.bound - other.bound);
}

/** Linear within the bucket in which the rank falls, as PromQL does; the lowest bucket begins at 0. */
function quantileOf(rank: number, buckets: readonly Bucket[]): number {
  let [lower, below] = [0, 0];
  for (const { bound, count } of buckets) {
    if (count >= rank) {
      if (!Number.isFinite(bound) || bound <= 0) return bound;
      return lower + (bound - lower) * ((rank - below) / (count - below));
    }
    [lower, below] = [bound, count];
  }
  return Number.POSITIVE_INFINITY;
}
