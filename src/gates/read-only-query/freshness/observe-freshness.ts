import * as z from "zod";
import { toMs } from "../../../gate/duration.js";
import { GateError } from "../../../gate/gate-error.js";
import type { Json, JsonObject } from "../../../gate/json.js";
import type { AnsweredRows } from "../observe-scalar.js";
import { sampleRows, shownRow, type SampleOptions } from "../sample-rows.js";
import { defaultAhead, type FreshnessBounds } from "./freshness.js";
import { instantText, nanosecondsOf, parseInstant, type InstantFault } from "./instant.js";

/** What a look at times saw. */
export interface ObservedTimes {
  readonly kind: "freshness";
  /** How many rows there are. */
  readonly count: number;
  /** How many of them have no time: NULL. */
  readonly nulls: number;
  /** The newest time, ISO 8601 in UTC; null where there is none. */
  readonly newest: string | null;
  /** The oldest time, ISO 8601 in UTC; null where there is none. */
  readonly oldest: string | null;
  /** The database's own time, where the query returned it. */
  readonly now: string | null;
  /** Rows that were too old when they were asked for, the oldest first, and rows without a time. */
  readonly sample: readonly JsonObject[];
}

/** The schema of {@link ObservedTimes}. */
export const observedTimesSchema = z.strictObject({
  kind: z.literal("freshness"),
  count: z.int(),
  nulls: z.int(),
  newest: z.string().nullable(),
  oldest: z.string().nullable(),
  now: z.string().nullable(),
  sample: z.array(z.record(z.string(), z.json())),
});

/** Where the rows come from, and when they were asked for, in milliseconds since the epoch. */
export interface Asked {
  readonly source: string;
  readonly at: number;
}

/**
 * Looks at the times of the rows, and keeps the newest and the oldest.
 *
 * Throws a `GateError` with code `SOURCE_FAILED` for what is no instant: its zone would have to be guessed.
 */
export function observeFreshness(
  bounds: FreshnessBounds,
  { rows, columns }: AnsweredRows,
  { source, at }: Asked,
  options: SampleOptions,
): ObservedTimes {
  const refuse = (why: string) =>
    new GateError("SOURCE_FAILED", `The age of what ${source} holds is not known: ${why}.`, {
      source,
      isRetryable: false,
    });
  const read = (row: JsonObject, column: string): bigint => {
    const instant = parseInstant(row[column] as Json, bounds.zone);
    if (typeof instant === "bigint") return instant;
    throw refuse(`the column "${column}" holds ${words[instant]}`);
  };
  const column = columnOf(bounds, columns?.map(({ name }) => name) ?? columnsIn(rows), refuse);
  const known = rows
    .filter((row) => row[column] !== null)
    .map((row) => ({ row, instant: read(row, column) }))
    .toSorted((a, b) => compareInstants(a.instant, b.instant));
  const clocks = bounds.now === undefined ? [] : rows.map((row) => read(row, bounds.now ?? ""));
  // The latest, where the server's clock goes on from row to row: an age is rather too large than too small.
  const now = clocks.toSorted(compareInstants).at(-1);
  // Not the time of the answer, which the step does not know: what was too old before is too old after.
  const reference = now ?? nanosecondsOf(at);
  const limit = nanosecondsOf(toMs(bounds.oldest ?? bounds.newest ?? 0));
  const ahead = nanosecondsOf(toMs(bounds.ahead ?? defaultAhead));
  const isEveryOneJudged = bounds.oldest !== undefined || known.every(({ instant }) => reference - instant > limit);
  const bad = [
    ...known.filter(({ instant }) => now !== undefined && instant - reference > ahead),
    ...known.filter(({ instant }) => isEveryOneJudged && reference - instant > limit),
  ].map(({ row }) => row);
  const withoutTime = rows.filter((row) => row[column] === null);
  const [oldest, newest] = [known[0]?.instant, known.at(-1)?.instant];
  return {
    kind: "freshness",
    count: rows.length,
    nulls: withoutTime.length,
    newest: newest === undefined ? null : instantText(newest),
    oldest: oldest === undefined ? null : instantText(oldest),
    now: now === undefined ? null : instantText(now),
    sample: sampleRows([...bad, ...withoutTime], options, (row) => shownRow(row, options)),
  };
}

const words: Readonly<Record<InstantFault, string>> = {
  "no time": "something else than timestamps",
  "a date": "dates, which are no point in time",
  "no zone": "timestamps without a time zone; say by zone which it is, or select them with one",
};

function columnOf(
  { column, now }: FreshnessBounds,
  columns: readonly string[] | undefined,
  refuse: (why: string) => Error,
): string {
  // Without a row nobody may know; there is nothing to read then.
  if (columns === undefined) return column ?? "";
  const others = columns.filter((name) => name !== now);
  if (column === undefined && others.length > 1) {
    throw refuse(`no column is named, and the query returns ${others.length}`);
  }
  const named = column ?? others[0];
  if (named === undefined) throw refuse("the query returns no column of times");
  const missing = [named, ...(now === undefined ? [] : [now])].find((name) => !columns.includes(name));
  if (missing !== undefined) throw refuse(`the query does not return the column "${missing}"`);
  return named;
}

/** The columns that every row has. */
function columnsIn(rows: readonly JsonObject[]): readonly string[] | undefined {
  const [first, ...others] = rows;
  return first && Object.keys(first).filter((name) => others.every((row) => Object.hasOwn(row, name)));
}

function compareInstants(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
