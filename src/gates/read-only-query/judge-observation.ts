import { judgeComparison } from "./compare/judge-comparison.js";
import { judgeFreshness } from "./freshness/judge-freshness.js";
import { isExpectedCount, type OneLook } from "./expectation.js";
import { judgeScalar } from "./judge-scalar.js";
import { judged, type Judgement } from "./judgement.js";
import type { Observation } from "./observation.js";
import { rowsOf } from "./rows-of.js";

/**
 * Judges what was observed, and answered at a time in milliseconds since the epoch.
 *
 * Nothing to look at (no row, NULL) is inconclusive, never good and never bad. Throws where the query does not fit the
 * expectation: several columns where one value was expected, or a value that no bound can be compared with.
 */
export function judgeObservation(expectation: OneLook, observation: Observation, answeredAt: number): Judgement {
  if ("none" in expectation || "count" in expectation) {
    if (observation.kind !== "count") throw mismatch();
    return judged(isExpectedCount(expectation, observation.count), rowsOf(observation.count));
  }
  if ("scalar" in expectation) {
    if (observation.kind !== "scalar") throw mismatch();
    return judgeScalar(expectation.scalar, observation);
  }
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

function mismatch(): Error {
  return new Error("what was recorded was observed for another expectation");
}
