import type { JsonObject } from "../../gate/json.js";
import { comparisonIn, type ComparisonOptions, type ExpectedResult } from "./compare/comparison.js";
import type { Expectation } from "./expectation.js";
import type { FreshnessBounds } from "./freshness/freshness.js";
import type { ReadOnlyQuerySettings } from "./read-only-query-config.js";

/** What is asked and what of the answer is looked at, as JSON: without the values of parameters and of rows that are known. */
export function describeQuestion({ database, query, params, expect }: ReadOnlyQuerySettings): JsonObject {
  const comparison = comparisonIn(expect);
  return {
    database: database.description,
    query,
    params: params.length,
    observe: lookOf(expect),
    ...(comparison === undefined ? {} : { against: describeAgainst(comparison) }),
    ...("freshness" in expect ? { times: describeTimes(expect.freshness) } : {}),
  };
}

function lookOf(expect: Expectation): string {
  if ("scalar" in expect) return "scalar";
  if ("rows" in expect) return "rows";
  if ("sameKeys" in expect) return "same-keys";
  if ("sameResult" in expect) return expect.sameResult.ordered === true ? "same-result, in order" : "same-result";
  if ("progress" in expect) return "progress";
  return "freshness" in expect ? "freshness" : "count";
}

function describeTimes({ column, zone, now }: FreshnessBounds): JsonObject {
  return Object.fromEntries(
    Object.entries({ column, zone, now }).flatMap(([name, is]) => (is === undefined ? [] : [[name, is]])),
  );
}

function describeAgainst(comparison: ExpectedResult & ComparisonOptions): JsonObject {
  const { key, numbers } = comparison;
  const how = { ...(key === undefined ? {} : { key }), ...(numbers === undefined ? {} : { numbers }) };
  if (comparison.rows !== undefined) return { rows: comparison.rows.length, ...how };
  const { database, query, params = [] } = comparison;
  return {
    ...(database === undefined ? {} : { database: database.description }),
    query,
    params: params.length,
    ...how,
  };
}
