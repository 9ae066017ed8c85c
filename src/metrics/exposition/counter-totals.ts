import * as z from "zod";
import type { Json, JsonObject } from "../../gate/json.js";
import type { MetricReading } from "../../gates/metric-threshold/metric-source.js";
import { ExpositionFault } from "./exposition-fault.js";
import type { Scrape } from "./exposition-value.js";
import type { ExpositionSample } from "./parse-exposition.js";
import { seriesKey } from "./series-selector.js";

/** Samples of counters by a name of ours. Groups are added up; series are kept apart, as each may be reset. */
type CounterGroups = ReadonlyMap<string, readonly ExpositionSample[]>;

/** What happened between two scrapes. */
export interface Increases {
  /** How much a group grew, over all its series. */
  of(group: string): number;
  readonly groups: readonly string[];
  readonly elapsedMs: number;
  readonly warnings: readonly string[];
}

const schema = z.object({
  at: z.number(),
  /** `process_start_time_seconds`, where the scrape has it: what tells a restart that the counters themselves hide. */
  startedAt: z.number().optional(),
  series: z.record(z.string(), z.record(z.string(), z.number())),
});

/** A step's value is kept in the record, so it is small. */
const maxLength = 200_000;

/** Writes counters down as the totals of a reading, without the label `without` in the keys of series. */
export function readTotals(scrape: Scrape, groups: CounterGroups, without?: string): MetricReading {
  const series: Record<string, Record<string, number>> = {};
  for (const [group, samples] of groups) {
    const values: Record<string, number> = {};
    for (const { name, labels, value } of samples) {
      const key = seriesKey(labels, without);
      if (!Number.isFinite(value)) return { kind: "nan", detail: `${name}${key} is ${value}` };
      if (Object.hasOwn(values, key)) throw new ExpositionFault(`has the series ${name}${key} twice`);
      values[key] = value;
    }
    series[group] = values;
  }
  const totals: Record<string, Json> = { at: scrape.at, series };
  const startedAt = scrape.samples.find((sample) => sample.name === "process_start_time_seconds")?.value;
  if (startedAt !== undefined && Number.isFinite(startedAt)) totals["startedAt"] = startedAt;
  if (JSON.stringify(totals).length > maxLength) {
    throw new ExpositionFault("has too many series that match; choose fewer by their labels");
  }
  return { kind: "totals", totals };
}

/** Compares two totals. Throws an {@link ExpositionFault} where they are not of the same target. */
export function increasesBetween(earlierTotals: JsonObject, laterTotals: JsonObject): Increases {
  const [earlier, later] = [parse(earlierTotals), parse(laterTotals)];
  const isRestarted = startOrder(earlier.startedAt, later.startedAt) > 0;
  return {
    groups: Object.keys(later.series),
    elapsedMs: later.at - earlier.at,
    warnings: isRestarted ? ["the process restarted between two scrapes; its counters began again"] : [],
    of(group) {
      const before = isRestarted ? {} : (earlier.series[group] ?? {});
      let sum = 0;
      for (const [key, value] of Object.entries(later.series[group] ?? {})) sum += increaseOf(before[key] ?? 0, value);
      return sum;
    },
  };
}

/** A counter that went down began again at 0; one that is new began at 0, too. */
function increaseOf(before: number, after: number): number {
  return after >= before ? after - before : after;
}

/** Positive for a restart, 0 for the same process. Throws for a process that is older than the one before. */
function startOrder(earlier: number | undefined, later: number | undefined): number {
  if (earlier === undefined || later === undefined) return 0;
  // Some exporters compute their start anew each time.
  if (Math.abs(later - earlier) <= 1) return 0;
  if (later > earlier) return 1;
  throw new ExpositionFault("is answered by several processes in turn; scrape one process, not a load balancer");
}

function parse(totals: JsonObject): z.output<typeof schema> {
  const result = schema.safeParse(totals);
  if (result.success) return result.data;
  throw new ExpositionFault("was read by another version of this library, and cannot be compared");
}
