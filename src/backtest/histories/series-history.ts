import * as z from "zod";
import type { Duration } from "../../gate/duration.js";
import { positiveDurationSchema } from "../../gate/gate-config.js";
import { canonicalJson } from "../../gate/fingerprint.js";
import { GateError } from "../../gate/gate-error.js";
import { formatIssuesOf } from "../../gate/standard-schema.js";
import type { MetricSource } from "../../gates/metric-threshold/metric-source.js";
import type { History, HistoryReader } from "../history.js";
import { parseSeries, readSeries, type SeriesPoint } from "./series.js";

/** How series are read. */
export interface SeriesHistoryOptions {
  /** For how long a point holds: at an instant the latest point counts, if it is no older. @default "1m" */
  readonly maxAge?: Duration;
  /**
   * What a longer way from one point to the next means: that the series was not kept then (`unknown`), or that the source had
   * no value (`no-data`), as in exports that leave out lines without one. A point that is null always says `no-data`.
   *
   * @default "unknown"
   */
  readonly gaps?: "unknown" | "no-data";
}

const optionsSchema = z
  .strictObject({
    maxAge: positiveDurationSchema.default(60_000),
    gaps: z.enum(["unknown", "no-data"]).default("unknown"),
  })
  .transform(({ maxAge, gaps }) => ({ maxAgeMs: maxAge, gaps }));

/**
 * Makes a history of series of points, by the names of the sources that they stand for.
 *
 * The name is that of the source (of `fromFunction`: its first argument) or, for a source that sends a query, the query's
 * text. At an instant a series says its latest point that is at most `maxAge` old; where it has none, it is unknown what the
 * source would have said. Points may come in any order. Throws a `GateError` with code `RUN_INPUT_INVALID` that names
 * series and point.
 *
 * @example
 * ```ts
 * import { readFile } from "node:fs/promises";
 * import { csvSeries, seriesHistory } from "release-gates/backtest";
 *
 * const text = await readFile("october.csv", "utf8");
 * export const history = seriesHistory(csvSeries(text, { time: "Time", values: { "orders backlog": "Value" } }), {
 *   maxAge: "5m",
 * });
 * ```
 */
export function seriesHistory(
  series: Readonly<Record<string, readonly SeriesPoint[]>>,
  options: SeriesHistoryOptions = {},
): History {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) throw invalidSeries(formatIssuesOf(options, parsed.error.issues));
  const byName = new Map(
    Object.entries(series).map(([name, points]) => [
      name,
      parseSeries(points, (why) => {
        throw invalidSeries(`series "${name}": ${why}`);
      }),
    ]),
  );
  return {
    name: `${byName.size} series`,
    open() {
      const askedBy = new Map<string, Set<string>>();
      return {
        reader(source): HistoryReader | undefined {
          const name = namesOf(source).find((candidate) => byName.has(candidate));
          const found = name === undefined ? undefined : byName.get(name);
          if (name === undefined || !found) return undefined;
          const askers = askedBy.get(name) ?? new Set();
          askedBy.set(name, askers.add(canonicalJson(source.description)));
          const detail = () =>
            `${askers.size} different sources are called "${name}", and one series cannot be all of them`;
          return ({ at }) =>
            askers.size > 1 ? { kind: "unknown", detail: detail() } : readSeries(found, at, parsed.data);
        },
      };
    },
  };
}

/** What a source may be called by: a server's name stands for all that is asked of it, and so its query comes first. */
function namesOf({ name, description }: MetricSource): readonly string[] {
  const { query } = description;
  return typeof query === "string" ? [query, name] : [name];
}

/** The error of series that cannot be used. */
export function invalidSeries(why: string): GateError<"RUN_INPUT_INVALID"> {
  return new GateError("RUN_INPUT_INVALID", `Invalid series for the backtest: ${why}.`, {
    issues: [{ message: why }],
  });
}
