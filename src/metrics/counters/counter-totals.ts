import * as z from "zod";
import type { Json, JsonObject } from "../../gate/json.js";
import type { MetricReading, ReadingNotes } from "../../gates/metric-threshold/metric-source.js";
import { AnswerFault } from "../answer-fault.js";
import { seriesKey } from "./series-key.js";

/** A counter as it stands. */
export interface CounterSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** Counters at an instant, by a name of ours. Groups are added up; series are kept apart, as each may be reset. */
export interface CounterSnapshot {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly groups: ReadonlyMap<string, readonly CounterSample[]>;
  /** When the process began, in seconds since the epoch: what tells a restart that the counters themselves hide. */
  readonly startedAt?: number | undefined;
  /** A label that is not part of a series' key. */
  readonly without?: string | undefined;
}

/** What happened between two snapshots. */
export interface Increases {
  /** How much a group grew, over all its series. */
  of(group: string): number;
  readonly groups: readonly string[];
  readonly elapsedMs: number;
  /** What a reading says of this beside its value: the window, and which counters began again. */
  readonly notes: Pick<ReadingNotes, "window" | "resets" | "warnings">;
}

const schema = z.object({
  at: z.number(),
  startedAt: z.number().optional(),
  series: z.record(z.string(), z.record(z.string(), z.number())),
});

type Totals = z.output<typeof schema>;

/** A step's value is kept in the record, so it is small. */
const maxLength = 200_000;

/** Writes counters down as the totals of a reading. Throws an {@link AnswerFault} for a series that is there twice. */
export function readTotals({ at, groups, startedAt, without }: CounterSnapshot): MetricReading {
  const series: Record<string, Record<string, number>> = {};
  for (const [group, samples] of groups) {
    const values: Record<string, number> = {};
    for (const { name, labels, value } of samples) {
      const key = seriesKey(labels, without);
      if (!Number.isFinite(value)) return { kind: "nan", detail: `${name}${key} is ${value}` };
      if (Object.hasOwn(values, key)) throw new AnswerFault(`has the series ${name}${key} twice`);
      values[key] = value;
    }
    series[group] = values;
  }
  const totals: Record<string, Json> = { at, series };
  if (startedAt !== undefined && Number.isFinite(startedAt)) totals["startedAt"] = startedAt;
  if (JSON.stringify(totals).length > maxLength) {
    throw new AnswerFault("has too many series that match; choose fewer by their labels");
  }
  return { kind: "totals", totals };
}

/** How totals are compared. */
interface Comparison {
  /** Whether a series was in the totals for long after its end, so that nothing is lost when it goes away. @default false */
  readonly isRemembered?: boolean;
}

/** Compares two totals. Throws an {@link AnswerFault} where they are not of the same target. */
export function increasesBetween(
  earlierTotals: JsonObject,
  laterTotals: JsonObject,
  { isRemembered = false }: Comparison = {},
): Increases {
  const [earlier, later] = [parse(earlierTotals), parse(laterTotals)];
  const isRestarted = startOrder(earlier.startedAt, later.startedAt) > 0;
  return {
    groups: Object.keys(later.series),
    elapsedMs: later.at - earlier.at,
    notes: notesOf(earlier, later, { isRestarted, isRemembered }),
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

function notesOf(
  earlier: Totals,
  later: Totals,
  { isRestarted, isRemembered }: Required<Comparison> & { readonly isRestarted: boolean },
): Increases["notes"] {
  const resets = isRestarted ? seriesOf(earlier).length : countResets(earlier, later, isRemembered);
  const warning = isRestarted
    ? "the process restarted between two scrapes; its counters began again"
    : `${resets} of the counters went down or went away between two readings: what they counted last is lost`;
  return {
    // The clock of this machine may be set back between two scrapes.
    ...(earlier.at < later.at ? { window: { from: earlier.at, to: later.at } } : {}),
    resets,
    ...(isRestarted || resets > 0 ? { warnings: [warning] } : {}),
  };
}

function countResets(earlier: Totals, later: Totals, isRemembered: boolean): number {
  return seriesOf(earlier).filter(({ group, key, value }) => {
    const after = later.series[group]?.[key];
    return after === undefined ? !isRemembered : after < value;
  }).length;
}

function seriesOf({ series }: Totals): readonly { group: string; key: string; value: number }[] {
  return Object.entries(series).flatMap(([group, values]) =>
    Object.entries(values).map(([key, value]) => ({ group, key, value })),
  );
}

/** Positive for a restart, 0 for the same process. Throws for a process that is older than the one before. */
function startOrder(earlier: number | undefined, later: number | undefined): number {
  if (earlier === undefined || later === undefined) return 0;
  // Some exporters compute their start anew each time.
  if (Math.abs(later - earlier) <= 1) return 0;
  if (later > earlier) return 1;
  throw new AnswerFault("is answered by several processes in turn; scrape one process, not a load balancer");
}

function parse(totals: JsonObject): Totals {
  const result = schema.safeParse(totals);
  if (result.success) return result.data;
  throw new AnswerFault("was read by another version of this library, and cannot be compared");
}
