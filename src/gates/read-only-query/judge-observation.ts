import type { Json } from "../../gate/json.js";
import { judgeComparison } from "./compare/judge-comparison.js";
import { judgeFreshness } from "./freshness/judge-freshness.js";
import { compareDecimals, isDecimal } from "./decimal.js";
import { isExpectedCount, type OneLook, type ScalarBounds } from "./expectation.js";
import type { Judgement } from "./judgement.js";
import type { Observation } from "./observation.js";
import { rowsOf } from "./rows-of.js";
import { shownText } from "./sample-rows.js";

// A reason is a sentence.
const maxReason = 100;

/**
 * Judges what was observed, and answered at a time in milliseconds since the epoch.
 *
 * Nothing to look at (no row, NULL) is inconclusive, never good and never bad. Throws where the query does not fit the
 * expectation: several columns where one value was expected.
 */
export function judgeObservation(expectation: OneLook, observation: Observation, answeredAt: number): Judgement {
  if ("none" in expectation || "count" in expectation) {
    if (observation.kind !== "count") throw mismatch();
    return judged(isExpectedCount(expectation, observation.count), rowsOf(observation.count));
  }
  if ("scalar" in expectation) return judgeScalar(expectation.scalar, observation);
  if ("sameResult" in expectation || "sameKeys" in expectation) {
    if (observation.kind !== "same-result" && observation.kind !== "same-keys") throw mismatch();
    return judgeComparison(expectation, observation);
  }
  if ("freshness" in expectation) {
    if (observation.kind !== "freshness") throw mismatch();
    return judgeFreshness(expectation.freshness, observation, answeredAt);
  }
  if (observation.kind !== "rows") throw mismatch();
  const { count, bad } = observation;
  if (count === 0) return { status: expectation.allowEmpty === true ? "passed" : "inconclusive", observed: "no rows" };
  return judged(bad === 0, bad === 0 ? `${rowsOf(count)} that fit` : `${bad} of ${rowsOf(count)} that do not fit`);
}

function judgeScalar(bounds: ScalarBounds, observation: Observation): Judgement {
  if (observation.kind !== "scalar") throw mismatch();
  const { count, columns, value } = observation;
  if (count === 0) return { status: "inconclusive", observed: "no rows" };
  if (count > 1 || columns !== 1) {
    throw new Error(`expected one row with one column, got ${rowsOf(count)} with ${columns} columns`);
  }
  if (value === null) return { status: "inconclusive", observed: "NULL" };
  return judged(
    isInside(bounds, value),
    typeof value === "object" ? "no single value" : shownText(`${value}`, maxReason),
  );
}

// Inside the bounds, not "outside fails": what cannot be compared is never inside.
function isInside({ equals, above, atLeast, below, atMost, between }: ScalarBounds, value: Json): boolean {
  if (equals !== undefined && !isEqual(equals, value)) return false;
  const against = (bound: number | string) => (isDecimal(value) ? compareDecimals(value, bound) : Number.NaN);
  if (above !== undefined && !(against(above) > 0)) return false;
  if (atLeast !== undefined && !(against(atLeast) >= 0)) return false;
  if (below !== undefined && !(against(below) < 0)) return false;
  if (atMost !== undefined && !(against(atMost) <= 0)) return false;
  return between === undefined || (against(between[0]) >= 0 && against(between[1]) <= 0);
}

function isEqual(expected: number | string | boolean, value: Json): boolean {
  // Of two texts nobody knows whether they are numbers: of versions, 1.10 is not 1.1.
  if (typeof expected === "string" && typeof value === "string") return expected === value;
  if (isDecimal(expected) && isDecimal(value)) return compareDecimals(expected, value) === 0;
  // SQLite has no booleans: it says 1 and 0.
  if (typeof expected === "boolean" && typeof value === "number") return Number(expected) === value;
  return expected === value;
}

function judged(isGood: boolean, observed: string): Judgement {
  return { status: isGood ? "passed" : "failed", observed };
}

function mismatch(): Error {
  return new Error("what was recorded was observed for another expectation");
}
