import { formatMs, toMs, type Duration } from "../../../gate/duration.js";
import { rowsOf } from "../rows-of.js";
import type { Judgement } from "../judgement.js";
import { defaultAhead, type FreshnessBounds } from "./freshness.js";
import { millisecondsOf, nanosecondsOf, parseInstant } from "./instant.js";
import type { ObservedTimes } from "./observe-freshness.js";

/**
 * Judges how old times are, by the database's clock where the query asked it, else by the run's, as of the answer.
 *
 * A time ahead of the clock is inconclusive, whatever else there is: where two clocks disagree no age is known. So are no rows,
 * and rows without a time.
 */
export function judgeFreshness(bounds: FreshnessBounds, seen: ObservedTimes, answeredAt: number): Judgement {
  const { count, nulls } = seen;
  if (count === 0) return { status: "inconclusive", observed: "no rows" };
  const [oldest, newest] = [seen.oldest, seen.newest].map(instantOf);
  if (oldest === undefined || newest === undefined) {
    return { status: "inconclusive", observed: `NULL in ${count === 1 ? "the only row" : `all of ${rowsOf(count)}`}` };
  }
  const now = instantOf(seen.now) ?? nanosecondsOf(answeredAt);
  const clock = seen.now === null ? "the run's clock" : "the database's clock";
  const aheadOf = newest - now;
  if (aheadOf > nanosecondsOf(toMs(bounds.ahead ?? defaultAhead))) {
    const by = formatMs(millisecondsOf(aheadOf));
    return { status: "inconclusive", observed: `a time ${by} ahead of ${clock} (${seen.newest})` };
  }
  const parts = [
    { name: "the newest", age: now - newest, text: seen.newest, limit: bounds.newest },
    { name: "the oldest", age: now - oldest, text: seen.oldest, limit: bounds.oldest },
  ].filter(({ limit }) => limit !== undefined);
  const observed = parts
    .map(({ name, age, text, limit }) => `${name} ${ageOf(age, limit)} old (${text})`)
    .join(" and ");
  const isOld = parts.some(({ age, limit }) => limit !== undefined && age > nanosecondsOf(toMs(limit)));
  if (isOld) return { status: "failed", observed: `${observed} by ${clock}` };
  if (nulls > 0) return { status: "inconclusive", observed: `no time (NULL) in ${nulls} of ${rowsOf(count)}` };
  return { status: "passed", observed: `${observed} by ${clock}` };
}

function instantOf(text: string | null): bigint | undefined {
  const instant = parseInstant(text);
  return typeof instant === "bigint" ? instant : undefined;
}

/** An age in words. One that is over its limit by little is not written as the limit itself. */
function ageOf(age: bigint, limit: Duration | undefined): string {
  const text = formatMs(Math.max(0, millisecondsOf(age)));
  if (limit === undefined || age <= nanosecondsOf(toMs(limit))) return text;
  return text === formatMs(toMs(limit)) ? `more than ${text}` : text;
}
