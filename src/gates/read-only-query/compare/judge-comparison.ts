import type { SameKeys, SameResult } from "./comparison.js";
import type { ObservedKeys, ObservedRows } from "./comparison-observation.js";
import type { Judgement } from "../judgement.js";
import { rowsOf } from "../rows-of.js";

/** Judges what a comparison saw. Where nothing was compared it is inconclusive, unless that is said to be good. */
export function judgeComparison(expectation: SameResult | SameKeys, seen: ObservedRows | ObservedKeys): Judgement {
  const { allowEmpty = false } = "sameResult" in expectation ? expectation.sameResult : expectation.sameKeys;
  const nothing = allowEmpty ? undefined : nothingCompared(expectation, seen);
  if (nothing !== undefined) return { status: "inconclusive", observed: nothing };
  if ("sameResult" in expectation && seen.kind === "same-result") return judgeRows(seen);
  if ("sameKeys" in expectation && seen.kind === "same-keys") return judgeKeys(expectation.sameKeys.allow, seen);
  throw new Error("what was recorded was observed for another expectation");
}

/** Says why nothing was compared: where keys may be missing, no row at all would have none that is unexpected. */
function nothingCompared(
  expectation: SameResult | SameKeys,
  { count, expectedCount }: ObservedRows | ObservedKeys,
): string | undefined {
  const allow = "sameKeys" in expectation ? expectation.sameKeys.allow : undefined;
  if (count === 0 && expectedCount === 0) return "no rows on either side";
  if (count === 0 && allow === "missing") return `no rows against ${expectedCount}`;
  return expectedCount === 0 && allow === "unexpected" ? `${rowsOf(count)} against none` : undefined;
}

function judgeRows({ count, expectedCount, missing, unexpected, different, isReordered }: ObservedRows): Judgement {
  if (isReordered) return { status: "failed", observed: `the same ${rowsOf(count)} in another order` };
  const faults = faultsOf({ missing, unexpected, different });
  if (faults === "") return { status: "passed", observed: `the same ${rowsOf(count)}` };
  return { status: "failed", observed: `${faults} (${rowsOf(count)} against ${expectedCount})` };
}

function judgeKeys(
  allow: SameKeys["sameKeys"]["allow"],
  { count, expectedCount, missing, unexpected }: ObservedKeys,
): Judgement {
  const against = `${rowsOf(count)} against ${expectedCount}`;
  const seen = faultsOf({ missing, unexpected }, "key");
  const isGood = (missing.total === 0 || allow === "missing") && (unexpected.total === 0 || allow === "unexpected");
  return { status: isGood ? "passed" : "failed", observed: `${seen === "" ? "the same keys" : seen} (${against})` };
}

function faultsOf(totals: { readonly [what: string]: { readonly total: number } }, noun = "row"): string {
  return Object.entries(totals)
    .filter(([, { total }]) => total > 0)
    .map(([what, { total }]) => `${total} ${what} ${total === 1 ? noun : `${noun}s`}`)
    .join(", ");
}
